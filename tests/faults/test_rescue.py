"""Work that arrives by hand: before sync, after it, between, twice, and beside other troubles."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from shared.operations.operation import Outcome
from sync_server.blobs.store import StoreDown
from sync_server.database import tables
from sync_server.identity import devices
from sync_server.sync import rescue
from sync_server.sync.rescue import Mixed, NotOurs, Stopped
from sync_server.sync.rescue_package import Package
from tests.faults.hands import at_once, first_ticket, worked
from tests.faults.marks import on_both_databases, on_both_stores, on_postgres_and_s3
from tests.faults.packages import SOMEBODY, brought, exported
from tests.faults.test_people import set_active
from tests.faults.test_restored_copies import cloned
from tests.faults.world import World
from tests.rescue import PASSPHRASE, manifest, packed

pytestmark = pytest.mark.usefixtures("cheap_passphrases")


def identities(world: World) -> list[Any]:
    return world.running.ask(lambda tx: tx.rows(select(tables.device)))


def texts(world: World, ticket: str) -> list[str]:
    return [entry["text"] for entry in world.running.entries(ticket, "actions")]


ORDERS = [
    "package", "package package", "sync package", "package sync", "lost package",
    "package lost", "lost package more sync package", "package more sync package",
    "more package sync more package package", "batch package sync", "upload package sync",
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_a_package_in_any_order_with_sync_is_taken_once(world: World, order: str):
    _taken_once(world, order)


@on_postgres_and_s3
def test_a_package_and_sync_on_postgresql_and_s3(world: World):
    _taken_once(world, "lost package more sync package")


def _taken_once(world: World, order: str) -> None:
    luis = worked(world)
    package = exported(luis)
    for number, step in enumerate(order.split()):
        if step == "package":
            brought(world, package)
        elif step == "sync":
            luis.round()
        elif step == "lost":
            luis.killed_at("push")
        elif step == "batch":
            luis.killed_at("batch marked")
        elif step == "upload":
            luis.killed_at("upload thumbnail")
        else:
            luis.act(first_ticket(luis), f"Más trabajo {number}.")
            package = exported(luis)
        world.check()
    world.settle()
    assert set(luis.outcomes()) == {"applied"}
    assert len(identities(world)) == 1, "no fork, no other identity"
    assert len(texts(world, first_ticket(luis))) == 1 + order.count("more")


def test_a_tablet_that_never_comes_back_has_lost_nothing(world: World):
    luis = worked(world)
    tally = brought(world, exported(luis))
    world.forget(luis)
    world.check()
    assert tally.outcomes == {"applied": 3}
    assert (tally.files, tally.known_files) == (2, 0)


@on_both_databases
def test_a_ticket_that_waited_for_a_photo_goes_on_when_the_package_brings_it(world: World):
    ticket = world.ticket(folio="SEI-2026-000777")
    luis = world.field()
    luis.do_all(ticket)
    luis.finalise(ticket)
    luis.killed_at("results")
    assert "closing" in world.running.fields(ticket)["flags"]
    brought(world, exported(luis))
    assert "closing" not in (world.running.fields(ticket).get("flags") or ())
    assert world.running.fields(ticket)["finalised"]
    world.settle()


def test_all_of_a_visit_in_a_package_finishes_it(world: World):
    ticket = world.ticket()
    luis = world.field()
    luis.do_all(ticket)
    luis.finalise(ticket)
    brought(world, exported(luis))
    assert world.running.fields(ticket)["finalised"]["device"] == luis.device_id
    world.settle()


@on_both_databases
def test_a_package_for_an_office_restored_to_before_it(world: World):
    luis = worked(world)
    luis.round()
    backup = world.backup()
    luis.act(first_ticket(luis), "Llegó y se perdió con la restauración.")
    luis.round()
    luis.act(first_ticket(luis), "Nunca salió de la tableta.")
    package = exported(luis)
    world.restore(backup)
    tally = brought(world, package)
    assert tally.identity, "its numbers begin after what the office remembers"
    assert brought(world, package).outcomes == {"duplicate": 1}
    world.settle()
    assert len(texts(world, first_ticket(luis))) == 3
    assert len(identities(world)) == 2


def test_a_package_of_a_tablet_that_this_office_has_forgotten(world: World):
    backup = world.backup()
    luis = worked(world)
    ticket = luis.create(description="Nacido en la tableta.", customer="customer-1")
    luis.photo(ticket)
    package = exported(luis)
    world.restore(backup)
    assert brought(world, package).identity
    assert world.running.fields(ticket)["description"] == "Nacido en la tableta."
    world.check()
    luis.step()
    luis.enrol(world.url, world.running.code())
    world.settle()
    assert len(world.running.entries(ticket, "evidence")) == 1


def test_packages_of_a_tablet_and_of_its_clone(world: World):
    luis = worked(world)
    luis.round()
    clone = cloned(world, luis)
    luis.act(first_ticket(luis), "De la tableta.")
    clone.act(first_ticket(luis), "De la copia.")
    first, second = exported(luis), exported(clone)
    assert brought(world, first).identity is None
    assert brought(world, second).identity
    for package in (first, second):
        assert set(brought(world, package).outcomes) == {"duplicate"}
    world.settle()
    assert len(identities(world)) == 3, "only the clone became another one"
    assert sorted(texts(world, first_ticket(luis))) == [
        "De la copia.", "De la tableta.", "Se limpió el fusor.",
    ]  # fmt: skip


def test_a_package_with_work_of_two_identities(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
):
    world = make_world(durable="backup")
    luis = worked(world)
    luis.round()
    world.running.do(lambda tx: tx.execute(tables.device.update().values(forked_at=world.clock())))
    luis.act(first_ticket(luis), "Con otra identidad.")
    luis.killed_at("reidentify")
    package = exported(luis)
    told = Package(BytesIO(package), PASSPHRASE).contents.operations
    assert len({operation.device_id for operation in told}) == 2
    tally = brought(world, package)
    assert tally.identity is None
    assert tally.outcomes == {"duplicate": 3, "applied": 1}
    world.settle()
    assert len(identities(world)) == 2


@on_both_databases
def test_a_package_of_somebody_who_left_is_put_aside_as_a_push_would_be(world: World):
    luis = worked(world)
    ticket = first_ticket(luis)
    before = world.running.record(ticket)
    set_active(world, False)
    assert brought(world, exported(luis)).outcomes == {"parked": 3}
    assert world.running.record(ticket).record == before.record
    rows = world.running.ask(lambda tx: tx.rows(select(tables.parked)))
    assert {row.reason for row in rows} == {"user_inactive"}
    world.check()
    set_active(world, True)
    world.settle()


def test_a_package_of_a_tablet_that_was_shut_out_is_taken(world: World):
    luis = worked(world)
    package = exported(luis)
    world.running.do(lambda tx: devices.revoke(tx, luis.device_id, world.clock()))
    assert brought(world, package).outcomes == {"applied": 3}
    luis.step()
    assert luis.session.token is None
    world.check()
    luis.enrol(world.url, world.running.code())
    world.settle()
    assert texts(world, first_ticket(luis)) == ["Se limpió el fusor."]


def test_a_package_for_a_ticket_that_somebody_else_has_now_is_late(world: World):
    luis = worked(world)
    ticket = first_ticket(luis)
    package = exported(luis)
    world.running.assign(ticket, world.engineer("Ana Ruiz"))
    assert brought(world, package).outcomes[Outcome.LATE] == 2
    assert len(world.running.late(ticket)) == 2
    world.settle()


@on_both_databases
def test_a_package_while_its_tablet_syncs(world: World):
    luis = worked(world)
    for number in range(30):
        luis.act(first_ticket(luis), f"Vuelta {number}.")
    package = exported(luis)
    turns = iter([lambda: brought(world, package)] * 3 + [luis.round])
    at_once(4, lambda: next(turns)())
    world.settle()
    assert len(texts(world, first_ticket(luis))) == 31
    assert len(identities(world)) == 1


@on_both_stores
def test_an_import_that_stops_on_the_way_says_what_is_in_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    luis = worked(world)
    package = exported(luis)
    keep = world.office.blobs.keep
    left = [1]

    def keep_one(name: str, content: bytes) -> None:
        if not left:
            raise StoreDown("nobody answers")
        left.pop()
        keep(name, content)

    monkeypatch.setattr(world.office.blobs, "keep", keep_one)
    with pytest.raises(Stopped) as stopped:
        brought(world, package)
    assert stopped.value.tally.outcomes == {"applied": 3}
    assert stopped.value.tally.files == 1
    monkeypatch.undo()
    again = brought(world, package)
    assert (again.outcomes, again.files, again.known_files) == ({"duplicate": 3}, 1, 1)
    world.settle()


def test_a_package_of_another_office_is_not_taken(world: World):
    luis = worked(world)
    with pytest.raises(NotOurs):
        brought(world, packed(manifest("device-of-theirs", "user-of-theirs", [{"n": 1}])))
    ana = world.field(world.engineer("Ana Ruiz"))
    said = manifest(luis.device_id, world.luis.id, [{"n": 1, "device_id": ana.device_id}])
    with pytest.raises(Mixed):
        brought(world, packed(said))
    with pytest.raises(NotOurs):
        brought(world, packed(manifest(luis.device_id, "user-of-theirs")))
    assert not world.logged().keys() & world.notebook.operations.keys()


def test_who_brought_what_is_written_down(world: World):
    package = Package(BytesIO(exported(worked(world))), PASSPHRASE)
    rescue.take_in(world.office, package, SOMEBODY)
    query = select(tables.access_log).where(tables.access_log.c.action.startswith("rescue."))
    begun, taken = world.running.ask(lambda tx: tx.rows(query))
    assert (begun.action, taken.action) == ("rescue.begun", "rescue.taken")
    assert begun.actor == taken.actor == SOMEBODY.id
    assert begun.object == world.luis.id
    assert begun.detail["package"] == taken.detail["package"] == package.contents.sha256
    assert taken.detail["outcomes"] == {"applied": 3}
