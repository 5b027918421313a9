"""Times as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.sla.sla import TARGETS, Clock, Course, read_clocks
from shared.time.calendar import Calendar
from sync_server.web.time_formatting import ago, duration, moment, time_left

MEXICO = ZoneInfo("America/Mexico_City")
CALENDAR = Calendar(MEXICO)
MONDAY = datetime(2026, 3, 9, 9, tzinfo=MEXICO)


def left(now: datetime, language: str = "es", happened: datetime | None = None) -> str:
    course = Course(MONDAY, happened={Clock.RESOLUTION: happened} if happened else {})
    read = read_clocks(course, TARGETS["high"], CALENDAR, now)
    return time_left(read[-1], language)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(hours=5, minutes=50), "quedan 2 h 10 min"),
        (timedelta(hours=6), "quedan 2 h"),
        (timedelta(hours=6, minutes=59), "quedan 1 h 1 min"),
        (timedelta(hours=7), "queda 1 h"),
        (timedelta(hours=7, minutes=58), "quedan 2 min"),
        (timedelta(hours=7, minutes=59), "queda 1 min"),
        (timedelta(hours=7, minutes=15), "quedan 45 min"),
        (timedelta(hours=8, minutes=35), "vencido hace 35 min"),
        (timedelta(days=1, hours=2), "vencido hace 3 h"),
    ],
)
def test_time_left_is_business_time_in_words(after, words):
    assert left(MONDAY + after) == words


def test_a_kept_promise_and_a_broken_one_say_so():
    assert left(MONDAY + timedelta(days=9), happened=MONDAY + timedelta(hours=1)) == "cumplido"
    late = MONDAY + timedelta(hours=8, minutes=30)
    assert left(late, happened=late) == "se cumplió 30 min tarde"
    assert left(late, "en", late) == "met 30 min late"


NOW = datetime(2026, 3, 9, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "hoy 12:00"),
        (NOW - timedelta(days=1), "ayer 12:00"),
        (NOW + timedelta(hours=13), "mañana 01:00"),
        (NOW - timedelta(days=4), "jue 5 mar, 12:00"),
        (NOW - timedelta(days=400), "2 feb 2025, 12:00"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be_without_doubt(at, words):
    assert moment(at, NOW, MEXICO, "es") == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "hace un momento"),
        (timedelta(minutes=3), "hace 3 min"),
        (timedelta(hours=26), "hace 26 h"),
        (timedelta(days=4), "hace 4 d"),
        (timedelta(days=4, hours=5), "hace 4 d 5 h"),
    ],
)
def test_how_long_ago(span, words):
    assert ago(NOW - span, NOW, "es") == words


def test_a_span_is_rounded_to_the_minute():
    assert duration(timedelta(minutes=59, seconds=45), "en") == "1 h"
