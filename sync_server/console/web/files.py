"""Photos, signatures and reports, for those who may see a ticket that names them."""

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.responses import Response

from sync_server.blobs.store import SHA256, BlobAltered, BlobMissing
from sync_server.console.web.dependencies import NotHere, require
from sync_server.console.web.page import Page
from sync_server.database.tables import blob
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.tickets import evidence_rights
from sync_server.web.security_headers import POLICY

router = APIRouter(include_in_schema=False)

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
"""What a browser may open by itself; everything else is only handed over."""

DAMAGED = (BlobMissing, BlobAltered)

FRAMED = {
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""A report is shown inside a page of ours, and in no other."""


@router.get("/files/{sha256}")
def file(sha256: str, page: Page = Depends(require(Action.SEE_BLOB))) -> Response:
    """The bytes of one file. Unknown, not yet here and not yours look the same."""
    if not SHA256.fullmatch(sha256):
        raise NotHere(page)
    with page.context.database.reading() as tx:
        mime = tx.scalar(select(blob.c.mime).where(blob.c.sha256 == sha256))
        if mime is None or not may_see(tx, page, sha256):
            raise NotHere(page)
    try:
        content = page.context.blobs.read(sha256)
    except DAMAGED as error:
        return damaged(page, error)
    return handed(content, mime, sha256[:16], shown=mime in SHOWN)


def damaged(page: Page, error: Exception) -> Response:
    """A file that is known and cannot be handed over: said plainly, nothing is made up for it."""
    text = page.t("files.damaged_text", file=str(error)[:80])
    return page.show("trouble.html", 500, title=page.t("files.damaged"), text=text)


def may_see(tx: Transaction, page: Page, sha256: str) -> bool:
    """Whether some ticket that the visitor may see names this file by right."""
    return evidence_rights.may_read(tx, page.actor, sha256)


def handed(content: bytes, mime: str, name: str, *, shown: bool) -> Response:
    """Bytes for the browser: opened there only when it is a kind that can do no harm."""
    is_pdf = mime == "application/pdf"
    ending = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}.get(mime, "")
    name = name if is_pdf else name + ending
    disposition = "inline" if shown else "attachment"
    return Response(
        content,
        media_type=mime if shown or is_pdf else "application/octet-stream",
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Cache-Control": "no-store",
            **(FRAMED if is_pdf else {"Content-Security-Policy": f"sandbox; {POLICY}"}),
        },
    )
