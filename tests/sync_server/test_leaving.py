"""Somebody leaves: what they had in hand is somebody's or waits to be assigned, never nobody's."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from shared.ticket.people import Actor, Role
from sync_server.commands.cli import folio
from sync_server.console.tickets import queues
from sync_server.console.tickets.queues import Queue
from sync_server.database.tables import ticket
from sync_server.identity import audit_log, sessions, users
from sync_server.tickets import leaving
from tests.office import RunningOffice
from tests.sync_server.console.browser import Browser, browser, said


@pytest.fixture
def in_hand(office: RunningOffice) -> tuple[str, str, str]:
    """Of the engineer: one assigned, one under way, one that only waits for its customer."""
    assigned, started, waits = (office.ticket() for _ in range(3))
    for id in (started, waits):
        office.command(id, "start", Role.ENGINEER)
    office.command(waits, "request_close", Role.CALL_CENTRE, proof="Correo del cliente")
    return assigned, started, waits


def to_assign(office: RunningOffice) -> set[str]:
    condition = queues.condition(Queue.TO_ASSIGN, office.clock(), office.context.calendar)
    return set(office.ask(lambda tx: tx.scalars(select(ticket.c.id).where(condition))))


def test_without_an_heir_all_that_must_go_on_waits_to_be_assigned(office, in_hand):
    assigned, started, _ = in_hand
    assert to_assign(office) == set()
    with browser(office, Role.ADMINISTRATOR) as admin:
        page = admin.see("/people")
        assert "3 tickets abiertos" in page
        done = admin.done(f"/people/{office.user().id}/active")
        assert "Por asignar" in done
    assert to_assign(office) == {assigned, started}
    other = office.user(Role.ENGINEER, "Nora Gil")
    for id in (assigned, started):
        assert office.command(id, "assign", Role.SUPERVISOR, assignee=other.id).outcome == "applied"
    assert to_assign(office) == set()


def test_what_the_customer_sends_back_waits_to_be_assigned_too(office, in_hand):
    waits = in_hand[2]
    boss = office.user(Role.SUPERVISOR)
    actor = Actor(boss.id, boss.role)
    person = office.user()
    office.do(lambda tx: leaving.deactivate(tx, office.context, actor, person, office.clock()))
    assert waits not in to_assign(office)
    office.do(
        lambda tx: tx.execute(
            ticket.update().where(ticket.c.id == waits).values(state="in_analysis")
        )
    )
    assert waits in to_assign(office)


def test_an_heir_goes_on_where_it_stood(office, in_hand):
    assigned, started, _ = in_hand
    heir = office.user(Role.ENGINEER, "Nora Gil")
    with browser(office, Role.ADMINISTRATOR) as admin:
        admin.done(f"/people/{office.user().id}/active", heir=heir.id)
    assert [office.fields(id)["assignee"] for id in (assigned, started)] == [heir.id] * 2
    assert [office.fields(id)["state"] for id in in_hand] == [
        "assigned", "in_analysis", "close_requested",
    ]  # fmt: skip
    assert to_assign(office) == set()
    [note] = office.ask(lambda tx: audit_log.notes(tx, 9, action="person.gone"))
    assert note.detail == {"handed_over_to": heir.id, "tickets": 2, "to_be_assigned": 1}


def test_nobody_inherits_who_cannot_work(office, in_hand):
    gone = office.user(Role.ENGINEER, "Nora Gil")
    office.do(lambda tx: users.set_active(tx, gone.id, False, office.clock()))
    me = office.user()
    with browser(office, Role.ADMINISTRATOR) as admin:
        for heir in (gone.id, me.id, office.user(Role.SUPERVISOR).id):
            answer = admin.submit(f"/people/{me.id}/active", heir=heir)
            assert answer.status_code == 422
            assert "Elija una de las opciones" in said(answer)
        assert admin.submit(f"/people/{me.id}/active", heir="nobody").status_code == 404
    assert office.ask(lambda tx: users.get(tx, me.id)).active


def test_the_command_lists_hands_over_and_lets_go(office, in_hand, monkeypatch):
    heir, boss = office.user(Role.ENGINEER, "Nora Gil"), office.user(Role.SUPERVISOR)
    office.user(Role.ADMINISTRATOR)
    monkeypatch.setenv("FOLIO_DATA", str(office.settings.data))

    def command(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(folio, ["user", "deactivate", *words])
        return ran.exit_code, ran.output

    me, folios = office.user(), [office.fields(id)["folio"] for id in in_hand]
    status, output = command(me.email, "--hand-over-to", boss.email)
    assert status == 1
    assert "no active engineer" in output
    assert office.ask(lambda tx: users.get(tx, me.id)).active
    status, output = command(me.email, "--hand-over-to", heir.email)
    assert status == 0, output
    assert output.splitlines()[:3] == folios
    assert "2 tickets are Nora Gil's now." in output
    assert "1 ticket" in output
    assert not office.ask(lambda tx: users.get(tx, me.id)).active
    assert command(me.email)[0] == 1
    status, output = command(office.user(Role.ADMINISTRATOR).email)
    assert status == 1
    assert "only administrator" in output


def test_sessions_end_and_do_not_come_back(office):
    boss = office.user(Role.SUPERVISOR)
    with Browser(office).enter(boss) as page, browser(office, Role.ADMINISTRATOR) as admin:
        admin.done(f"/people/{boss.id}/active")
        assert page.get("/").status_code == 303
        admin.done(f"/people/{boss.id}/active", active="1")
        assert page.get("/").status_code == 303
    assert office.ask(lambda tx: sessions.of_person(tx, boss.id, office.clock())) == []
