"""When did the clocks of a ticket stand still? Only while we waited for the customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.time.calendar import Calendar, business_time_between, in_utc
from shared.time.timestamps import instant

PAUSING = frozenset({"waiting_customer"})
"""The only states in which the clocks stand still; waiting for a part is not one."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clocks stand still; one that `lasts` has been cut at now."""

    since: datetime
    until: datetime
    lasts: bool = False


def pauses_of(paused: Any, now: datetime | None) -> tuple[Pause, ...]:
    """The stretches in a ticket's `paused`: {from, to} each, `to` lacking while it lasts.

    One that lasts is cut at `now`, so that what is due moves on with it; without a `now` it does
    not count yet. PROCESS.md, SLA.
    """
    found: list[Pause] = []
    reached: datetime | None = None
    for span in paused or ():
        began, ended = instant(span.get("from")), instant(span.get("to")) or now
        if began is None or ended is None:
            continue
        # Clocks of tablets differ: what is counted once is not counted again.
        since = began if reached is None else max(began, reached, key=in_utc)
        if in_utc(since) < in_utc(ended):
            found.append(Pause(since, ended, lasts=span.get("to") is None))
            reached = ended
    return tuple(found)


def net_time(
    opened: datetime, until: datetime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> timedelta:
    """Business time from `opened` to `until` (zoned) in which the clocks ran; never negative."""
    paused = sum(
        (
            business_time_between(pause.since, pause.until, calendar)
            for pause in pauses_within(pauses, opened, until)
        ),
        timedelta(),
    )
    return max(business_time_between(opened, until, calendar) - paused, timedelta())


def pauses_within(
    pauses: tuple[Pause, ...], opened: datetime, until: datetime | None = None
) -> tuple[Pause, ...]:
    """The pauses, in UTC, cut to what lies between the opening and `until` (zoned)."""
    first = in_utc(opened)
    cut = [
        Pause(
            max(in_utc(pause.since), first),
            in_utc(pause.until) if until is None else min(in_utc(pause.until), in_utc(until)),
            pause.lasts,
        )
        for pause in pauses
    ]
    return tuple(pause for pause in cut if pause.since < pause.until)
