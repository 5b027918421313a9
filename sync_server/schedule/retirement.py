"""Tickets that ended long ago leave the tablets; in the office and the archive they stay."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Row, select

from shared.ticket.ticket import TERMINAL
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.records import feed
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.timed import Seen, tend
from sync_server.tickets.timers import Timer

AFTER = timedelta(days=30)
"""As long as tablets keep what was acknowledged. SYNC.md, T6."""

VERSION = f"{AFTER.days}d"
"""By what the time is reckoned: another term would move those that wait."""


def retire(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Take every ticket that ended before `now` less AFTER out of its scope; how many."""

    def look(tx: Transaction, id: str) -> Seen:
        at = _retires_at(_ended(tx, id))
        return Seen(at is not None and at <= now, at)

    def act(tx: Transaction, id: str) -> tuple[Counter[str], datetime | None]:
        row = _ended(tx, id)
        assert row is not None
        return Counter(tickets_retired=_retire(tx, row)), None

    return tend(context, Timer.RETIREMENT, now, VERSION, look, act)


def _retires_at(row: Row[tuple[datetime | None, datetime]] | None) -> datetime | None:
    # What was merged or referred has no time of closing.
    return (row.closed_at or row.updated_at) + AFTER if row else None


def _ended(tx: Transaction, id: str) -> Row[tuple[datetime | None, datetime]] | None:
    c = ticket.c
    query = select(c.id, c.asset, c.customer, c.site, c.closed_at, c.updated_at)
    return tx.one_or_none(query.where(c.id == id, c.state.in_(sorted(TERMINAL))))


def _retire(tx: Transaction, row: Row[tuple[datetime | None, datetime]]) -> int:
    scopes = feed.scopes_with(tx, "ticket", row.id)
    for scope in scopes:
        feed.remove(tx, scope, "ticket", row.id)
        for record, id in (("asset", row.asset), ("customer", row.customer), ("site", row.site)):
            if id is not None:
                feed.let_go(tx, scope, record, id)
    return bool(scopes)
