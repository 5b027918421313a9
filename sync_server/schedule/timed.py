"""Tickets whose time has come: looked at in windows, those with something to do one by one."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from shared.time.calendar import Calendar
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.one_of_many import one_of_many
from sync_server.tickets import timers
from sync_server.tickets.timers import Due, Timer


class Seen(NamedTuple):
    """What a look at a ticket found: is something due now, and when is the next look."""

    is_due: bool
    next_at: datetime | None


Look = Callable[[Transaction, str], Seen]

Act = Callable[[Transaction, str], tuple[Counter[str], datetime | None]]
"""Does what is due for a ticket, which it locks first: how many of what, and the next look."""


def tend(
    context: ApplicationContext,
    kind: Timer,
    now: datetime,
    version: str,
    look: Look,
    act: Act,
) -> Counter[str]:
    """Do what the due timers of one kind ask for: how many of what.

    `version` names the calendar and settings by which the next look is reckoned.
    """
    tally: Counter[str] = Counter()
    met: set[str] = set()
    for window in timers.due(context.database, kind, now, version):
        new = [timer for timer in window if timer.ticket not in met]
        met.update(timer.ticket for timer in new)
        with context.database.reading() as tx:
            found = [(timer, one_of_many(timer.ticket, partial(look, tx, timer.ticket)))
                     for timer in new]  # fmt: skip
        quiet = [(timer, seen.next_at) for timer, seen in found if seen and not seen.is_due]
        if quiet:
            context.database.write(partial(_reckon, kind=kind, next_looks=quiet, version=version))
        for timer in (timer for timer, seen in found if seen and seen.is_due):
            do = partial(_act, kind=kind, timer=timer, version=version, act=act)
            tally += one_of_many(timer.ticket, partial(context.database.write, do)) or Counter()
    return tally


@cache
def calendar_version(calendar: Calendar, *settings: str) -> str:
    """Another one for every calendar, and for every other setting."""
    days = sorted(day.isoformat() for day in calendar.holidays)
    told = repr((calendar.zone.key, calendar.week, days, settings))
    return hashlib.sha256(told.encode()).hexdigest()[:40]


def _reckon(
    tx: Transaction, kind: Timer, next_looks: list[tuple[Due, datetime | None]], version: str
) -> None:
    for timer, at in next_looks:
        timers.reckoned(tx, kind, timer, at, version)


def _act(tx: Transaction, kind: Timer, timer: Due, version: str, act: Act) -> Counter[str]:
    tally, next_at = act(tx, timer.ticket)
    timers.reckoned(tx, kind, timer, next_at, version)
    return tally
