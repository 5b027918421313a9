"""Tickets that ended long ago leave the tablets; in the office and the archive they stay."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Row, or_, select

from shared.ticket.ticket import TERMINAL
from sync_server.database.tables import feed as feed_table
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.records import feed
from sync_server.runtime.context import ApplicationContext

AFTER = timedelta(days=30)
"""As long as tablets keep what was acknowledged. SYNC.md, T6."""

AT_ONCE = 200


def retire(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Take every ticket that ended before `now` less AFTER out of its scope; how many."""
    retired = 0
    while taken := context.database.write(lambda tx: _retire_some(tx, now - AFTER)):
        retired += taken
    return Counter({"tickets_retired": retired}) if retired else Counter()


def _retire_some(tx: Transaction, before: datetime) -> int:
    rows = _ended(tx, before)
    for row in rows:
        feed.remove(tx, row.scope, "ticket", row.id)
        for record, id in (("asset", row.asset), ("customer", row.customer), ("site", row.site)):
            if id is not None:
                feed.let_go(tx, row.scope, record, id)
    return len(rows)


def _ended(tx: Transaction, before: datetime) -> list[Row[tuple[str, ...]]]:
    c = ticket.c
    ended_at = or_(c.closed_at < before, (c.closed_at.is_(None)) & (c.updated_at < before))
    query = (
        select(feed_table.c.scope, c.id, c.asset, c.customer, c.site)
        .join(ticket, c.id == feed_table.c.id)
        .where(
            feed_table.c.record == "ticket",
            feed_table.c.kind == "update",
            c.state.in_(sorted(TERMINAL)),
            ended_at,
        )
    )
    return tx.rows(query.order_by(feed_table.c.scope, c.id).limit(AT_ONCE))
