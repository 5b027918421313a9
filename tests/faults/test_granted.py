"""Between finalising and the closing other hands go on. Faults 18 and 20."""

import pytest
from sqlalchemy import select

from shared.ticket.people import Actor, Role
from sync_server.database import tables
from sync_server.schedule import reminders
from sync_server.tickets import apply
from tests.faults.field import Field
from tests.faults.line import lost_on_the_way
from tests.faults.marks import on_both_databases
from tests.faults.test_closing import ready
from tests.faults.test_restored_copies import cloned
from tests.faults.world import World

OVER = 12
"""Days after which nobody may answer any more: six of business."""


def granted(world: World, **since: str) -> tuple[Field, Field, str]:
    """A ticket that was granted, its tablet, and a copy of it that has heard nothing of that,
    nor of what was written `since` it was made."""
    luis, ticket = ready(world)
    luis.round()
    copy = cloned(world, luis)
    if since:
        luis.fill(ticket, **since)
    luis.finalise(ticket)
    luis.round()
    assert state(world, ticket) == "customer_validation"
    return luis, copy, ticket


def state(world: World, ticket: str) -> str:
    return str(world.running.fields(ticket)["state"])


def is_closed_in_the_end(world: World, ticket: str) -> bool:
    """Nobody has answered, and their time is over."""
    world.clock.forward(days=OVER)
    reminders.remind_and_close(world.office, world.clock())
    return state(world, ticket) == "closed"


def reports(world: World) -> list[str | None]:
    """What the archive has."""
    return world.running.ask(lambda tx: tx.scalars(select(tables.archive.c.report_sha256)))


@on_both_databases
def test_20_work_that_comes_after_the_grant_takes_it_back(world: World):
    luis, copy, ticket = granted(world)
    copy.act(ticket, "Se cambió también la placa.")
    copy.round()
    assert state(world, ticket) == "in_analysis", "its report says nothing of this work"
    luis.round()
    for field in (luis, copy):
        assert "CL19" in {item.rule for item in field.session.ticket(ticket).missing}
    assert not is_closed_in_the_end(world, ticket)
    luis.fill(ticket, tested_at=luis.session.now().isoformat())
    luis.finalise(ticket)
    world.settle()
    assert is_closed_in_the_end(world, ticket)
    assert reports(world) == [world.running.fields(ticket)["finalised"]["report"]]
    world.settle()


@pytest.mark.parametrize("asked", [False, True], ids=["validation", "close requested"])
def test_20_an_office_that_corrects_what_was_granted_takes_it_back(world: World, asked: bool):
    luis, _, ticket = granted(world)
    if asked:
        world.running.command(ticket, "request_close", Role.CALL_CENTRE, proof="Por teléfono.")
    world.running.sets(ticket, nature="operational_support")
    assert state(world, ticket) == ("close_requested" if asked else "in_analysis")
    assert not is_closed_in_the_end(world, ticket)
    luis.round()
    luis.finalise(ticket)
    luis.round()
    assert is_closed_in_the_end(world, ticket)
    assert None not in reports(world)
    world.settle()


def test_20_what_the_report_does_not_say_takes_nothing_back(world: World):
    _, _, ticket = granted(world)
    world.running.sets(ticket, impact="Todo el piso está parado.")
    assert state(world, ticket) == "customer_validation"
    assert is_closed_in_the_end(world, ticket)
    assert None not in reports(world)


@on_both_databases
def test_20_nothing_is_closed_over_an_open_conflict(world: World):
    _, copy, ticket = granted(world, final_classification="FC07")
    copy.fill(ticket, final_classification="FC02")
    copy.round()
    (conflict,) = world.running.conflicts(ticket)
    assert (state(world, ticket), conflict.losing) == ("customer_validation", "FC02")
    assert not is_closed_in_the_end(world, ticket), "a person must choose first"
    supervisor = Actor(world.running.user(Role.SUPERVISOR).id, Role.SUPERVISOR)
    world.running.do(
        lambda tx: apply.resolve(tx, world.office, supervisor, conflict.id, "FC07", world.clock())
    )
    assert is_closed_in_the_end(world, ticket)
    world.settle()


@on_both_databases
@pytest.mark.parametrize("move", ["assign", "ask_customer"])
def test_18_the_last_file_does_not_undo_what_was_decided_meanwhile(world: World, move: str):
    luis, ticket = ready(world)
    luis.line.faults = [("/blobs/", lost_on_the_way)] * 9
    luis.finalise(ticket)
    world.try_round(luis)
    luis.line.faults.clear()
    assert world.running.fields(ticket)["flags"] == ["closing"]
    if move == "assign":
        world.running.assign(ticket, world.engineer("Ana Ruiz"))
    else:
        world.running.command(ticket, move, Role.CALL_CENTRE, question="¿Cuál es el contador?")
    luis.round()
    assert state(world, ticket) == {"assign": "in_analysis"}.get(move, "waiting_customer")
    assert not world.running.fields(ticket).get("finalised")
    world.settle()


def test_18_a_closing_that_waits_goes_on_where_it_may(world: World):
    luis, ticket = ready(world)
    luis.line.faults = [("/blobs/", lost_on_the_way)] * 9
    luis.finalise(ticket)
    world.try_round(luis)
    luis.line.faults.clear()
    world.running.command(ticket, "joint", Role.SUPERVISOR, area="Redes")
    luis.round()
    assert state(world, ticket) == "customer_validation"
    world.settle()
