"""The office's own calendar: Mexico City, Monday to Friday, without the statutory holidays."""

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from shared.time.calendar import OFFICE_WEEK, Calendar, Week
from shared.time.office_hours import YEARS, ZONE

COUNTRY = "MX"


@cache
def statutory_holidays(country: str = COUNTRY, years: range = YEARS) -> frozenset[date]:
    """The statutory holidays of `country` (ISO 3166 code).

    Raises NotImplementedError for a country that the `holidays` package does not know.
    """
    return frozenset(holidays.country_holidays(country, years=years))


def business_calendar(
    zone: str = ZONE,
    hours: Week = OFFICE_WEEK,
    country: str = COUNTRY,
    own: frozenset[date] = frozenset(),
) -> Calendar:
    """The calendar of an office, `own` days off beside the statutory ones; the defaults are those
    of PROCESS.md, SLA.

    Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    return Calendar(ZoneInfo(zone), hours, statutory_holidays(country) | own)


class OfficeCalendar:
    """The calendar that holds now: the company's own days off may change while it is open."""

    def __init__(self, zone: str, country: str) -> None:
        self._zone, self._country = zone, country
        self._own: frozenset[date] = frozenset()
        self.current = business_calendar(zone, country=country)

    def close_on(self, days: frozenset[date]) -> None:
        """From now on the office is closed on these days, too."""
        if days != self._own:
            self._own = days
            self.current = business_calendar(self._zone, country=self._country, own=days)
