"""The silent customer is reminded on the right days, once each, and then the ticket closes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sla.timers import STEPS, Action, Planned, plan, steps_due
from shared.time.calendar import Calendar

ZONE = ZoneInfo("America/Mexico_City")
CALENDAR = Calendar(ZONE, holidays=frozenset({date(2026, 3, 16)}))
NOTHING: frozenset[str] = frozenset()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def planned(state: str, since: str, last_action: str | None = None) -> tuple[Planned, ...]:
    return plan(state, at(since), None if last_action is None else at(last_action), CALENDAR)


def codes(steps: list[Planned]) -> list[str]:
    return [item.step.code for item in steps]


@pytest.mark.parametrize("state", ["customer_validation", "close_requested"])
def test_a_customer_who_should_validate_is_reminded_three_times(state: str):
    assert [(item.step.code, item.at) for item in planned(state, "03-10 16:00")] == [
        ("reminder_1_hour", at("03-10 17:00")),
        ("reminder_2_days", at("03-12 16:00")),
        ("reminder_5_days", at("03-18 16:00")),
        ("close", at("03-19 16:00")),
    ]


def test_a_customer_who_should_answer_is_reminded_twice_and_closed_for_lack_of_information():
    steps = planned("waiting_customer", "03-10 12:40")
    assert [(item.step.code, item.at) for item in steps] == [
        ("reminder_2_days", at("03-12 12:40")),
        ("reminder_4_days", at("03-17 12:40")),
        ("close", at("03-19 12:40")),
    ]
    assert steps[-1].step.final_classification == "HD1"


def test_a_validated_ticket_closes_with_the_engineers_classification():
    assert planned("customer_validation", "03-10 12:40")[-1].step.final_classification is None


def test_a_solution_given_on_saturday_is_counted_from_mondays_opening():
    assert [item.at for item in planned("customer_validation", "03-07 11:00")] == [
        at("03-07 12:00"),
        at("03-11 09:00"),
        at("03-17 09:00"),
        at("03-18 09:00"),
    ]


def test_a_customer_who_confirmed_is_left_in_peace_and_it_closes_a_business_day_later():
    def confirmed(state: str, at_: str) -> list[tuple[str, datetime]]:
        steps = plan(state, at("03-10 12:40"), at("03-12 09:00"), CALENDAR, at(at_))
        return [(item.step.code, item.at) for item in steps]

    one = confirmed("customer_validation", "03-11 10:00")
    assert one == [("close_confirmed", at("03-12 10:00"))]
    # Friday the 13th; Monday is a holiday.
    assert confirmed("customer_validation", "03-13 17:59") == [
        ("close_confirmed", at("03-17 17:59"))
    ]
    assert confirmed("customer_validation", "03-14 11:00") == [
        ("close_confirmed", at("03-18 09:00"))
    ]
    assert len(confirmed("close_requested", "03-11 10:00")) == 4


@pytest.mark.parametrize("state", ["waiting_final_solution", "in_analysis", "escalated", "closed"])
def test_a_ticket_that_waits_for_us_never_closes_by_itself(state: str):
    assert planned(state, "03-10 12:40") == ()


def test_nothing_is_due_a_second_early():
    steps = planned("waiting_customer", "03-10 12:40")
    assert steps_due(steps, NOTHING, at("03-12 12:39:59")) == []
    assert codes(steps_due(steps, NOTHING, at("03-12 12:40"))) == ["reminder_2_days"]


def test_a_reminder_that_has_gone_out_does_not_go_again():
    steps = planned("waiting_customer", "03-10 12:40")
    (first,) = steps_due(steps, NOTHING, at("03-12 13:00"))
    assert steps_due(steps, {first.key}, at("03-12 14:00")) == []
    assert codes(steps_due(steps, {first.key}, at("03-17 13:00"))) == ["reminder_4_days"]


def test_a_new_action_of_support_starts_the_count_again():
    before = planned("waiting_customer", "03-10 12:40")
    sent = {item.key for item in steps_due(before, NOTHING, at("03-12 13:00"))}
    again = planned("waiting_customer", "03-10 12:40", last_action="03-13 10:00")
    assert steps_due(again, sent, at("03-17 10:00")) == []
    assert codes(steps_due(again, sent, at("03-18 10:00"))) == ["reminder_2_days"]


def test_an_action_before_the_state_does_not_shorten_the_count():
    assert planned("waiting_customer", "03-10 12:40", last_action="03-04 10:00") == (
        planned("waiting_customer", "03-10 12:40")
    )


def test_after_an_outage_every_reminder_still_goes_out_before_the_closing():
    due = steps_due(planned("waiting_customer", "03-10 12:40"), NOTHING, at("03-30 09:00"))
    assert codes(due) == ["reminder_2_days", "reminder_4_days", "close"]
    assert [item.overtaken for item in due] == [True, True, False]


def test_after_a_short_outage_only_the_earlier_reminder_is_overtaken():
    due = steps_due(planned("customer_validation", "03-10 12:40"), NOTHING, at("03-12 15:00"))
    assert [(item.step.code, item.overtaken) for item in due] == [
        ("reminder_1_hour", True),
        ("reminder_2_days", False),
    ]


def test_a_step_has_another_name_in_another_state():
    one = planned("customer_validation", "03-10 12:40")
    other = planned("close_requested", "03-10 12:40")
    assert not {item.key for item in one} & {item.key for item in other}


def test_the_same_instant_in_another_zone_has_the_same_name():
    start = at("03-10 12:40")
    utc = start.astimezone(ZoneInfo("UTC"))
    assert plan("waiting_customer", start, None, CALENDAR) == (
        plan("waiting_customer", utc, None, CALENDAR)
    )


MINUTES = st.integers(0, 30 * 1440)


@given(st.sampled_from(sorted(STEPS)), MINUTES, st.lists(MINUTES, max_size=8))
def test_however_often_one_looks_each_step_comes_once_and_in_order(
    state: str, started: int, looks: list[int]
):
    start = at("03-01 00:00") + timedelta(minutes=started)
    steps = plan(state, start, None, CALENDAR)
    seen: list[Planned] = []
    for look in sorted(looks):
        seen += steps_due(steps, {item.key for item in seen}, start + timedelta(minutes=look))
    assert [item.key for item in seen] == [item.key for item in steps[: len(seen)]]


@given(st.sampled_from(sorted(STEPS)), MINUTES)
def test_the_closing_comes_last_and_nothing_comes_before_its_cause(state: str, started: int):
    start = at("03-01 00:00") + timedelta(minutes=started)
    steps = plan(state, start, None, CALENDAR)
    times = [start, *(item.at for item in steps)]
    assert times == sorted(times)
    assert [item.step.action for item in steps].index(Action.CLOSE) == len(steps) - 1
