"""Times on the wire: RFC 3339 with a zone, of years in which one can reckon."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.time.timestamps import NotAnInstant, instant, wire_time

ZONES = st.timezones()
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30), timezones=ZONES)  # noqa: DTZ001


@given(MOMENTS)
def test_a_time_that_was_written_is_read_to_the_millisecond(at):
    # A zone of the 19th century may be off by seconds, which RFC 3339 cannot say.
    at = at.astimezone(UTC)
    assert abs(instant(wire_time(at)) - at) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-09T08:52:00", "2026-03-09", "08:52:00Z", "2026-02-30T08:52:00Z",
        "2026-03-09T24:00:00Z", "2026-03-09T08:52:60Z", "2026-03-09T08:52:00+24:00",
        "2026-03-09T08:52:00+00:60", "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00",
        "2026-03-09T08:52:00Z\n", "٢٠٢٦-03-09T08:52:00Z", "", "now",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(NotAnInstant):
        instant(text)


@pytest.mark.parametrize("text", ["1900-01-01T00:00:00+23:59", "2999-12-31T23:59:59-23:59"])
def test_any_time_that_is_accepted_can_be_told_in_any_zone(text):
    assert instant(text).astimezone(UTC)


def test_a_time_without_a_zone_is_never_sent():
    with pytest.raises(NotAnInstant):
        wire_time(datetime(2026, 3, 9))  # noqa: DTZ001
