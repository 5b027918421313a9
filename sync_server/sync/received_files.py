"""A complete upload: its type is checked, it is kept, and the tickets that wait for it go on."""

from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import insert, select

from sync_server.blobs.store import BlobAltered, BlobMissing, DigestMismatch, named
from sync_server.database.tables import blob
from sync_server.database.transactions import Transaction
from sync_server.reports import file_check, report_reading
from sync_server.reports.file_check import Looked
from sync_server.reports.pages_compared import Comparison, How
from sync_server.runtime.checkers import TooBusy
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import closing, cross_rendering, evidence_rights

log = structlog.get_logger(__name__)


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
    nothing else. Raises DigestMismatch, TooBusy, and what the store and the database raise when
    they are full or away.
    """
    if named(content) != sha256:
        raise DigestMismatch(sha256)
    looked = file_check.look(mime, content)
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
        except TooBusy:
            raise
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
