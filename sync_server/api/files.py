"""Each kept file, for those who may see a ticket that names it."""

from fastapi import APIRouter
from sqlalchemy import select
from starlette.responses import Response

from sync_server.api.dependencies import AContext, Reading
from sync_server.api.problems import Problem
from sync_server.blobs.store import BlobAltered, BlobMissing
from sync_server.database.tables import blob
from sync_server.identity.devices import Device
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import evidence_rights

router = APIRouter(prefix="/api/v1/blobs", tags=["files"])


@router.get("/{sha256}")
async def read(sha256: str, context: AContext, device: Reading) -> Response:
    """A file, for those who may see a ticket that names it; to the others it is not there."""
    return await context.file_work.do(_read, sha256, context, device)


def _read(sha256: str, context: ApplicationContext, device: Device) -> Response:
    kept = _seen_by(context, device, sha256)
    if kept is None:
        raise _not_here()
    try:
        content = context.blobs.read(sha256)
    except BlobMissing as error:
        raise _not_here() from error
    except BlobAltered as error:
        raise Problem(500, "altered", "The kept file is damaged; the office must look") from error
    return Response(content, media_type=kept, headers=_as_file(sha256))


def _seen_by(context: ApplicationContext, device: Device, sha256: str) -> str | None:
    """The mime of a file that this device's user may see, or None."""
    with context.database.reading() as tx:
        if not evidence_rights.may_read(tx, device.actor, sha256):
            return None
        mime: str | None = tx.scalar(select(blob.c.mime).where(blob.c.sha256 == sha256))
    return mime


def _as_file(sha256: str) -> dict[str, str]:
    # Whatever a file says it is, a browser never runs it.
    return {
        "Content-Disposition": f'attachment; filename="{sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        # A tablet keeps what it was given by itself; nothing in between does.
        "Cache-Control": "no-store",
    }


def _not_here() -> Problem:
    return Problem(404, "no-file", "There is no such file, or it is not for you")
