"""The supervisor's board: each queue holds what waits, and nothing else; it hears what moves."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import true

from shared.sla.sla import SlaStatus
from shared.ticket.people import Role
from sync_server.console.tickets.queues import Queue, tickets_in
from sync_server.console.tickets.rows import clocks, in_order
from sync_server.identity import devices
from sync_server.tickets import conflicts
from tests.sync_server.console.browser import browser


def counts(page: str) -> dict[str, int]:
    tiles = re.findall(r'href="/\?queue=(\w+)".*?class="number">(\d+)<', page, re.DOTALL)
    return {queue: int(number) for queue, number in tiles}


def test_a_calm_day_says_so_in_every_queue(supervisor):
    assert counts(supervisor.see("/")) == {queue.value: 0 for queue in Queue}
    for queue in Queue:
        assert 'class="empty"' in supervisor.see("/", params={"queue": queue.value})


def test_what_nobody_has_waits_to_be_assigned(supervisor, office):
    office.ticket(assignee=None)
    office.ticket()
    page = supervisor.see("/")
    assert counts(page)["to_assign"] == 1
    assert "Sin asignar" in page


def test_time_puts_a_ticket_at_risk_and_then_over_a_day(browse, office):
    office.ticket()
    assert counts(browse("supervisor").see("/"))["at_risk"] == 0
    office.clock.forward(days=4)
    page = browse("manager").see("/", params={"queue": "at_risk"})
    assert counts(page)["at_risk"] == counts(page)["over_24h"] == 1
    assert "vencido hace" in page


@pytest.mark.parametrize("priority", ["high", "medium", "low"])
def test_at_risk_are_those_of_which_a_clock_says_so(office, priority):
    office.ticket(type="technical_fault", priority=priority)
    started = office.ticket(type="technical_fault", priority=priority)
    office.command(started, "start", Role.ENGINEER)

    def looked(tx, now):
        found = tickets_in(tx, office.context, Queue.AT_RISK, now, 100)
        return {row.id for row in found}

    def read(tx, now):
        rows = tx.rows(in_order(true()))
        return {row.id for row in rows if warns(clocks(row, office.context.calendar, now))}

    for hours in range(0, 24 * 9, 3):
        now = office.clock() + timedelta(hours=hours)
        assert office.ask(lambda tx, now=now: looked(tx, now) == read(tx, now)), hours


def warns(read) -> bool:
    return any(
        one.happened is None and one.status in (SlaStatus.WARNING, SlaStatus.BREACHED)
        for one in read
    )


def test_escalated_rejected_conflicting_and_late_work_is_found(supervisor, office):
    escalated = office.ticket()
    office.command(escalated, "escalate", reason="El cliente lo pide")
    assert counts(supervisor.see("/"))["escalated"] == 1
    contested = office.ticket()
    office.sets(contested, description="Uno")
    office.sets(contested, Role.CALL_CENTRE, base_rev=1, description="Otro")
    assert office.ask(lambda tx: conflicts.open_all(tx))
    assert counts(supervisor.see("/"))["conflicts"] == 1


def test_a_tablet_is_silent_after_a_working_day(browse, office):
    engineer, now = office.user(), office.clock()
    office.do(lambda tx: devices.add(tx, office.context, engineer.id, {"name": "Tab A9"}, now))
    assert counts(browse("supervisor").see("/"))["silent"] == 0
    office.clock.forward(days=5)
    page = browse("manager").see("/", params={"queue": "silent"})
    assert counts(page)["silent"] == 1
    assert "Tab A9" in page


@pytest.mark.parametrize("queue", ["nonsense", "' or 1=1", ""])
def test_an_unknown_queue_is_the_first_that_has_something(supervisor, office, queue):
    office.ticket(assignee=None)
    assert "Sin asignar" in supervisor.see("/console/board", params={"queue": queue})


def test_the_board_hears_that_something_moved(supervisor, office):
    ticket = office.ticket(assignee=None)
    heard: list[str] = []
    listening = threading.Event()

    def listen() -> None:
        other = browser(office, Role.SUPERVISOR)
        with other, other.stream("GET", "/console/live") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                listening.set()
                heard.append(line)
                if line.startswith("event:"):
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    assert listening.wait(10)
    supervisor.done(f"/tickets/{ticket}/do/assign", assignee=office.user().id)
    listener.join(10)
    assert "event: moved" in heard
    assert "Asignó a Luis Cano" in supervisor.see("/console/board")
