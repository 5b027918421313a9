"""When is the office open? Every term of the process is counted on this calendar."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

_NOTHING = timedelta()
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_WEEK = timedelta(days=7)
_MARGIN = 2 * _DAY
"""Days next to a change of clocks, or to an end of what is counted, are walked one by one."""
_WORTH_COUNTING = 4 * _WEEK
"""Shorter spans are walked day by day."""


class NaiveTime(ValueError):
    """A time without a zone has no place on a calendar."""


class ImpossibleHours(ValueError):
    """A week needs seven days in order, at least one of them open, and openings that go forward."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One opening, in local time; `closes` at 00:00 is the end of that same day."""

    opens: time
    closes: time


Week = tuple[tuple[Hours, ...], ...]


def week(opens: time = time(9), closes: time = time(18), days: int = 5) -> Week:
    """The same hours on the first `days` days from Monday. PROCESS.md, SLA: the default."""
    return ((Hours(opens, closes),),) * days + ((),) * (7 - days)


OFFICE_WEEK = week()


# Two calendars are never compared, but each is asked for the same days again and again.
@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """A zone, the openings of Monday to Sunday, and the days on which nobody works."""

    zone: ZoneInfo
    week: Week = OFFICE_WEEK
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ImpossibleHours("seven days, Monday first, at least one of them open")
        for openings in self.week:
            _check(openings)

    def openings(self, day: date) -> tuple[Hours, ...]:
        """The openings of a local date: none on a holiday."""
        return () if day in self.holidays else self.week[day.weekday()]

    def is_business_day(self, day: date) -> bool:
        """Is there any opening on this local date?"""
        return bool(self.openings(day))


def add_business_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The first instant (UTC) at which `amount` of business time has run since `start` (zoned).

    A whole day's hours end at that day's closing, not at the next opening; zero is `start`
    itself, open or not. Raises NaiveTime, and ValueError for a negative amount.
    PROCESS.md, SLA; R026.
    """
    return add_business_times(start, (amount,), calendar)[amount]


def add_business_times(
    start: datetime, amounts: Iterable[timedelta], calendar: Calendar
) -> dict[timedelta, datetime]:
    """`add_business_time` for several amounts, in one walk along the calendar."""
    since = in_utc(start)
    reached: dict[timedelta, datetime] = {}
    windows = _windows(calendar, since)
    opens = closes = since
    gone = timedelta()
    for amount in sorted(amounts):
        if amount < _NOTHING:
            raise ValueError(f"business time is only added, never taken away: {amount}")
        while amount - gone > closes - opens:
            gone += closes - opens
            opens, closes = next(windows)
        reached[amount] = opens + (amount - gone)
    return reached


def business_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The business time from `start` to `end` (zoned); negative when `end` is the earlier.

    A span of centuries, which a wrong clock makes, costs little: whole weeks are counted.
    Raises NaiveTime. PROCESS.md, SLA.
    """
    since, until = in_utc(start), in_utc(end)
    if until < since:
        return -business_time_between(until, since, calendar)
    first, last = (at.astimezone(calendar.zone).date() for at in (since, until))
    total = _NOTHING
    for begin, end_day in _runs_of_even_days(calendar.zone, first + _MARGIN, last - _MARGIN):
        total += _walked(since, _midnight(begin, calendar), calendar)
        total += _whole_days(begin, end_day, calendar)
        since = _midnight(end_day, calendar)
    return total + _walked(since, until, calendar)


