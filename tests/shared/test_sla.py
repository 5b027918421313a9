"""A promise is counted in business hours, stands still for the customer, and is kept or not."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sla.sla import (
    TARGETS,
    Attention,
    Clock,
    ClockReading,
    Course,
    Due,
    SlaStatus,
    Targets,
    attention,
    due,
    due_at,
    read_clocks,
)
from shared.time.calendar import Calendar, add_business_time, business_time_between
from shared.time.pauses import PAUSING, Pause, pauses_of

ZONE = ZoneInfo("America/Mexico_City")
CALENDAR = Calendar(ZONE, holidays=frozenset({date(2026, 3, 16)}))
HIGH = TARGETS["high"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def clock(which: Clock, course: Course, now: str, targets: Targets = HIGH) -> ClockReading:
    readings = {r.clock: r for r in read_clocks(course, targets, CALENDAR, at(now))}
    return readings[which]


def pauses(history: list[tuple[str, datetime]], now: datetime) -> tuple[Pause, ...]:
    """The pauses of a ticket that went through these states, as its record keeps them."""
    spans: list[dict[str, str]] = []
    for state, at in history:
        if state in PAUSING and (not spans or "to" in spans[-1]):
            spans.append({"from": at.isoformat()})
        elif state not in PAUSING and spans:
            spans[-1].setdefault("to", at.isoformat())
    return pauses_of(spans, now)


# What is due


def test_a_high_ticket_of_friday_evening_is_due_after_the_holiday():
    promised = due(at("2026-03-13 17:30"), HIGH, CALENDAR)
    assert promised.response == at("2026-03-17 09:30")
    assert promised.resolution == at("2026-03-17 16:30")


@pytest.mark.parametrize(
    ("folio", "opened", "priority", "response", "on_site", "resolution"),
    [
        ("101", "09 08:52", "high", "09 10:00", "09 13:00", "09 17:00"),
        ("102", "09 10:15", "medium", "09 12:15", "10 10:15", "11 10:15"),
        ("103", "09 11:02", "low", "09 15:02", None, "17 11:02"),
        ("104", "09 12:40", "medium", "09 14:40", "10 12:40", "11 12:40"),
        ("105", "10 07:30", "medium", "10 11:00", "10 18:00", "11 18:00"),
        ("106", "10 09:05", "high", "10 10:05", "10 13:05", "10 17:05"),
        ("107", "10 13:20", "medium", "10 15:20", "11 13:20", "12 13:20"),
        ("108", "10 15:48", "high", "10 16:48", "11 10:48", "11 14:48"),
        ("109", "10 16:05", "high", "10 17:05", "11 11:05", "11 15:05"),
        ("110", "11 09:30", "medium", "11 11:30", "12 09:30", "13 09:30"),
    ],
)
def test_every_ticket_of_the_demo_is_due_when_it_says(
    folio: str, opened: str, priority: str, response: str, on_site: str | None, resolution: str
):
    assert due(at(f"2026-03-{opened}"), TARGETS[priority], CALENDAR) == Due(
        at(f"2026-03-{response}"),
        None if on_site is None else at(f"2026-03-{on_site}"),
        at(f"2026-03-{resolution}"),
    )


def test_a_low_ticket_promises_no_visit():
    assert [r.clock for r in read_clocks(
        Course(at("2026-03-09 11:02")), TARGETS["low"], CALENDAR, at("2026-03-09 12:00")
    )] == [Clock.RESPONSE, Clock.RESOLUTION]  # fmt: skip


def test_an_organisation_may_promise_something_else():
    gold = Targets(timedelta(minutes=15), timedelta(hours=2), timedelta(hours=4))
    assert due(at("2026-03-09 10:00"), gold, CALENDAR).response == at("2026-03-09 10:15")


def test_a_promise_of_nothing_is_refused():
    with pytest.raises(ValueError, match="longer than nothing"):
        replace(HIGH, response=timedelta())


# Pauses


def test_a_pause_moves_what_is_due_by_its_business_hours():
    asked = (Pause(at("2026-03-09 13:00"), at("2026-03-10 10:00")),)
    promised = due(at("2026-03-09 09:00"), HIGH, CALENDAR, asked)
    assert promised.response == at("2026-03-09 10:00")
    assert promised.on_site == at("2026-03-09 13:00")
    assert promised.resolution == at("2026-03-10 14:00")


def test_while_the_customer_is_asked_what_is_due_moves_on_with_the_day():
    history = [("waiting_customer", at("2026-03-09 13:00"))]
    for now, resolution in [("09 13:00", "09 17:00"), ("09 15:00", "10 10:00")]:
        so_far = pauses(history, at(f"2026-03-{now}"))
        assert due(at("2026-03-09 09:00"), HIGH, CALENDAR, so_far).resolution == (
            at(f"2026-03-{resolution}")
        )


def test_a_weekend_of_waiting_moves_nothing():
    asked = (Pause(at("2026-03-06 18:00"), at("2026-03-09 09:00")),)
    opened = at("2026-03-06 15:00")
    assert due(opened, HIGH, CALENDAR, asked) == due(opened, HIGH, CALENDAR)


def test_a_tablet_whose_clock_was_late_makes_no_pause_without_end():
    history = [
        ("waiting_customer", at("2026-03-09 10:00")),
        ("in_analysis", at("2026-03-09 09:58")),
    ]
    assert pauses(history, at("2026-03-12 10:00")) == ()


def test_two_pauses_that_overlap_by_the_clocks_of_two_tablets_count_once():
    paused = [
        {"from": "2026-03-09T10:00:00-06:00", "to": "2026-03-09T12:00:00-06:00"},
        {"from": "2026-03-09T11:55:00-06:00", "to": "2026-03-09T13:00:00-06:00"},
    ]
    one, other = pauses_of(paused, at("2026-03-10 10:00"))
    assert (one.until, other.since) == (at("2026-03-09 12:00"), at("2026-03-09 12:00"))


def test_a_ticket_that_never_waited_has_no_pauses():
    assert pauses([("new", at("2026-03-09 10:00"))], at("2026-03-12 10:00")) == ()


# How it stands


@pytest.mark.parametrize(
    ("now", "status", "fraction"),
    [
        ("2026-03-09 09:00", SlaStatus.RUNNING, 0.0),
        ("2026-03-09 14:59:59", SlaStatus.RUNNING, 0.75 - 1 / 28800),
        ("2026-03-09 15:00", SlaStatus.WARNING, 0.75),
        ("2026-03-09 17:00", SlaStatus.WARNING, 1.0),
        ("2026-03-09 17:00:01", SlaStatus.BREACHED, 1 + 1 / 28800),
        ("2026-03-10 10:00", SlaStatus.BREACHED, 1.25),
    ],
)
def test_a_clock_warns_at_three_quarters_and_breaks_after_its_term(
    now: str, status: SlaStatus, fraction: float
):
    reading = clock(Clock.RESOLUTION, Course(at("2026-03-09 09:00")), now)
    assert reading.status is status
    assert reading.fraction == pytest.approx(fraction)


def test_time_left_is_counted_in_business_hours_and_goes_below_nothing():
    course = Course(at("2026-03-09 09:00"))
    assert clock(Clock.RESOLUTION, course, "2026-03-09 14:50").left == timedelta(
        hours=2, minutes=10
    )
    assert clock(Clock.RESOLUTION, course, "2026-03-09 17:35").left == timedelta(minutes=-35)


def test_finished_at_the_last_instant_is_in_time():
    done = Course(at("2026-03-09 09:00"), happened={Clock.RESOLUTION: at("2026-03-09 17:00")})
    assert clock(Clock.RESOLUTION, done, "2026-03-20 12:00").status is SlaStatus.MET


def test_finished_a_second_late_is_late():
    done = Course(at("2026-03-09 09:00"), happened={Clock.RESOLUTION: at("2026-03-09 17:00:01")})
    assert clock(Clock.RESOLUTION, done, "2026-03-20 12:00").status is SlaStatus.BREACHED


def test_finished_on_the_evening_of_a_term_that_ended_with_the_day_is_late():
    done = Course(at("2026-03-10 07:30"), happened={Clock.ON_SITE: at("2026-03-10 18:30")})
    reading = clock(Clock.ON_SITE, done, "2026-03-11 12:00", TARGETS["medium"])
    assert reading.status is SlaStatus.BREACHED


def test_work_done_offline_in_time_counts_as_in_time_when_it_arrives():
    opened = at("2026-03-09 09:00")
    assert clock(Clock.RESOLUTION, Course(opened), "2026-03-10 10:00").status is SlaStatus.BREACHED
    arrived = Course(opened, happened={Clock.RESOLUTION: at("2026-03-09 16:00")})
    assert clock(Clock.RESOLUTION, arrived, "2026-03-10 10:00").status is SlaStatus.MET


def test_the_days_of_validation_do_not_count():
    done = Course(at("2026-03-09 09:00"), happened={Clock.RESOLUTION: at("2026-03-09 12:00")})
    reading = clock(Clock.RESOLUTION, done, "2026-03-19 12:00")
    assert (reading.elapsed, reading.left) == (timedelta(hours=3), timedelta(hours=5))


def test_a_question_asked_after_the_first_answer_does_not_move_what_was_answered():
    course = Course(
        at("2026-03-09 09:00"),
        (Pause(at("2026-03-09 09:40"), at("2026-03-09 15:00")),),
        {Clock.RESPONSE: at("2026-03-09 09:30")},
    )
    reading = clock(Clock.RESPONSE, course, "2026-03-09 16:00")
    assert (reading.due, reading.status) == (at("2026-03-09 10:00"), SlaStatus.MET)


def test_an_engineer_already_on_site_when_the_ticket_was_opened_has_arrived_in_time():
    course = Course(at("2026-03-09 09:30"), happened={Clock.ON_SITE: at("2026-03-09 09:00")})
    reading = clock(Clock.ON_SITE, course, "2026-03-09 16:00")
    assert (reading.status, reading.elapsed) == (SlaStatus.MET, timedelta())


def test_attention_is_told_by_the_wall_clock_in_business_hours_and_without_the_pauses():
    asked = (Pause(at("2026-03-09 13:00"), at("2026-03-10 10:00")),)
    assert attention(at("2026-03-09 09:00"), at("2026-03-10 12:00"), CALENDAR, asked) == Attention(
        natural=timedelta(hours=27), gross=timedelta(hours=12), net=timedelta(hours=6)
    )


# Any history

MOMENTS = st.integers(0, 14 * 86_400).map(lambda s: at("2026-03-05 00:00") + timedelta(seconds=s))
STATES = st.sampled_from(["in_analysis", "waiting_customer", "waiting_final_solution"])
HISTORIES = st.lists(st.tuples(STATES, MOMENTS), max_size=6)


@given(MOMENTS, HISTORIES, MOMENTS, st.sampled_from([1, 4, 8, 9, 18, 45]))
def test_at_its_due_moment_exactly_the_target_has_run(
    opened: datetime, history: list[tuple[str, datetime]], now: datetime, target: int
):
    waited = pauses(history, now)
    moment = due_at(opened, timedelta(hours=target), CALENDAR, waited)
    course = Course(opened, waited, {Clock.RESOLUTION: moment})
    targets = replace(HIGH, resolution=timedelta(hours=target))
    reading = read_clocks(course, targets, CALENDAR, moment)[-1]
    assert reading.status is SlaStatus.MET
    assert (reading.elapsed, reading.left, reading.fraction) == (reading.target, timedelta(), 1.0)


@given(MOMENTS, HISTORIES, MOMENTS)
def test_a_pause_never_brings_a_term_nearer(
    opened: datetime, history: list[tuple[str, datetime]], now: datetime
):
    term = timedelta(hours=8)
    assert due_at(opened, term, CALENDAR, pauses(history, now)) >= (
        add_business_time(opened, term, CALENDAR)
    )


@given(MOMENTS, HISTORIES, MOMENTS)
def test_net_and_paused_time_are_the_gross_time(
    opened: datetime, history: list[tuple[str, datetime]], until: datetime
):
    waited = pauses(history, until)
    told = attention(opened, until, CALENDAR, waited)
    paused = sum(
        (
            business_time_between(max(pause.since, opened), min(pause.until, until), CALENDAR)
            for pause in waited
            if max(pause.since, opened) < min(pause.until, until)
        ),
        timedelta(),
    )
    assert told.gross - told.net == paused


@given(MOMENTS, HISTORIES, MOMENTS, MOMENTS)
def test_a_running_clock_never_goes_back(
    opened: datetime, history: list[tuple[str, datetime]], one: datetime, other: datetime
):
    def elapsed(now: datetime) -> timedelta:
        return read_clocks(Course(opened, pauses(history, now)), HIGH, CALENDAR, now)[-1].elapsed

    assert elapsed(min(one, other)) <= elapsed(max(one, other))
