"""The office keeps the Mexican statutory holidays, and no others."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.time.calendar import add_business_time
from shared.time.office_hours import default_calendar
from sync_server.runtime.business_calendar import business_calendar, statutory_holidays


def test_the_statutory_holidays_of_2026():
    assert {day for day in statutory_holidays() if day.year == 2026} == {
        date(2026, 1, 1),
        date(2026, 2, 2),
        date(2026, 3, 16),
        date(2026, 5, 1),
        date(2026, 9, 16),
        date(2026, 11, 16),
        date(2026, 12, 25),
    }


def test_a_new_president_takes_office_on_a_holiday():
    assert date(2024, 10, 1) in statutory_holidays()


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 4, 3), date(2026, 11, 2)])
def test_easter_and_the_day_of_the_dead_are_working_days(day: date):
    assert business_calendar().is_business_day(day)


def test_the_office_opens_at_nine_and_closes_at_six_in_mexico_city():
    zone = ZoneInfo("America/Mexico_City")
    assert add_business_time(
        datetime(2026, 3, 13, 17, 30, tzinfo=zone), timedelta(hours=8), business_calendar()
    ) == datetime(2026, 3, 17, 16, 30, tzinfo=zone)


def test_another_office_has_its_own_zone_and_holidays():
    madrid = business_calendar("Europe/Madrid", country="ES")
    assert not madrid.is_business_day(date(2026, 10, 12))
    assert madrid.is_business_day(date(2026, 3, 16))


def test_the_default_calendar_of_a_tablet_is_that_of_the_office():
    ours, theirs = business_calendar(), default_calendar()
    assert (theirs.zone, theirs.week) == (ours.zone, ours.week)
    assert theirs.holidays == ours.holidays
