"""When did the clocks of a ticket stand still? Only while we waited for the customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.time.calendar import Calendar, business_time_between, in_utc

PAUSING = frozenset({"waiting_customer"})
"""The only states in which the clocks stand still; waiting for a part is not one."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clocks stand still."""

    since: datetime
    until: datetime


def pauses(changes: Iterable[tuple[str, datetime]], now: datetime) -> tuple[Pause, ...]:
    """The pauses in a ticket's states, each with the instant it began, in the order of the log.

    One that still lasts is cut at `now`, so that what is due moves on with it. A state never
    begins before the one it follows, whatever a tablet's clock said. PROCESS.md, SLA.
    """
    found: list[Pause] = []
    since: datetime | None = None
    reached: datetime | None = None
    for state, at in changes:
        reached = in_utc(at) if reached is None else max(reached, in_utc(at))
        if state in PAUSING:
            since = since or reached
        elif since is not None:
            found.append(Pause(since, reached))
            since = None
    return (*found, Pause(since, max(since, in_utc(now)))) if since else tuple(found)


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
        )
        for pause in pauses
    ]
    return tuple(pause for pause in cut if pause.since < pause.until)
