"""Files in: resumable uploads by tus. Who may have them back: files.py."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sync_server.api.dependencies import AContext, Sending
from sync_server.api.problems import Problem
from sync_server.blobs import tus, uploads
from sync_server.blobs.store import SHA256, DigestMismatch, OffsetTaken
from sync_server.blobs.uploads import Upload
from sync_server.database.tables import blob
from sync_server.identity import token_rights
from sync_server.identity.devices import Device
from sync_server.reports import file_check
from sync_server.runtime.context import ApplicationContext
from sync_server.sync import received_files
from sync_server.tickets import evidence_rights

LARGEST = 32 * 1024 * 1024
"""A file holds at most so many bytes."""

FLUSH = 64 * 1024
"""Bytes collected before they are written: what a cut can cost at most."""

PATH = "/api/v1/blobs"

router = APIRouter(prefix=PATH, tags=["files"])


def speaks_tus(request: Request) -> None:
    """Raises Problem 412 for another version of the protocol."""
    try:
        tus.check_version(request.headers)
    except tus.Refused as refused:
        raise _problem(refused) from refused


Tus = Depends(speaks_tus)


@router.options("/", status_code=204)
def capabilities() -> Response:
    """What this server understands of tus."""
    return Response(status_code=204, headers=tus.capabilities(LARGEST))


@router.post("/", status_code=201, dependencies=[Tus])
async def create(request: Request, context: AContext, device: Sending) -> Response:
    """Announce a file; one that is here already is answered with its full offset."""
    try:
        wanted = tus.announced(request.headers, LARGEST)
        if await context.file_work.do(_is_known, context, device, wanted.sha256):
            headers = tus.offset_headers(wanted.length) | _location(wanted.sha256)
            return Response(
                status_code=201, headers=headers | await _safety(context, device, wanted.sha256)
            )
        upload = await run_in_threadpool(_begin, context, device, wanted)
    except tus.Refused as refused:
        raise _problem(refused) from refused
    at = 0
    if request.headers.get("content-type", "").startswith(tus.PIECE):
        at = await _take(request, context, device, upload, 0)
    headers = tus.offset_headers(at, expires=upload.expires_at) | _location(upload.id)
    safety = await _safety(context, device, upload.sha256)
    return Response(status_code=201, headers=headers | safety)


@router.head("/{name}", dependencies=[Tus])
async def offset(name: str, context: AContext, device: Sending) -> Response:
    """How many bytes of an upload are here; whole only when verified and durable."""
    return await context.file_work.do(_offset, name, context, device)


def _offset(name: str, context: ApplicationContext, device: Device) -> Response:
    if SHA256.fullmatch(name):
        return _offset_of_blob(context, device, name)
    upload = _find(context, device, name)
    held = context.blobs.held(upload.id)
    if held >= upload.length:
        # It was cut off between its last byte and our answer: finish what was begun.
        _finish(context, device, upload)
    headers = tus.offset_headers(held, upload.length, upload.expires_at)
    headers |= {"Upload-Metadata": upload.metadata} | _durable(context, device, upload.sha256)
    return Response(headers=headers)


@router.patch("/{name}", status_code=204, dependencies=[Tus])
async def add(name: str, request: Request, context: AContext, device: Sending) -> Response:
    """The next piece; after the last one the file is verified and durable, or refused."""
    try:
        at = tus.offset(request.headers)
    except tus.Refused as refused:
        raise _problem(refused) from refused
    if SHA256.fullmatch(name):
        # Announced while it was here already, by a client that did not look at the offset.
        await context.file_work.do(_check_end, context, device, name, at)
        await _take_nothing(request)
        return Response(
            status_code=204, headers=tus.offset_headers(at) | await _safety(context, device, name)
        )
    upload = await context.file_work.do(_find, context, device, name)
    held = await context.file_work.do(context.blobs.held, upload.id)
    if at != held:
        raise _misplaced(held)
    at = await _take(request, context, device, upload, at)
    headers = tus.offset_headers(at, expires=upload.expires_at)
    safety = await _safety(context, device, upload.sha256)
    return Response(status_code=204, headers=headers | safety)


@router.delete("/{name}", status_code=204, dependencies=[Tus])
async def terminate(name: str, context: AContext, device: Sending) -> Response:
    """Give an upload up; what was verified stays."""
    return await context.file_work.do(_terminate, name, context, device)


def _terminate(name: str, context: ApplicationContext, device: Device) -> Response:
    upload = _find(context, device, name)
    _forget(context, upload)
    return Response(status_code=204, headers={"Tus-Resumable": tus.VERSION})


@router.post("/{name}", dependencies=[Tus])
async def override(name: str, request: Request, context: AContext, device: Sending) -> Response:
    """PATCH or DELETE where a proxy lets neither through: X-HTTP-Method-Override."""
    match request.headers.get("x-http-method-override", "").upper():
        case "PATCH":
            return await add(name, request, context, device)
        case "DELETE":
            return await terminate(name, context, device)
    raise Problem(405, "method", "A POST here names the method it stands for")


async def _take(
    request: Request, context: ApplicationContext, device: Device, upload: Upload, at: int
) -> int:
    """Add the body's bytes at `at`; the new end. The last piece ends with a verified file.

    A body may last: at each piece it is asked anew whether its tablet may still.
    """
    try:
        checksum = tus.checksum(request.headers)
        async for piece in _pieces(request, checksum, upload.length - at):
            at = await context.file_work.do(_add, context, device, upload, at, piece)
    except tus.Refused as refused:
        raise _problem(refused) from refused
    except OffsetTaken as error:
        raise _misplaced(await context.file_work.do(context.blobs.held, upload.id)) from error
    if at == upload.length:
        await context.file_work.do(_finish, context, device, upload)
    return at


def _add(context: ApplicationContext, device: Device, upload: Upload, at: int, piece: bytes) -> int:
    with context.database.reading() as tx:
        if not token_rights.is_live(tx, device):
            raise Problem(401, "not-signed-in", "This token opens nothing any more")
    return context.blobs.add(upload.id, at, piece)


async def _take_nothing(request: Request) -> None:
    try:
        async for _ in _pieces(request, None, 0):
            pass
    except tus.Refused as refused:
        raise _problem(refused) from refused


async def _pieces(
    request: Request, checksum: tus.Checksum | None, room: int
) -> AsyncIterator[bytes]:
    """The body to be kept: whole when a checksum speaks for it, else as far as it comes."""
    held, seen = bytearray(), 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            if seen > room:
                raise tus.Refused(413, "too-much", "more bytes came than were announced")
            held += chunk
            if checksum is None and len(held) >= FLUSH:
                yield bytes(held)
                held.clear()
    except ClientDisconnect:
        if checksum is None and held:
            yield bytes(held)
        raise
    if checksum is not None and not checksum.matches(bytes(held)):
        raise tus.Refused(460, "checksum", "the piece is not the one that was sent: send it again")
    if held:
        yield bytes(held)


def _begin(context: ApplicationContext, device: Device, wanted: tus.Announced) -> Upload:
    id, now = context.new_id(), context.now()
    with context.database.reading() as tx:
        if not token_rights.may_bring(tx, device, wanted.sha256):
            raise Problem(403, "deactivated", "Of this tablet only what it named is taken")
    file_check.warm()
    return context.database.write(lambda tx: uploads.begin(tx, id, device.id, wanted, now))


def _find(context: ApplicationContext, device: Device, name: str) -> Upload:
    try:
        with context.database.reading() as tx:
            return uploads.find(tx, name, device.id, context.now())
    except tus.Refused as refused:
        raise _problem(refused) from refused


def _finish(context: ApplicationContext, device: Device, upload: Upload) -> None:
    """Verify, keep, tell; a file with the wrong bytes is thrown away and asked for again."""
    content = context.blobs.assembled(upload.id)
    try:
        received_files.receive(
            context, upload.sha256, upload.mime, content, context.now(), device.user.id
        )
    except DigestMismatch as error:
        _forget(context, upload)
        raise Problem(
            422, "digest-mismatch", "The bytes are not the ones that were announced",
            "The upload was thrown away: announce the file again and send it from its beginning",
        ) from error  # fmt: skip
    _forget(context, upload)


def _forget(context: ApplicationContext, upload: Upload) -> None:
    context.database.write(lambda tx: uploads.forget(tx, upload.id))
    context.blobs.drop(upload.id)


def _is_known(context: ApplicationContext, device: Device, sha256: str) -> bool:
    """Whether a file is here, whole, and its announcer may know it; from others it is taken."""
    with context.database.reading() as tx:
        knows = evidence_rights.knows(tx, device.actor, sha256)
    return knows and received_files.is_whole(context, sha256)


def _offset_of_blob(context: ApplicationContext, device: Device, sha256: str) -> Response:
    _check_known(context, device, sha256)
    size = context.blobs.size(sha256)
    return Response(headers=tus.offset_headers(size, size) | _durable(context, device, sha256))


def _check_known(context: ApplicationContext, device: Device, sha256: str) -> None:
    """Unknown, and known but not to this tablet, look the same. Raises Problem 404."""
    with context.database.reading() as tx:
        knows = evidence_rights.knows(tx, device.actor, sha256)
    if not (knows and received_files.is_here(context, sha256)):
        raise _problem(tus.Refused(404, "no-upload", "announce the file again"))


def _check_end(context: ApplicationContext, device: Device, sha256: str, at: int) -> None:
    """A piece that begins at the end of a whole file has nothing left to bring."""
    _check_known(context, device, sha256)
    size = context.blobs.size(sha256)
    if at != size:
        raise _misplaced(size)


async def _safety(context: ApplicationContext, device: Device, sha256: str) -> dict[str, str]:
    return await context.file_work.do(_durable, context, device, sha256)


def _durable(context: ApplicationContext, device: Device, sha256: str) -> dict[str, str]:
    """Whether a file that was verified is in the office's backup too. SYNC.md, O13.

    It is said to those alone who may know that the file is here.
    """
    with context.database.reading() as tx:
        said = tx.scalar(select(blob.c.durable).where(blob.c.sha256 == sha256))
        if said is not None and not evidence_rights.knows(tx, device.actor, sha256):
            said = None
    return {} if said is None else {"Blob-Durable": "true" if said else "false"}


def _location(name: str) -> dict[str, str]:
    return {"Location": f"{PATH}/{name}"}


def _misplaced(held: int) -> Problem:
    return Problem(
        409, "offset", "The piece begins somewhere else than the upload ends", offset=held,
        headers={"Upload-Offset": str(held), "Tus-Resumable": tus.VERSION},
    )  # fmt: skip


def _problem(refused: tus.Refused) -> Problem:
    headers = {"Tus-Resumable": tus.VERSION}
    if refused.status == 412:
        headers["Tus-Version"] = tus.VERSION
    return Problem(refused.status, refused.code, refused.detail, headers=headers)
