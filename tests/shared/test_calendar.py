"""Business time is right to the second, in any zone, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.time.calendar import (
    Calendar,
    Hours,
    ImpossibleHours,
    NaiveTime,
    _stretches,
    add_business_time,
    add_business_times,
    business_time_between,
    nth_business_day_after,
    week,
)

MEXICO = Calendar(ZoneInfo("America/Mexico_City"), holidays=frozenset({date(2026, 3, 16)}))
ALWAYS = week(time(0), time(0), days=7)
ZONES = [
    "America/Mexico_City",
    "America/Tijuana",
    "America/Havana",
    "America/St_Johns",
    "Europe/Madrid",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "UTC",
]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def in_zone(zone: str, text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def mexico(text: str) -> datetime:
    return in_zone("America/Mexico_City", text)


def round_the_clock(zone: str) -> Calendar:
    return Calendar(ZoneInfo(zone), ALWAYS)


# Terms


def test_a_term_begun_on_friday_evening_runs_on_after_the_holiday():
    opened = mexico("2026-03-13 17:30")
    assert add_business_time(opened, hours(1), MEXICO) == mexico("2026-03-17 09:30")
    assert add_business_time(opened, hours(8), MEXICO) == mexico("2026-03-17 16:30")


def test_before_the_opening_the_clock_has_not_started():
    assert add_business_time(mexico("2026-03-09 08:52"), hours(1), MEXICO) == mexico(
        "2026-03-09 10:00"
    )


def test_a_whole_day_ends_at_that_days_closing():
    assert add_business_time(mexico("2026-03-10 07:30"), hours(9), MEXICO) == mexico(
        "2026-03-10 18:00"
    )


def test_one_second_more_than_a_day_falls_due_the_next_morning():
    opened = mexico("2026-03-10 07:30")
    assert add_business_time(opened, hours(9) + timedelta(seconds=1), MEXICO) == mexico(
        "2026-03-11 09:00:01"
    )


def test_seconds_are_not_rounded():
    opened = mexico("2026-03-10 17:59:47")
    assert add_business_time(opened, timedelta(seconds=20), MEXICO) == mexico("2026-03-11 09:00:07")


def test_no_term_at_all_is_due_at_once_even_on_a_sunday():
    sunday = mexico("2026-03-15 12:00")
    assert add_business_time(sunday, timedelta(), MEXICO) == sunday


def test_a_term_given_from_another_zone_is_the_same_term():
    assert add_business_time(datetime(2026, 3, 13, 23, 30, tzinfo=UTC), hours(1), MEXICO) == (
        mexico("2026-03-17 09:30")
    )


def test_a_lunch_break_is_not_business_time():
    split = (Hours(time(9), time(14)), Hours(time(16), time(19)))
    madrid = Calendar(ZoneInfo("Europe/Madrid"), (split,) * 5 + ((),) * 2)
    opened = in_zone("Europe/Madrid", "2026-03-09 13:30")
    assert add_business_time(opened, hours(1), madrid) == in_zone(
        "Europe/Madrid", "2026-03-09 16:30"
    )


# Time between


def test_a_weekend_with_a_holiday_counts_only_its_working_hours():
    assert business_time_between(
        mexico("2026-03-13 17:30"), mexico("2026-03-17 09:30"), MEXICO
    ) == hours(1)


def test_the_night_is_worth_nothing():
    assert business_time_between(
        mexico("2026-03-10 18:00"), mexico("2026-03-11 09:00"), MEXICO
    ) == hours(0)


def test_backwards_is_the_same_time_less_than_nothing():
    assert business_time_between(
        mexico("2026-03-11 10:00"), mexico("2026-03-10 17:00"), MEXICO
    ) == hours(-2)


# Changes of clock


@pytest.mark.parametrize(
    ("zone", "day", "worked"),
    [
        ("Europe/Madrid", "2026-03-29", 23),
        ("Europe/Madrid", "2026-10-25", 25),
        ("America/Tijuana", "2026-03-08", 23),
        ("America/Tijuana", "2026-11-01", 25),
        ("America/Mexico_City", "2026-04-05", 24),
        ("America/Havana", "2026-03-08", 23),
        ("America/Havana", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Africa/Cairo", "2026-04-24", 23),
    ],
)
def test_a_day_round_the_clock_is_as_long_as_the_clocks_make_it(zone: str, day: str, worked: float):
    start = in_zone(zone, f"{day} 00:00")
    end = in_zone(zone, f"{day} 00:00") + timedelta(days=1)
    assert business_time_between(start, end, round_the_clock(zone)) == hours(worked)


def test_in_newfoundland_the_clocks_went_back_into_the_day_before_and_nothing_counted_twice():
    saint_johns = round_the_clock("America/St_Johns")
    start, end = (in_zone("America/St_Johns", f"2010-11-{day} 12:00") for day in ("06", "07"))
    assert business_time_between(start, end, saint_johns) == hours(25)


def test_in_newfoundland_yesterdays_office_was_open_again_after_midnight():
    until_half_past_eleven = Calendar(
        ZoneInfo("America/St_Johns"), week(time(9), time(23, 30), days=7)
    )
    after_midnight = in_zone("America/St_Johns", "2010-11-07 00:00:30")
    morning = in_zone("America/St_Johns", "2010-11-07 08:00")
    assert business_time_between(after_midnight, morning, until_half_past_eleven) == timedelta(
        minutes=29, seconds=30
    )


def test_a_night_shift_that_opens_in_the_skipped_hour_opens_at_the_jump():
    early = Calendar(ZoneInfo("America/Tijuana"), week(time(2, 30), time(6), days=7))
    before = in_zone("America/Tijuana", "2026-03-08 00:00")
    assert add_business_time(before, hours(1), early) == in_zone(
        "America/Tijuana", "2026-03-08 04:00"
    )


def test_a_shift_that_lies_within_the_skipped_hour_does_not_take_place():
    early = Calendar(ZoneInfo("America/Tijuana"), week(time(2, 15), time(2, 45), days=7))
    assert business_time_between(
        in_zone("America/Tijuana", "2026-03-08 00:00"),
        in_zone("America/Tijuana", "2026-03-08 12:00"),
        early,
    ) == hours(0)


def test_a_shift_within_the_repeated_hour_lasts_until_its_closing_shows_for_the_last_time():
    early = Calendar(ZoneInfo("America/Tijuana"), week(time(1), time(1, 30), days=7))
    assert business_time_between(
        in_zone("America/Tijuana", "2026-11-01 00:00"),
        in_zone("America/Tijuana", "2026-11-01 12:00"),
        early,
    ) == hours(1.5)


def test_a_day_that_an_island_left_out_has_no_working_hours():
    apia = Calendar(ZoneInfo("Pacific/Apia"))
    assert business_time_between(
        in_zone("Pacific/Apia", "2011-12-29 17:00"),
        in_zone("Pacific/Apia", "2012-01-02 10:00"),
        apia,
    ) == hours(2)


def test_the_second_pass_of_a_repeated_hour_is_an_hour_later():
    madrid = round_the_clock("Europe/Madrid")
    first = in_zone("Europe/Madrid", "2026-10-25 02:30")
    second = in_zone("Europe/Madrid", "2026-10-25 02:30", fold=1)
    assert business_time_between(first, second, madrid) == hours(1)


# Business days


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-03-09 11:20", 2, "2026-03-11 11:20"),
        ("2026-03-13 17:30", 1, "2026-03-17 17:30"),
        ("2026-03-10 10:00", 6, "2026-03-19 10:00"),
        ("2026-03-10 20:00", 1, "2026-03-11 20:00"),
        ("2026-03-07 11:00", 2, "2026-03-11 09:00"),
        ("2026-03-14 23:59", 1, "2026-03-18 09:00"),
        ("2026-03-16 10:00", 1, "2026-03-18 09:00"),
    ],
)
def test_business_days_keep_the_local_time_and_skip_weekends_and_holidays(
    start: str, n: int, expected: str
):
    assert nth_business_day_after(mexico(start), n, MEXICO) == mexico(expected)


def test_a_business_day_keeps_its_local_time_across_a_change_of_clocks():
    madrid = Calendar(ZoneInfo("Europe/Madrid"))
    assert nth_business_day_after(
        in_zone("Europe/Madrid", "2026-03-27 10:00"), 1, madrid
    ) == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def test_a_skipped_local_time_becomes_the_moment_of_the_jump():
    tijuana = round_the_clock("America/Tijuana")
    assert nth_business_day_after(
        in_zone("America/Tijuana", "2026-03-07 02:30:15.5"), 1, tijuana
    ) == datetime(2026, 3, 8, 10, 0, tzinfo=UTC)


def test_a_repeated_local_time_is_its_first_pass():
    tijuana = round_the_clock("America/Tijuana")
    assert nth_business_day_after(
        in_zone("America/Tijuana", "2026-10-31 01:30"), 1, tijuana
    ) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


# What is refused


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(NaiveTime, match="2026-03-13T17:30:00 has no zone"):
        add_business_time(datetime(2026, 3, 13, 17, 30), hours(1), MEXICO)  # noqa: DTZ001


def test_time_is_not_taken_away():
    with pytest.raises(ValueError, match="never taken away"):
        add_business_time(mexico("2026-03-10 10:00"), hours(-1), MEXICO)


def test_days_are_counted_forward():
    with pytest.raises(ValueError, match="from 1"):
        nth_business_day_after(mexico("2026-03-10 10:00"), 0, MEXICO)


@pytest.mark.parametrize(
    "openings",
    [
        (Hours(time(18), time(9)),),
        (Hours(time(9), time(9)),),
        (Hours(time(9), time(14)), Hours(time(13), time(18))),
        (Hours(time(9), time(0)), Hours(time(10), time(11))),
    ],
)
def test_hours_that_cannot_be_are_refused(openings: tuple[Hours, ...]):
    with pytest.raises(ImpossibleHours):
        Calendar(ZoneInfo("UTC"), (openings,) * 7)


@pytest.mark.parametrize("days", [((),) * 7, ((Hours(time(9), time(18)),),) * 6])
def test_a_week_that_never_opens_or_lacks_a_day_is_refused(days: tuple[tuple[Hours, ...], ...]):
    with pytest.raises(ImpossibleHours):
        Calendar(ZoneInfo("UTC"), days)


# Any calendar, any moment


ANY_MINUTE = st.integers(0, 1440)
# An opening or closing inside a repeated hour has its own rule, and its own tests above.
NO_MINUTE_OF_A_CHANGE = st.just(0) | st.integers(240, 1440)


@st.composite
def openings(draw: st.DrawFn, minutes: st.SearchStrategy[int]) -> tuple[Hours, ...]:
    """None, one or two openings, to the minute; the last may go on to midnight."""
    marks = sorted(draw(st.sets(minutes, max_size=4)))
    at = [time(minute // 60 % 24, minute % 60) for minute in marks]
    return tuple(Hours(*pair) for pair in zip(at[::2], at[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn, minutes: st.SearchStrategy[int] = ANY_MINUTE) -> Calendar:
    days = draw(st.lists(openings(minutes), min_size=7, max_size=7).filter(any))
    off = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12))
    return Calendar(ZoneInfo(draw(st.sampled_from(ZONES))), tuple(days), off)


NEAR_A_CHANGE = st.builds(
    lambda change, seconds: datetime.fromisoformat(change) + timedelta(seconds=seconds),
    st.sampled_from(
        ["2026-03-08T10:00Z", "2026-11-01T09:00Z", "2026-03-29T01:00Z", "2026-10-25T01:00Z"]
    ),
    st.integers(-200_000, 200_000),
)
MOMENTS = NEAR_A_CHANGE | st.builds(
    lambda seconds: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    st.integers(0, 400 * 86_400),
)
AMOUNTS = st.timedeltas(timedelta(), timedelta(hours=60))


@given(calendars(), MOMENTS, AMOUNTS)
def test_what_is_added_is_what_is_measured(calendar: Calendar, start: datetime, amount: timedelta):
    due = add_business_time(start, amount, calendar)
    assert due >= start
    assert business_time_between(start, due, calendar) == amount


@given(calendars(), MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(hours=60)))
def test_the_term_is_not_used_up_a_moment_earlier(
    calendar: Calendar, start: datetime, amount: timedelta
):
    due = add_business_time(start, amount, calendar)
    earlier = due - timedelta(microseconds=1)
    assert business_time_between(start, earlier, calendar) < amount


@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS)
def test_a_term_in_two_parts_ends_when_the_whole_does(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
):
    halfway = add_business_time(start, first, calendar)
    assert add_business_time(halfway, second, calendar) == (
        add_business_time(start, first + second, calendar)
    )


@given(calendars(), MOMENTS, MOMENTS, AMOUNTS, AMOUNTS)
def test_what_begins_later_or_takes_longer_never_ends_sooner(
    calendar: Calendar, one: datetime, other: datetime, less: timedelta, more: timedelta
):
    assert add_business_time(min(one, other), min(less, more), calendar) <= (
        add_business_time(max(one, other), max(less, more), calendar)
    )


@given(calendars(), MOMENTS, st.lists(AMOUNTS, max_size=5))
def test_several_terms_at_once_end_where_each_does(
    calendar: Calendar, start: datetime, amounts: list[timedelta]
):
    assert add_business_times(start, amounts, calendar) == {
        amount: add_business_time(start, amount, calendar) for amount in amounts
    }


@given(calendars(), MOMENTS)
def test_nothing_added_changes_nothing(calendar: Calendar, start: datetime):
    assert add_business_time(start, timedelta(), calendar) == start


@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_time_between_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime):
    assert business_time_between(a, c, calendar) == (
        business_time_between(a, b, calendar) + business_time_between(b, c, calendar)
    )


@given(calendars(NO_MINUTE_OF_A_CHANGE), MOMENTS, st.integers(0, 2 * 1440))
def test_it_agrees_with_somebody_who_looks_at_the_clock_every_minute(
    calendar: Calendar, start: datetime, minutes: int
):
    start = start.replace(second=0, microsecond=0)
    looks = (start + timedelta(minutes=minute) for minute in range(minutes))
    seen = sum(is_open(look.astimezone(calendar.zone), calendar) for look in looks)
    end = start + timedelta(minutes=minutes)
    assert business_time_between(start, end, calendar) == timedelta(minutes=seen)


def is_open(local: datetime, calendar: Calendar) -> bool:
    return local.date() not in calendar.holidays and any(
        h.opens <= local.time() and (local.time() < h.closes or h.closes == time(0))
        for h in calendar.week[local.weekday()]
    )


@given(calendars(), MOMENTS, st.integers(1, 8))
def test_the_nth_business_day_has_n_business_days_after_the_first(
    calendar: Calendar, start: datetime, n: int
):
    first = start.astimezone(calendar.zone).date()
    while not calendar.is_business_day(first):
        first += timedelta(days=1)
    last = nth_business_day_after(start, n, calendar).astimezone(calendar.zone).date()
    days = [first + timedelta(days=day) for day in range(1, (last - first).days + 1)]
    assert sum(calendar.is_business_day(day) for day in days) == n
    assert calendar.is_business_day(last)


# Long spans

LONG_AGO_TO_FAR = st.builds(
    lambda seconds: datetime(1905, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    st.integers(0, 190 * 365 * 86_400),
)
ABOUT_NOW = st.builds(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    st.integers(0, 3 * 365 * 86_400),
)


@given(calendars(), LONG_AGO_TO_FAR | ABOUT_NOW, st.timedeltas(timedelta(), timedelta(days=500)))
def test_a_long_span_is_the_sum_of_its_fortnights(
    calendar: Calendar, start: datetime, span: timedelta
):
    fortnight = timedelta(days=14)
    marks = [start + n * fortnight for n in range(span // fortnight + 1)]
    pieces = zip(marks, [*marks[1:], start + span], strict=True)
    assert business_time_between(start, start + span, calendar) == sum(
        (business_time_between(*piece, calendar) for piece in pieces), timedelta()
    )


@pytest.mark.parametrize("zone", ["America/Mexico_City", "America/Tijuana"])
def test_eleven_centuries_of_a_wrong_clock_are_not_walked_day_by_day(zone: str):
    calendar = Calendar(ZoneInfo(zone), holidays=frozenset({date(2026, 3, 16)}))
    looked_at = _stretches.cache_info().misses
    weekdays = business_time_between(
        datetime(1900, 1, 1, tzinfo=calendar.zone), datetime(2999, 12, 31, tzinfo=calendar.zone),
        calendar,
    ) / hours(9)  # fmt: skip
    days = (date(2999, 12, 31) - date(1900, 1, 1)).days
    assert weekdays == sum((d % 7) < 5 for d in range(days)) - 1  # 1900 began on a Monday
    assert _stretches.cache_info().misses - looked_at < 20_000
