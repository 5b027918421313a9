"""How long have we promised to take, how much of it is gone, and was the promise kept?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from shared.time.calendar import (
    Calendar,
    add_business_time,
    add_business_times,
    business_time_between,
    in_utc,
)
from shared.time.pauses import Pause, net_time, pauses_within

WARN_AT = 0.75
"""The part of a target at which a warning goes out."""


class Clock(StrEnum):
    """The three promises; the codes are the names in the ticket's `due`."""

    RESPONSE = "response"
    ON_SITE = "on_site"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Targets:
    """Business time promised for each clock; None where nothing is promised."""

    response: timedelta
    on_site: timedelta | None
    resolution: timedelta

    def __post_init__(self) -> None:
        if any(target <= timedelta() for target in self.by_clock().values()):
            raise ValueError(f"a target is longer than nothing: {self}")

    def by_clock(self) -> dict[Clock, timedelta]:
        """The clocks that promise something, in the order in which they run out."""
        targets = {
            Clock.RESPONSE: self.response,
            Clock.ON_SITE: self.on_site,
            Clock.RESOLUTION: self.resolution,
        }
        return {clock: target for clock, target in targets.items() if target is not None}


TARGETS: Mapping[str, Targets] = MappingProxyType(
    {
        "high": Targets(timedelta(hours=1), timedelta(hours=4), timedelta(hours=8)),
        "medium": Targets(timedelta(hours=2), timedelta(hours=9), timedelta(hours=18)),
        "low": Targets(timedelta(hours=4), None, timedelta(hours=45)),
    }
)
"""By priority code: the defaults of PROCESS.md, SLA; an organisation may set its own. R026."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last instant (UTC) at which each promise is still kept."""

    response: datetime
    on_site: datetime | None
    resolution: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened to a ticket, as the clocks see it.

    `happened` holds the instant of the first response, of the arrival and of the engineer's
    finalisation, by the tablet's corrected clock. `promised` holds the terms that the customer was
    told, which outlive a change of the calendar; one that is not there is counted.
    """

    opened: datetime
    pauses: tuple[Pause, ...] = ()
    happened: Mapping[Clock, datetime] = field(default_factory=dict)
    promised: Mapping[Clock, datetime] = field(default_factory=dict)


class SlaStatus(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    WARNING = "warning"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One clock read at the instant `at`: now, or when its moment came or its ticket ended.

    `elapsed` is the business time that was needed and `left` what is still to run, negative once
    it is used up; neither counts the pauses.
    """

    clock: Clock
    target: timedelta
    due: datetime
    at: datetime
    elapsed: timedelta
    left: timedelta
    happened: datetime | None
    status: SlaStatus

    @property
    def fraction(self) -> float:
        """The part of the target that is gone: 0.0 at the start, 1.0 when it is used up."""
        return 1 - self.left / self.target

    @property
    def skips_closed_hours(self) -> bool:
        """Whether the wall clock says another length: a night or a holiday lies between."""
        return self.due - self.at != self.left


@dataclass(frozen=True, slots=True)
class Attention:
    """Time of attention: by the wall clock, in business hours, and those without the pauses."""

    natural: timedelta
    gross: timedelta
    net: timedelta


def due(
    opened: datetime, targets: Targets, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> Due:
    """When each promise falls due. `opened` is zoned. PROCESS.md, SLA; R026."""
    reached = add_business_times(opened, targets.by_clock().values(), calendar)

    def at(target: timedelta) -> datetime:
        return _later(reached[target], opened, calendar, pauses)

    on_site = at(targets.on_site) if targets.on_site is not None else None
    return Due(at(targets.response), on_site, at(targets.resolution))


def due_at(
    opened: datetime, target: timedelta, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> datetime:
    """When `target` business time has run since `opened` (zoned), pauses apart, in UTC.

    Pauses come in order and do not overlap, as `pauses` gives them. PROCESS.md, SLA; R026.
    """
    return _later(add_business_time(opened, target, calendar), opened, calendar, pauses)


def _later(
    at: datetime, opened: datetime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> datetime:
    """`at`, moved on by the business time of each pause that began before it."""
    for pause in pauses_within(pauses, opened) if pauses else ():
        if pause.since < at:
            at = add_business_time(
                at, business_time_between(pause.since, pause.until, calendar), calendar
            )
    return at


def read_clocks(
    course: Course, targets: Targets, calendar: Calendar, now: datetime
) -> tuple[ClockReading, ...]:
    """Every clock that promises something, as it stands at `now` (zoned).

    A clock whose moment has come is read at that moment: later pauses do not touch it. Met is at
    `due` or before; breached is later. Work done remotely has no arrival: give targets without
    one. PROCESS.md, SLA; R054.
    """
    return tuple(
        _read(clock, target, course, calendar, now) for clock, target in targets.by_clock().items()
    )


def attention(
    opened: datetime, until: datetime, calendar: Calendar, pauses: tuple[Pause, ...] = ()
) -> Attention:
    """How long a ticket was attended, from its opening to its resolution (zoned). R053."""
    natural = max(in_utc(until) - in_utc(opened), timedelta())
    gross = max(business_time_between(opened, until, calendar), timedelta())
    return Attention(natural, gross, net_time(opened, until, calendar, pauses))


def _read(
    clock: Clock, target: timedelta, course: Course, calendar: Calendar, now: datetime
) -> ClockReading:
    happened = course.happened.get(clock)
    until = in_utc(now if happened is None else happened)
    counted = pauses_within(course.pauses, course.opened, until)
    at = _due(clock, target, course, calendar, counted)
    elapsed = net_time(course.opened, until, calendar, counted)
    left = _left(max(until, in_utc(course.opened)), at, calendar, counted)
    status = _status(until, at, done=happened is not None, warned=left <= target * (1 - WARN_AT))
    return ClockReading(clock, target, at, until, elapsed, left, happened, status)


def _due(
    clock: Clock,
    target: timedelta,
    course: Course,
    calendar: Calendar,
    counted: tuple[Pause, ...],
) -> datetime:
    """The term that was promised, moved on by a pause that still lasts; else the one counted."""
    promised = course.promised.get(clock)
    if promised is None:
        return due_at(course.opened, target, calendar, counted)
    return _later(in_utc(promised), course.opened, calendar, tuple(p for p in counted if p.lasts))


def _left(
    until: datetime, at: datetime, calendar: Calendar, counted: tuple[Pause, ...]
) -> timedelta:
    if until <= at:
        return business_time_between(until, at, calendar)
    return -net_time(at, until, calendar, counted)


def _status(until: datetime, at: datetime, *, done: bool, warned: bool) -> SlaStatus:
    if until > at:
        return SlaStatus.BREACHED
    if done:
        return SlaStatus.MET
    return SlaStatus.WARNING if warned else SlaStatus.RUNNING
