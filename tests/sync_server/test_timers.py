"""What is due is found by its time; whoever looks at every ticket finds nothing more."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from shared.ticket.people import Role
from shared.ticket.ticket import TERMINAL, State
from sync_server.database.tables import ticket, timer
from sync_server.records import records
from sync_server.schedule import sample, worker
from sync_server.tickets import timers
from tests.office import RunningOffice
from tests.sync_server import test_clocks
from tests.sync_server.test_clocks import business_days

validating, waiting = test_clocks.validating, test_clocks.waiting

LATER = timedelta(days=400)

COMMANDS: tuple[Callable[[RunningOffice, str], object], ...] = (
    lambda office, id: office.command(id, "escalate", level=1, reason="pending"),
    lambda office, id: office.command(id, "start", Role.ENGINEER),
    lambda office, id: office.command(id, "ask_customer", Role.ENGINEER, question="¿Cuál?"),
    lambda office, id: office.command(id, "await_solution", Role.ENGINEER, reason="parts"),
    lambda office, id: office.command(id, "resume", Role.ENGINEER),
    lambda office, id: office.command(id, "answer", Role.CALL_CENTRE),
    lambda office, id: office.command(id, "request_close", Role.CALL_CENTRE),
    lambda office, id: office.sets(id, priority="low"),
    lambda office, id: office.sets(id, priority="high"),
    lambda office, id: office.assign(id, office.user()),
)  # fmt: skip
"""What happens to a ticket between two looks; what is not allowed in its state is refused."""


def timers_of(office, id):
    rows = office.ask(lambda tx: tx.rows(select(timer).where(timer.c.ticket == id)))
    return {row.kind: row.due_at for row in rows}


def overlooked(office, now):
    """The tickets for which something is due that no timer tells of."""

    def look(tx):
        ids = tx.scalars(select(ticket.c.id).where(ticket.c.state.in_(sample.OPEN)))
        return [id for id in ids if sample.overlooked(tx, office.context, id, now)]

    return office.ask(look)


@pytest.mark.parametrize("seed", range(4))
def test_over_any_history_nothing_is_overlooked(office, seed):
    draw = random.Random(seed)
    now = office.clock()
    ids = [office.ticket(priority=draw.choice(["low", "high"])) for _ in range(6)]
    done = 0
    for _ in range(12):
        for id in draw.sample(ids, 3):
            draw.choice(COMMANDS)(office, id)
        step = timedelta(hours=draw.choice([0.01, 0.5, 1, 9, 25, 60, 200]))
        office.clock.offset += step
        now = office.clock()
        assert overlooked(office, now) == []
        done += worker.run_due(office.context, now).total()
        assert overlooked(office, now) == []
        if draw.random() < 0.3:
            special = {"items": [{"code": "REF-FUS-A3C", "special": draw.random() < 0.5}]}
            office.do(lambda tx: records.put(tx, "catalogue", "parts", special, now))  # noqa: B023
    assert done


def test_a_ticket_at_rest_is_not_looked_at(office, monkeypatch):
    id = office.ticket()
    worker.run_due(office.context, office.clock())
    looked = []
    monkeypatch.setattr(
        "sync_server.tickets.store.load", lambda tx, id, load=timers: looked.append(id)
    )
    worker.run_due(office.context, office.clock() + timedelta(seconds=1))
    assert looked == []
    assert timers_of(office, id)["escalation"] > office.clock()


def test_a_change_makes_it_due_at_once_and_a_look_says_when_again(office):
    id = office.ticket()
    assert timers_of(office, id) == {"escalation": timers.AT_ONCE}
    worker.run_due(office.context, office.clock())
    first = timers_of(office, id)["escalation"]
    assert first > office.clock()
    office.sets(id, priority="low")
    assert timers_of(office, id)["escalation"] == timers.AT_ONCE
    worker.run_due(office.context, office.clock())
    assert timers_of(office, id)["escalation"] == first, (
        "the term to answer is that of any priority"
    )


def test_what_changed_during_the_look_stays_due(office):
    id = office.ticket()
    seen = timers.Due(id, 0)
    office.sets(id, priority="low")
    office.do(lambda tx: timers.reckoned(tx, timers.Timer.ESCALATION, seen, None, "v"))
    assert timers_of(office, id) == {"escalation": timers.AT_ONCE}


def test_a_reminder_is_due_to_the_second(office, waiting):
    id, since = waiting
    worker.run_due(office.context, since + timedelta(seconds=1))
    at = timers_of(office, id)["reminders"]
    assert worker.run_due(office.context, at - timedelta(seconds=1))["reminded"] == 0
    assert worker.run_due(office.context, at)["reminded"] == 1


def test_another_day_off_moves_what_was_reckoned_without_it(office, waiting):
    id, since = waiting
    worker.run_due(office.context, since + timedelta(seconds=1))
    before = timers_of(office, id)["reminders"]
    day = before.astimezone(office.context.calendar.zone).date().isoformat()
    doc = {"items": [{"code": day, "labels": {"es": "Aniversario"}}]}
    office.do(lambda tx: records.put(tx, "catalogue", "holidays", doc, since))
    worker.run_due(office.context, since + timedelta(seconds=2))
    after = timers_of(office, id)["reminders"]
    assert after >= before + timedelta(days=1)
    assert worker.run_due(office.context, before)["reminded"] == 0
    assert worker.run_due(office.context, after)["reminded"] == 1


def test_an_ended_ticket_has_one_timer_and_after_it_none_that_comes(office, validating):
    id, since = validating
    worker.run_due(office.context, business_days(office, since, 6))
    assert office.fields(id)["state"] == "closed"
    assert set(timers_of(office, id)) == {"retirement"}
    later = business_days(office, since, 6) + timedelta(days=31)
    assert worker.run_due(office.context, later)["tickets_retired"] == 1
    assert timers_of(office, id) == {"retirement": None}


def test_a_timer_that_is_missing_or_late_is_found_within_a_day(office, waiting):
    lost, since = waiting
    late = office.ticket()
    now = since + timedelta(minutes=1)
    worker.run_due(office.context, now)
    office.do(lambda tx: tx.execute(delete(timer).where(timer.c.ticket == lost)) and None)
    of_late = update(timer).where(timer.c.ticket == late)
    office.do(lambda tx: tx.execute(of_late.values(due_at=now + LATER)) and None)
    now += timedelta(days=2)
    assert sorted(overlooked(office, now)) == sorted([lost, late])
    assert worker.run_due(office.context, now)["timer_sample_done"] == 1
    assert timers_of(office, lost) == dict.fromkeys(("escalation", "reminders"), timers.AT_ONCE)
    assert timers_of(office, late) == {"escalation": timers.AT_ONCE}
    assert worker.run_due(office.context, now)["escalated"] > 0
    assert overlooked(office, now) == []


def test_every_state_has_its_timers(office):
    for state in State:
        expected = {"retirement"} if state in TERMINAL else {"escalation"}
        if state in ("customer_validation", "close_requested", "waiting_customer"):
            expected |= {"reminders"}
        assert timers.kinds(state) == expected
    assert office.ask(lambda tx: tx.scalar(select(func.count()).select_from(timer))) == 0
