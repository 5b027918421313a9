"""How long is the audit log kept? FOLIO_AUDIT_DAYS; what goes leaves a row that says so.

Without that row the database lets no note be deleted, and the row itself stays.
"""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, insert, select

from sync_server.database.tables import access_log, audit_disposal
from sync_server.database.transactions import Transaction
from sync_server.identity.audit_log import SYSTEM
from sync_server.runtime.context import ApplicationContext

AT_ONCE = 5_000
"""Notes that go in one transaction: nobody waits long for it."""


def let_go(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Delete the notes of days whose term is over by `now` (zoned); 0 days keep them for ever."""
    days = context.settings.audit_days
    # Whole days: one disposal a day, not one a minute.
    limit = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    with context.database.reading() as tx:
        due = days and tx.scalar(select(exists().where(access_log.c.at < limit)))
    if not due:
        return Counter()
    id = context.new_id()
    gone = 0
    while many := context.database.write(lambda tx: _dispose(tx, id, limit, now)):
        gone += many
    return Counter({"audit_notes_deleted": gone})


def _dispose(tx: Transaction, id: str, limit: datetime, now: datetime) -> int:
    c = access_log.c
    ids = tx.scalars(select(c.id).where(c.at < limit).order_by(c.at).limit(AT_ONCE))
    if not ids:
        return 0
    if tx.scalar(select(func.count()).where(audit_disposal.c.before == limit)) == 0:
        tx.execute(
            insert(audit_disposal).values(
                id=id, before=limit, disposed_at=now, disposed_by=SYSTEM.id
            )
        )
    tx.execute(delete(access_log).where(c.id.in_(ids)))
    return len(ids)
