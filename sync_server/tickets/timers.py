"""Timers of a ticket: when to look at it again. A change of the ticket makes them due at once.

The schedule looks at what is due, and reckons the next time. Nothing else has to be looked at, so
that its work grows with what is due and not with what is stored.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    bindparam,
    delete,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from shared.sla.timers import STEPS
from shared.ticket.ticket import TERMINAL
from sync_server.database.tables import timer
from sync_server.database.transactions import Database, Transaction


class Timer(StrEnum):
    """What the time of a ticket brings about."""

    REMINDERS = "reminders"
    ESCALATION = "escalation"
    RETIREMENT = "retirement"


AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any clock, so that a clock that went back finds it due as well."""

WINDOW = 200
"""Timers that are read at once."""


class Due(NamedTuple):
    """A timer that is due, and how often its ticket had changed when that was seen."""

    ticket: str
    marks: int


_BEGUN = insert(timer)
_ENDED = delete(timer).where(
    timer.c.ticket == bindparam("of"), timer.c.kind == bindparam("of_kind")
)
_MARKED = (
    update(timer)
    .where(timer.c.ticket == bindparam("of"))
    .values(due_at=AT_ONCE, marks=timer.c.marks + 1)
)
_RECKONED = update(timer).where(
    timer.c.ticket == bindparam("of"),
    timer.c.kind == bindparam("of_kind"),
    timer.c.marks == bindparam("seen"),
)


def kinds(state: str | None) -> frozenset[Timer]:
    """The timers of a ticket in this state; None for one that is not there."""
    if state is None:
        return frozenset()
    if state in TERMINAL:
        return frozenset({Timer.RETIREMENT})
    reminded = {Timer.REMINDERS} if state in STEPS else set()
    return frozenset({Timer.ESCALATION, *reminded})


def changed(tx: Transaction, id: str, before: str | None, after: str) -> None:
    """The ticket, in state `before`, is now stored in state `after`: look at it at once."""
    old, new = kinds(before), kinds(after)
    for kind in sorted(old - new):
        tx.batch(_ENDED, {"of": id, "of_kind": kind.value})
    if old & new:
        tx.batch(_MARKED, {"of": id})
    for kind in sorted(new - old):
        tx.batch(_BEGUN, {"ticket": id, "kind": kind.value, "due_at": AT_ONCE})


def due(database: Database, kind: Timer, now: datetime, version: str) -> Iterator[list[Due]]:
    """Windows of the timers due by `now` (zoned), then of those that were reckoned by another
    version of calendar and settings. What was due and still is may be met again."""
    yield from _windows(database, kind, timer.c.due_at, timer.c.due_at <= now)
    yield from _windows(database, kind, timer.c.reckoned, timer.c.reckoned < version)
    yield from _windows(database, kind, timer.c.reckoned, timer.c.reckoned > version)


def reckoned(tx: Transaction, kind: Timer, seen: Due, at: datetime | None, version: str) -> None:
    """Look again `at` that time (zoned), never for None, unless the ticket changed since."""
    values = {"due_at": at, "reckoned": version}
    tx.batch(_RECKONED, {"of": seen.ticket, "of_kind": kind.value, "seen": seen.marks, **values})


def mark(tx: Transaction, id: str, state: str) -> None:
    """Every timer that a ticket in this state has is there, and due at once."""
    there = set(tx.scalars(select(timer.c.kind).where(timer.c.ticket == id)))
    tx.batch(_MARKED, {"of": id})
    for kind in sorted(kinds(state) - there):
        tx.batch(_BEGUN, {"ticket": id, "kind": kind.value, "due_at": AT_ONCE})


def _windows(
    database: Database, kind: Timer, order: Column[Any], those: ColumnElement[bool]
) -> Iterator[list[Due]]:
    """By key and not by offset: what is done meanwhile leaves the rows after it where they are."""
    query = select(timer.c.ticket, timer.c.marks, order.label("at")).where(
        timer.c.kind == kind.value, those
    )
    window = query.order_by(order, timer.c.ticket).limit(WINDOW)
    with database.reading() as tx:
        rows = tx.rows(window)
    while rows:
        yield [Due(row.ticket, row.marks) for row in rows]
        last = literal(rows[-1].at, order.type), literal(rows[-1].ticket, timer.c.ticket.type)
        with database.reading() as tx:
            rows = tx.rows(window.where(tuple_(order, timer.c.ticket) > tuple_(*last)))
