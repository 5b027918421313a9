"""The supervisor's board: each queue holds what waits, and nothing else; it hears what moves."""

import html
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import true, update

from shared.sla.sla import SlaStatus
from shared.ticket.people import Role
from sync_server.console.tickets.queues import Queue, tickets_in
from sync_server.console.tickets.rows import clocks, in_order
from sync_server.database.tables import ticket
from sync_server.identity import devices
from sync_server.tickets import conflicts
from tests.sync_server.console.browser import browser
from tests.sync_server.visit import finished


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


def rows(page: str) -> list[str]:
    """The ids of a list's tickets, from top to bottom."""
    table = page.split("<tbody>")[1].split("</tbody>")[0]
    return re.findall(r'class="open figure" href="/tickets/([\w-]+)"', table)


def due(office, response: float, resolution: float) -> str:
    """A ticket that nobody has, whose terms end so many hours from now, or ended."""
    id, now = office.ticket(assignee=None), office.clock()
    terms = {"due_response": now + timedelta(hours=response), "due_on_site": None,
             "due_resolution": now + timedelta(hours=resolution)}  # fmt: skip
    office.do(lambda tx: tx.execute(update(ticket).where(ticket.c.id == id).values(**terms)))
    return str(id)


def test_a_queue_begins_with_what_can_still_be_saved(supervisor, office):
    """Soonest first; then what is lost, the latest loss first."""
    lost_long_ago, lost_today = due(office, -1889, -1888), due(office, -60, -1)
    tomorrow, one_term_lost, soon = due(office, 20, 30), due(office, -1, 5), due(office, 2, 40)
    for path in ("/?queue=to_assign", "/tickets?queue=to_assign"):
        assert rows(supervisor.see(path)) == [
            soon, one_term_lost, tomorrow, lost_today, lost_long_ago,
        ]  # fmt: skip


def test_a_ticket_whose_clocks_stand_comes_after_those_that_run(browse, office):
    paused = office.ticket()
    office.command(paused, "start", Role.ENGINEER)
    office.command(paused, "ask_customer", Role.ENGINEER, question="¿Cuál?")
    running = office.ticket()
    office.clock.forward(hours=25)
    assert rows(browse("manager").see("/?queue=over_24h")) == [running, paused]


def test_a_row_says_what_was_reported_and_why_it_is_there(supervisor, office):
    long = "Se atora el papel " * 20
    id = office.ticket(assignee=None, description=f"C6000 {long}")
    page = supervisor.see("/?queue=to_assign")
    assert "C6000 Se atora el papel" in page
    assert long not in page
    assert "Espera un ingeniero; llegó hace un momento" in page
    office.command(id, "escalate", reason="El hospital se detuvo")
    page = supervisor.see("/?queue=escalated")
    assert "Nivel 1: El hospital se detuvo" in page


def test_what_somebody_acknowledged_leaves_the_escalated_and_waits_to_be_assigned(
    supervisor, office
):
    id = office.ticket()
    office.command(id, "escalate", reason="Urge")
    assert counts(supervisor.see("/"))["escalated"] == 1
    assert counts(supervisor.see("/"))["to_assign"] == 0
    office.command(id, "acknowledge_escalation")
    page = supervisor.see("/?queue=to_assign")
    assert (counts(page)["escalated"], counts(page)["to_assign"]) == (0, 1)
    assert "Escalado y atendido: falta asignarlo" in page
    office.assign(id, office.user())
    assert counts(supervisor.see("/"))["to_assign"] == 0
    office.command(id, "escalate", reason="Otra vez")
    assert counts(supervisor.see("/"))["escalated"] == 1


def test_a_good_closing_that_waits_for_files_is_nothing_to_correct(supervisor, office, raw):
    visit = finished(raw, office.ticket())
    visit.push()
    assert "closing" in office.fields(visit.ticket)["flags"]
    page = supervisor.see("/")
    assert "Por corregir" not in page
    assert "van en camino" in page or "va en camino" in page


@pytest.mark.parametrize(
    "role",
    [
        "supervisor",
        "call_centre",
        "manager",
        "director",
        "account_executive",
        "back_office",
        "administrator",
        "engineer",
    ],
)
def test_no_page_leads_a_role_where_it_may_not_be(browse, office, raw, role):
    """Every link of every page that is open to it, one step on."""
    office.sets(office.ticket(), description="Uno")
    contested = office.ticket()
    office.sets(contested, description="Uno")
    office.sets(contested, Role.CALL_CENTRE, base_rev=1, description="Otro")
    visit = finished(raw, office.ticket())
    visit.upload()
    visit.push()
    visit.tablet.push(visit.tablet.appends(visit.ticket, "notes", text="se me olvidó"))
    office.clock.forward(days=5)
    visitor, seen = browse(role), set[str]()
    start = visitor.get("/").headers.get("location", "/")
    paths = [start, "/?queue=silent", "/?queue=late", f"/tickets/{visit.ticket}",
             f"/tickets/{contested}", "/conflicts", "/late"]  # fmt: skip
    pages = [a.text for path in paths if (a := visitor.get(path)).status_code == 200]
    links = {link for page in pages for link in re.findall(r'href="(/[^"#]*)"', page)}
    for link in sorted(links - seen):
        if not link.startswith("/static"):
            assert visitor.get(html.unescape(link)).status_code in (200, 303), link
