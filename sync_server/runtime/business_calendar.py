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
    zone: str = ZONE, hours: Week = OFFICE_WEEK, country: str = COUNTRY
) -> Calendar:
    """The calendar of an office; the defaults are those of PROCESS.md, SLA.

    Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    return Calendar(ZoneInfo(zone), hours, statutory_holidays(country))
