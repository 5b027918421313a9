"""Times as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sync_server.web.time_formatting import ago, duration, moment

MEXICO = ZoneInfo("America/Mexico_City")
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
