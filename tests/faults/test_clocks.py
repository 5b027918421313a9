"""Clocks that are wrong, and clocks that jump. Nothing is decided by one. Faults 12 and 13."""

from datetime import timedelta

import pytest

from shared.time.timestamps import instant
from tests.faults.hands import first_ticket, worked
from tests.faults.marks import on_both_databases
from tests.faults.world import World


@on_both_databases
@pytest.mark.parametrize("days", [-3, 3])
def test_12_a_clock_three_days_wrong(world: World, days: int):
    ticket = world.ticket()
    right = world.field()
    wrong = world.field(ahead=timedelta(days=days))
    right.fill(ticket, root_cause="CR-FUS-01")
    wrong.fill(ticket, root_cause="CR-TON-01")
    wrong.act(ticket, "Se limpió el fusor.")
    right.round()
    wrong.round()
    assert world.running.fields(ticket)["root_cause"] == "CR-FUS-01", "order of arrival decides"
    for row in world.running.history(ticket):
        assert abs(row.captured_at - world.clock()) < timedelta(minutes=5), "corrected by the skew"
    assert "clock_changed" not in (world.running.fields(ticket).get("flags") or ())
    world.settle()


@on_both_databases
def test_12_work_offline_counts_when_it_was_done(world: World):
    ticket = world.ticket()
    luis = world.field(ahead=timedelta(days=3))
    started = world.clock()
    luis.command(ticket, "start")
    world.clock.forward(hours=30)
    luis.round()
    responded = instant(world.running.fields(ticket)["responded_at"])
    assert responded is not None
    assert abs(responded - started) < timedelta(seconds=5)
    world.settle()


@on_both_databases
@pytest.mark.parametrize("hours", [-72, 72])
def test_13_a_clock_that_jumps_in_the_middle_of_the_queue(world: World, hours: int):
    ticket = world.ticket()
    luis = world.field()
    luis.fill(ticket, diagnosis="Primero: el fusor no calienta.")
    luis.clock.ahead = timedelta(hours=hours)
    luis.fill(ticket, diagnosis="Segundo: el termistor está abierto.")
    luis.act(ticket, "Se cambió el termistor.")
    luis.clock.ahead = timedelta()
    luis.fill(ticket, diagnosis="Tercero: queda probado.")
    luis.round()
    assert luis.outcomes() == ["applied"] * 4
    fields = world.running.fields(ticket)
    assert fields["diagnosis"] == "Tercero: queda probado.", "the order captured, not the clock's"
    assert "clock_changed" in fields["flags"], "and it is said on the ticket"
    world.settle()


@on_both_databases
def test_13_a_clock_a_year_ahead_throws_nothing_away(world: World):
    luis = worked(world)
    backup = world.backup()
    luis.round()
    luis.clock.ahead = timedelta(days=400)
    luis.restart()
    luis.round()
    luis.restart()
    world.restore(backup)
    luis.clock.ahead = timedelta()
    world.settle()
    assert len(world.logged()) >= len(world.notebook.operations) == 3


@pytest.mark.parametrize("days", [400, -400])
def test_13_an_office_whose_clock_was_wrong_for_an_hour_costs_nothing(world: World, days: int):
    luis = worked(world)
    backup = world.backup()
    luis.round()
    for wrong in (days, -days):
        world.clock.forward(days=wrong)
        luis.clock.ahead -= timedelta(days=wrong)
        luis.act(first_ticket(luis), f"Con {wrong} días de diferencia.")
        luis.round()
        luis.restart()
    assert luis.waiting() == 0
    world.restore(backup)
    luis.step()
    if luis.session.token is None:
        luis.enrol(world.url, world.running.code())
    world.settle()
