"""After a restore, revisions continue far above every one that was ever given out.

A tablet may still send what it captured upon a revision of the lost history. Were its number
given out again for other words, the tablet would seem to have seen them, and would write over
them unseen.
"""

from sqlalchemy import select, update

from shared.operations.wire import scope_digest
from shared.ticket.ticket import TERMINAL
from sync_server.database.tables import feed, feed_head, ticket
from sync_server.database.transactions import Transaction

STEP = 1_000_000
"""More than a ticket is ever changed in the time that a backup is old."""


def leap(tx: Transaction) -> None:
    """Raise the revision of every ticket that may still change to the next multiple of STEP."""
    ended = [state.value for state in TERMINAL]
    rev = ticket.c.rev // STEP * STEP + STEP
    tx.execute(update(ticket).where(ticket.c.state.not_in(ended)).values(rev=rev))
    now = select(ticket.c.rev).where(ticket.c.id == feed.c.id).scalar_subquery()
    there = (feed.c.record == "ticket", feed.c.kind == "update")
    tx.execute(update(feed).where(*there).values(rev=now))
    for scope in tx.scalars(select(feed_head.c.scope)):
        _reckon(tx, scope)


def is_a_leap(last: int, rev: int) -> bool:
    """Whether a ticket whose log ends at revision `last` is at `rev` because of restores alone."""
    return rev > last and rev % STEP == 0


def _reckon(tx: Transaction, scope: str) -> None:
    query = select(feed.c.record, feed.c.id, feed.c.rev)
    rows = tx.rows(query.where(feed.c.scope == scope, feed.c.kind == "update"))
    said = scope_digest((row.record, row.id, row.rev) for row in rows)
    values = {"size": said["count"], "xor": said["xor"]}
    tx.execute(update(feed_head).where(feed_head.c.scope == scope).values(values))
