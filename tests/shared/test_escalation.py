"""Every cause is raised once, at its level, and nothing takes it back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sla.escalation import Escalation, Facts, Limits, Trigger, escalations, next_look

OPENED = datetime(2026, 3, 10, 15, 5, tzinfo=UTC)
QUIET = Facts(opened=OPENED, now=OPENED, priority="medium")


def after(hours: float, **known: object) -> Facts:
    return replace(QUIET, now=OPENED + timedelta(hours=hours), **known)  # type: ignore[arg-type]


def test_a_ticket_in_order_escalates_nothing():
    assert escalations(after(24)) == []


@pytest.mark.parametrize(
    ("hours", "priority", "level"),
    [
        (24.001, "low", 1),
        (48, "medium", 1),
        (48.001, "medium", 2),
        (72, "high", 2),
        (72.001, "high", 3),
        (500, "medium", 2),
    ],
)
def test_the_longer_unresolved_the_higher_it_goes(hours: float, priority: str, level: int):
    assert escalations(after(hours, priority=priority)) == [
        Escalation(Trigger.E1, level, "unresolved")
    ]


def test_natural_hours_run_through_a_change_of_clocks():
    madrid = ZoneInfo("Europe/Madrid")
    facts = Facts(
        opened=datetime(2026, 10, 24, 12, 0, tzinfo=madrid),
        now=datetime(2026, 10, 25, 11, 30, tzinfo=madrid),
        priority="low",
    )
    assert escalations(facts) == [Escalation(Trigger.E1, 1, "unresolved")]


def test_what_is_resolved_does_not_grow_old():
    assert escalations(after(100, resolved=True)) == []


def test_an_organisation_may_wait_longer():
    assert escalations(after(30), Limits(first=timedelta(hours=36))) == []


@pytest.mark.parametrize(
    ("known", "raised"),
    [
        ({"response_breached": True}, Escalation(Trigger.E2, 1, "response_breached")),
        ({"resolution_breached": True}, Escalation(Trigger.E2, 2, "resolution_breached")),
        ({"special_part_needed": True}, Escalation(Trigger.E3, 1, "special_part")),
        ({"customer_dissatisfied": True}, Escalation(Trigger.E5, 1, "dissatisfied")),
    ],
)
def test_each_cause_has_its_level(known: dict[str, bool], raised: Escalation):
    assert escalations(after(1, **known)) == [raised]


def test_a_dissatisfied_customer_with_a_stopped_machine_goes_to_the_manager():
    assert escalations(after(1, customer_dissatisfied=True, priority="high")) == [
        Escalation(Trigger.E5, 2, "dissatisfied_high")
    ]


def test_a_customer_dissatisfied_again_goes_to_the_manager():
    assert escalations(after(1, customer_dissatisfied=True, recurrent=True)) == [
        Escalation(Trigger.E5, 2, "dissatisfied_recurrent")
    ]


def test_recurrence_alone_raises_nothing():
    assert escalations(after(1, recurrent=True)) == []


def test_what_was_raised_is_not_raised_again():
    assert escalations(after(30, special_part_needed=True, raised={"E1": 1, "E3": 1})) == []


def test_a_cause_that_has_grown_is_raised_at_its_new_level():
    facts = after(1, response_breached=True, resolution_breached=True, raised={"E2": 1})
    assert escalations(facts) == [Escalation(Trigger.E2, 2, "resolution_breached")]


def test_after_an_outage_only_the_level_reached_is_told():
    facts = after(60, response_breached=True, resolution_breached=True)
    assert [(e.trigger, e.level) for e in escalations(facts)] == [("E1", 2), ("E2", 2)]


def test_a_lower_priority_takes_no_escalation_back():
    facts = after(80, priority="low", raised={"E1": 3})
    assert escalations(facts) == []


def test_a_lesser_cause_is_told_beside_a_higher_one():
    part = escalations(after(1, special_part_needed=True, raised={"E2": 2}))
    assert part == [Escalation(Trigger.E3, 1, "special_part")]


def test_only_anger_reaches_the_executive():
    every = escalations(
        after(30, response_breached=True, special_part_needed=True, customer_dissatisfied=True)
    )
    assert [e.trigger for e in every] == list(Trigger)
    assert [e.trigger for e in every if e.tells_account_executive] == [Trigger.E5]


FACTS = st.builds(
    Facts,
    opened=st.just(OPENED),
    now=st.integers(0, 200).map(lambda hours: OPENED + timedelta(hours=hours)),
    priority=st.sampled_from(["high", "medium", "low"]),
    resolved=st.booleans(),
    response_breached=st.booleans(),
    resolution_breached=st.booleans(),
    special_part_needed=st.booleans(),
    customer_dissatisfied=st.booleans(),
    recurrent=st.booleans(),
)


@given(FACTS)
def test_asked_again_there_is_nothing_left_to_raise(facts: Facts):
    raised = {e.trigger.value: e.level for e in escalations(facts)}
    assert escalations(replace(facts, raised=raised)) == []


@given(st.lists(FACTS, max_size=6))
def test_whatever_happens_no_cause_is_told_twice_at_one_level(course: list[Facts]):
    raised: dict[str, int] = {}
    told: list[tuple[str, int]] = []
    for facts in course:
        new = escalations(replace(facts, raised=dict(raised)))
        told += [(e.trigger, e.level) for e in new]
        assert all(e.level > raised.get(e.trigger, 0) for e in new)
        raised |= {e.trigger.value: e.level for e in new}
    assert len(told) == len(set(told))


moments = st.integers(0, 100 * 60).map(lambda minutes: OPENED + timedelta(minutes=minutes))
some_facts = st.builds(
    Facts,
    opened=st.just(OPENED),
    now=moments,
    priority=st.sampled_from(["low", "medium", "high"]),
    resolved=st.booleans(),
    special_part_needed=st.booleans(),
    customer_dissatisfied=st.booleans(),
    raised=st.dictionaries(st.sampled_from(Trigger), st.integers(1, 3)),
    response_due=st.none() | moments,
    resolution_due=st.none() | moments,
)


def at(facts: Facts, now: datetime) -> Facts:
    """The same ticket at another time, its terms read anew."""
    late = [due is not None and now > due for due in (facts.response_due, facts.resolution_due)]
    return replace(facts, now=now, response_breached=late[0], resolution_breached=late[1])


@given(some_facts, st.integers(0, 200 * 60))
def test_before_the_next_look_nothing_is_to_be_raised(facts: Facts, later: int):
    facts = at(facts, facts.now)
    look, then = next_look(facts), facts.now + timedelta(minutes=later)
    if look is None or then < look:
        assert escalations(at(facts, then)) == []


@given(some_facts)
def test_at_the_next_look_or_just_after_it_something_is(facts: Facts):
    facts = at(facts, facts.now)
    look = next_look(facts)
    if look is not None:
        assert escalations(at(facts, look)) or escalations(at(facts, look + timedelta(seconds=1)))


def test_a_ticket_of_the_last_day_there_is_grows_old_by_no_overflow():
    end = datetime.max.replace(tzinfo=UTC)
    assert next_look(replace(QUIET, opened=end, now=end)) is None
