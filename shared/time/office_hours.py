"""The calendar as it travels, and the one that holds where nobody has sent one."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.time.calendar import Calendar, Hours

ZONE = "America/Mexico_City"
"""PROCESS.md, SLA: the default."""

YEARS = range(2020, 2061)
"""Every year a ticket of ours may be counted in; a date outside them has no holidays."""

Document = Mapping[str, Any]


def calendar_document(calendar: Calendar, years: range) -> dict[str, Any]:
    """{zone, week: seven days of [opens, closes], holidays: the dates of these years}."""
    return {
        "zone": calendar.zone.key,
        "week": [
            [[f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}"] for hours in day]
            for day in calendar.week
        ],
        "holidays": [day.isoformat() for day in sorted(calendar.holidays) if day.year in years],
    }


def calendar_of(document: Document | None) -> Calendar:
    """The calendar that an office sent; the default one where it sent none that can be read."""
    if not document:
        return default_calendar()
    try:
        week = tuple(tuple((o, c) for o, c in day) for day in document["week"])
        return _calendar(document["zone"], week, tuple(document["holidays"]))
    except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError):
        return default_calendar()


@cache
def default_calendar() -> Calendar:
    """Mexico City, Monday to Friday from 9 to 18 h, without the statutory holidays."""
    return Calendar(ZoneInfo(ZONE), holidays=frozenset(_mexican_holidays(YEARS)))


# The same document is read with every drawing of a list; one calendar keeps what it has reckoned.
@lru_cache(maxsize=8)
def _calendar(
    zone: str, week: tuple[tuple[tuple[str, str], ...], ...], holidays: tuple[str, ...]
) -> Calendar:
    return Calendar(
        ZoneInfo(zone),
        tuple(
            tuple(
                Hours(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in d
            )
            for d in week
        ),
        frozenset(date.fromisoformat(day) for day in holidays),
    )


def _mexican_holidays(years: range) -> Iterator[date]:
    """Ley Federal del Trabajo, article 74; the days of its section IX are not known in advance."""
    for year in years:
        yield from (date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25))
        yield from (_monday(year, 2, 1), _monday(year, 3, 3), _monday(year, 11, 3))
        if year >= 2024 and year % 6 == 2:
            yield date(year, 10, 1)


def _monday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (number - 1))
