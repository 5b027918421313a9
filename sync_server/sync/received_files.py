"""A complete upload: its type is checked, it is kept, and the tickets that wait for it go on."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO

import structlog
from PIL import Image
from sqlalchemy import insert, select

from shared.report import photos
from sync_server.blobs.store import BlobAltered, BlobMissing, DigestMismatch, named
from sync_server.database.tables import blob
from sync_server.database.transactions import Transaction
from sync_server.reports import report_reading
from sync_server.reports.pages_compared import Comparison, How
from sync_server.reports.report_reading import ReportReading
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import closing, cross_rendering, evidence_rights

log = structlog.get_logger(__name__)

MOST_PIXELS = 50_000_000
"""A picture of more pixels is a decompression bomb or no photo of ours."""

PICTURES = {"image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG", "image/webp": b"RIFF"}
"""What we look into, and how its bytes begin."""
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look into the bytes found: `readable` as what they say they are, None if unasked."""

    readable: bool | None
    report: ReportReading | None = None


def is_here(context: ApplicationContext, sha256: str) -> bool:
    """Whether a file was verified before, and one of its length is still kept."""
    with context.database.reading() as tx:
        size = tx.scalar(select(blob.c.size).where(blob.c.sha256 == sha256))
    try:
        return size is not None and context.blobs.size(sha256) == size
    except BlobMissing:
        return False


def is_whole(context: ApplicationContext, sha256: str) -> bool:
    """`is_here`, every byte read: whoever offers the file can still make good what a disk lost."""
    if not is_here(context, sha256):
        return False
    try:
        context.blobs.read(sha256)
    except (BlobMissing, BlobAltered):
        return False
    return True


def receive(
    context: ApplicationContext,
    sha256: str,
    mime: str,
    content: bytes,
    now: datetime,
    by: str | None = None,
) -> None:
    """Keep a file that came whole and tell whom it concerns; durable when this returns.

    `by` is the person who had the bytes, None for the office itself. Receiving it again changes
    nothing else. Raises DigestMismatch, and what the store and the database raise when they are
    full or away.
    """
    if named(content) != sha256:
        raise DigestMismatch(sha256)
    looked = look(mime, content)
    context.blobs.keep(sha256, content)
    _look_again(context, sha256, looked, now)

    def note(tx: Transaction) -> None:
        if by is not None:
            evidence_rights.bring(tx, by, sha256)
        _note(tx, context, sha256, mime, len(content), looked, now)

    context.database.write(note)


def _look_again(context: ApplicationContext, sha256: str, looked: Looked, now: datetime) -> None:
    """Note what the pages say of the reports that waited for this file, or were it.

    Whatever goes wrong here stops nothing: what was not compared is never claimed to be the same.
    """
    for report in cross_rendering.comparable(context, sha256):
        try:
            found = cross_rendering.compare(context, report, looked.report)
        except Exception as fault:
            log.warning(
                "a report could not be printed again", report=report, fault=repr(fault)[:300]
            )
            why = f"could not be printed here: {type(fault).__name__}"
            found = Comparison(How.NOTHING, detail=why)
        if found is not None:
            context.database.write(
                partial(cross_rendering.note, sha256=report, comparison=found, now=now)
            )


def look(mime: str, content: bytes) -> Looked:
    """What these bytes are when read as `mime`. Slow: never in a transaction."""
    if mime in PICTURES:
        return Looked(content.startswith(PICTURES[mime]) and _is_picture(mime, content))
    if mime == PDF:
        report = report_reading.read(content)
        return Looked(report.opens, report)
    if mime == "application/json" or mime.startswith("text/"):
        return Looked(_is_text(mime, content))
    return Looked(None)


def _note(
    tx: Transaction, context: ApplicationContext, sha256: str, mime: str, size: int, looked: Looked,
    now: datetime,
) -> None:  # fmt: skip
    if tx.scalar(select(blob.c.sha256).where(blob.c.sha256 == sha256)) is None:
        tx.execute(
            insert(blob).values(
                sha256=sha256, size=size, mime=mime, stored_at=now, readable=looked.readable,
                durable=context.settings.durable == "commit",
            )
        )  # fmt: skip
    if looked.report is not None:
        report_reading.note(tx, sha256, looked.report, now)
    closing.blob_arrived(tx, context, sha256, now)


def _is_picture(mime: str, content: bytes) -> bool:
    """Whether the pixels can be read: what stands beside them (EXIF, profiles) decides nothing."""
    try:
        return _is_webp(content) if mime == "image/webp" else _is_photo(content)
    except Exception:
        # Decoders raise as many kinds as there are ways to break a picture, and the answer is one.
        log.info("a picture could not be read", mime=mime, size=len(content), exc_info=True)
        return False


def _is_photo(content: bytes) -> bool:
    try:
        photos.look(content, MOST_PIXELS)
    except photos.NotAPhoto:
        return False
    return True


def _is_webp(content: bytes) -> bool:
    with Image.open(BytesIO(content), formats=("WEBP",)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return False
        picture.load()
    return True


def _is_text(mime: str, content: bytes) -> bool:
    try:
        text = content.decode()
        if mime == "application/json":
            json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