def nth_business_day_after(start: datetime, n: int, calendar: Calendar) -> datetime:
    """The n-th business day after `start` (zoned), at the same local time, as an instant (UTC).

    From a date that is no business day it is counted from the next one's opening; a business
    day is the whole date, so that 20:00 on a Tuesday stays 20:00. Where the clock repeats the
    hour it is the first pass; where it skips it, the moment of the jump.
    Raises NaiveTime, and ValueError unless n ≥ 1. PROCESS.md, Timers.
    """
    if n < 1:
        raise ValueError(f"days are counted forward, from 1: {n}")
    local = in_utc(start).astimezone(calendar.zone)
    first = _business_day_from(local.date(), calendar)
    at = local.time() if first == local.date() else calendar.openings(first)[0].opens
    day = first
    for _ in range(n):
        day = _business_day_from(day + _DAY, calendar)
    return _when_clock_shows(datetime.combine(day, at), calendar.zone)


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveTime."""
    # Python subtracts and compares two times of one zone by their wall clocks, which is an hour
    # wrong across a change of clocks: everything here is counted in UTC.
    if at.utcoffset() is None:
        raise NaiveTime(f"{at.isoformat()} has no zone")
    return at.astimezone(UTC)


def _check(openings: tuple[Hours, ...]) -> None:
    last: time | None = None
    for number, hours in enumerate(openings, start=1):
        to_midnight = hours.closes == time(0)
        if to_midnight and number < len(openings):
            raise ImpossibleHours("nothing opens after midnight has closed the day")
        if hours.closes <= hours.opens and not to_midnight:
            raise ImpossibleHours(f"{hours.opens} to {hours.closes} does not go forward")
        if last is not None and hours.opens < last:
            raise ImpossibleHours(f"{hours.opens} opens before {last} has closed")
        last = hours.closes


def _walked(since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """The business time between two instants (UTC), day by day."""
    windows = takewhile(lambda window: window[0] < until, _windows(calendar, since))
    return sum((min(closes, until) - opens for opens, closes in windows), _NOTHING)


def _whole_days(begin: date, end: date, calendar: Calendar) -> timedelta:
    """The business time of the dates from `begin` until before `end`; no clock changes in them."""
    weeks, rest = divmod((end - begin).days, 7)
    lengths = [sum(map(_length, openings), _NOTHING) for openings in calendar.week]
    total = weeks * sum(lengths, _NOTHING)
    total += sum((lengths[(begin.weekday() + day) % 7] for day in range(rest)), _NOTHING)
    closed = (day for day in calendar.holidays if begin <= day < end)
    return total - sum((lengths[day.weekday()] for day in closed), _NOTHING)


def _length(hours: Hours) -> timedelta:
    opens, closes = (datetime.combine(date.min, at) for at in (hours.opens, hours.closes))
    return closes - opens if closes > opens else closes + _DAY - opens


def _runs_of_even_days(zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Runs of dates, each with the one after it, in which and next to which no clock changes."""
    if last - first < _WORTH_COUNTING:
        return
    begin = first
    for change in _changes(zone, first, last):
        if begin < change - _MARGIN:
            yield begin, change - _MARGIN
        begin = change + _MARGIN
    if begin < last:
        yield begin, last


def _changes(zone: ZoneInfo, first: date, last: date) -> Iterator[date]:
    """The dates by whose noon the clock has changed since the noon before, looked for by weeks."""

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), zone).utcoffset()

    before, was = first - _DAY, offset(first - _DAY)
    while before < last:
        after = min(before + _WEEK, last)
        now = offset(after)
        if now != was:
            since = was
            days = range(1, (after - before).days + 1)
            count = bisect_left(days, True, key=lambda n: offset(before + n * _DAY) != since)
            yield before + days[count] * _DAY
        before, was = after, now


def _midnight(day: date, calendar: Calendar) -> datetime:
    return _when_clock_shows(datetime.combine(day, time(0)), calendar.zone)


def _windows(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every open stretch from `since` on, in order, without overlap, without end."""
    # A day earlier, because a repeated midnight can carry yesterday's closing into today.
    day = since.astimezone(calendar.zone).date() - _DAY
    reached = since
    while True:
        for opens, closes in _stretches(calendar, day):
            if closes > reached:
                yield max(opens, reached), closes
                reached = closes
        day += _DAY


@lru_cache(maxsize=1024)
def _stretches(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The open stretches of a local date, as instants (UTC)."""
    return tuple(_stretch(day, hours, calendar.zone) for hours in calendar.openings(day))


def _stretch(day: date, hours: Hours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first time the clock shows the opening to the last time it shows the closing."""
    opens = _when_clock_shows(datetime.combine(day, hours.opens), zone)
    if hours.closes == time(0):
        return opens, _when_clock_shows(datetime.combine(day + _DAY, time(0)), zone)
    return opens, _when_clock_shows(datetime.combine(day, hours.closes), zone, last=True)


def _when_clock_shows(wall: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The instant of a local time; one that the clock skips is the moment of the jump."""
    at = wall.replace(tzinfo=zone, fold=int(last)).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    gap = wall.replace(tzinfo=zone, fold=0).astimezone(UTC) - before

    def jumped(seconds: int) -> bool:
        return (before + seconds * _SECOND).astimezone(zone).replace(tzinfo=None) >= wall

    seconds = bisect_left(range(int(gap / _SECOND) + 1), True, key=jumped)
    return (before + seconds * _SECOND).replace(microsecond=0)


def _business_day_from(day: date, calendar: Calendar) -> date:
    while not calendar.is_business_day(day):
        day += _DAY
    return day
