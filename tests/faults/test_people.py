"""Somebody leaves, and somebody shares a tablet. Faults 38 and 39."""

from sqlalchemy import select

from sync_server.database import tables
from sync_server.identity import devices, users
from tests.faults.hands import first_ticket, worked
from tests.faults.marks import on_both_databases
from tests.faults.world import World


@on_both_databases
def test_38_a_user_deactivated_with_operations_pending(world: World):
    luis = worked(world)
    ticket = first_ticket(luis)
    before = world.running.record(ticket)
    world.running.do(lambda tx: users.set_active(tx, world.luis.id, False, world.clock()))
    world.try_round(luis)
    world.check()
    assert set(luis.outcomes()) == {"parked"}, "put aside, whole, for a person to decide"
    assert world.running.record(ticket).record == before.record
    with world.office.database.reading() as tx:
        rows = tx.rows(select(tables.parked.c.raw, tables.parked.c.reason))
    assert {row.reason for row in rows} == {"user_inactive"}
    assert len(rows) == len(world.notebook.operations)
    for _ in range(3):
        world.try_round(luis)
    assert not luis.session.today(filter="all").rows, "and sees nothing of the office any more"
    world.check()


@on_both_databases
def test_38_who_comes_back_goes_on(world: World):
    luis = worked(world)
    ticket = first_ticket(luis)
    set_active(world, False)
    world.try_round(luis)
    set_active(world, True)
    luis.round()
    luis.act(ticket, "De vuelta.")
    world.settle()
    assert [a["text"] for a in world.running.entries(ticket, "actions")] == ["De vuelta."]


def set_active(world: World, active: bool) -> None:
    world.running.do(lambda tx: users.set_active(tx, world.luis.id, active, world.clock()))


@on_both_databases
def test_39_a_second_user_on_a_shared_tablet(world: World):
    ana_ruiz = world.engineer("Ana Ruiz")
    tablet = worked(world)
    lu_ticket, ana_ticket = first_ticket(tablet), world.ticket(ana_ruiz)
    waiting = tablet.waiting()
    tablet.enrol(world.url, world.running.code(ana_ruiz))
    tablet.round()
    assert tablet.waiting() == 0, "the queue of the one is not the queue of the other"
    assert [row.id for row in tablet.session.today(filter="all").rows] == [ana_ticket]
    tablet.act(ana_ticket, "Trabajo de Ana.")
    tablet.session.choose(world.luis.id)
    tablet.session.unlock("2580")
    assert tablet.waiting() == waiting
    assert [row.id for row in tablet.session.today(filter="all").rows] == [lu_ticket]
    world.settle()
    authors = {row.user for row in world.running.history(lu_ticket) if row.role == "engineer"}
    assert authors == {world.luis.id}, "nobody's work under another's name"
    tablet.session.choose(ana_ruiz.id)
    tablet.session.unlock("2580")
    assert tablet.waiting() == 1, "and it waited for her"
    world.settle()
    authors = {row.user for row in world.running.history(ana_ticket) if row.role == "engineer"}
    assert authors == {ana_ruiz.id}


@on_both_databases
def test_50_an_erased_tablet_keeps_no_photo_that_somebody_else_took(world: World):
    ana_ruiz = world.engineer("Ana Ruiz")
    luis, ana = worked(world), world.field(ana_ruiz)
    luis.round()
    world.running.assign(first_ticket(luis), ana_ruiz)
    ana.round()
    assert len(list(ana.folder.glob("users/*/others/*"))) == 1
    id = ana.device_id
    world.running.do(lambda tx: devices.revoke(tx, id, world.clock()))
    ana.step()
    assert not list(ana.folder.glob("users/*/others/*"))
