"""Which checklist version each tablet was given and when, and by which it may still ask.

Kept as the record `catalogue/checklist`, which every tablet pulls. A tablet without signal asks by
the rules it was shown: an older version counts for so many days after a newer one went out to that
very tablet, by our own clock, and no longer.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from shared.closure.checklist import current_version
from sync_server.database.tables import checklist_handed_out as table
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext

RECORD, ID = "catalogue", "checklist"


def publish(context: ApplicationContext) -> None:
    """Every tablet is to hear of today's version; one that was published already stays."""
    now = context.now()
    context.database.write(lambda tx: _publish(tx, now))


def _publish(tx: Transaction, now: datetime) -> None:
    doc = {"name": ID, "version": current_version()}
    before = records.get(tx, RECORD, ID)
    if before is None or before.doc != doc:
        records.put(tx, RECORD, ID, doc, now)


def note_handed_out(tx: Transaction, device: str, version: int, now: datetime) -> None:
    """A page with this version goes out to this tablet; the first time is what counts."""
    known = select(table.c.at).where(table.c.device == device, table.c.version == version)
    if tx.scalar(known) is None:
        tx.execute(insert(table).values(device=device, version=version, at=now))


def inherit(tx: Transaction, device: str, successor: str) -> None:
    """What a tablet was given stays given under its new identity."""
    given = tx.rows(select(table.c.version, table.c.at).where(table.c.device == device))
    for row in given:
        note_handed_out(tx, successor, row.version, row.at)


def in_force(
    tx: Transaction, context: ApplicationContext, device: str, asked: int, now: datetime
) -> int:
    """The version by which a closing is judged that this tablet asks for by version `asked`."""
    today = current_version()
    if asked >= today:
        return today
    newer = select(func.min(table.c.at)).where(table.c.device == device, table.c.version > asked)
    since: datetime | None = tx.scalar(newer)
    term = timedelta(days=context.settings.checklist_term_days)
    return asked if since is None or now <= since + term else today
