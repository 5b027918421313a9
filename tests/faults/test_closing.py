"""The way out: who finalises against whom, what is missing, what comes too late. Faults 16–20."""

from dataclasses import replace
from typing import Any

import pytest

from field_app.store import foreign_photos
from field_app.store.evidence import EvidenceMissing
from shared.ticket.people import Role
from sync_server.blobs.store import StoreDown
from sync_server.database.transactions import Transaction
from sync_server.tickets import closing, store
from tests.faults.field import Field
from tests.faults.line import answered, lost_on_the_way
from tests.faults.marks import everywhere, on_both_databases
from tests.faults.world import World


def ready(world: World, ticket: str | None = None) -> tuple[Field, str]:
    """A tablet on which all is done but the finalising, everything sent."""
    luis = world.field()
    ticket = ticket or world.ticket()
    luis.round()
    luis.do_all(ticket)
    return luis, ticket


@on_both_databases
@pytest.mark.parametrize("rival", ["refer", "merge_into", "request_close", "assign"])
def test_16_finalise_offline_against_the_office(world: World, rival: str):
    luis, ticket = ready(world)
    luis.finalise(ticket)
    if rival in ("refer", "merge_into"):
        _end(world, ticket, rival, world.ticket())
    else:
        words = {
            "request_close": {"proof": "Correo del cliente."},
            "assign": {"assignee": world.engineer("Ana Ruiz").id},
        }[rival]
        role = Role.CALL_CENTRE if rival == "request_close" else Role.SUPERVISOR
        assert world.running.command(ticket, rival, role, **words).outcome == "applied"
    world.settle()
    state = world.running.fields(ticket)["state"]
    if rival == "assign":
        assert luis.outcomes()[-1] == "rejected", "it is no longer his to finalise"
        assert world.running.late(ticket)
    elif rival == "request_close":
        assert state == "customer_validation"
    else:
        assert state == {"refer": "referred", "merge_into": "merged"}[rival]
        assert luis.outcomes()[-1] == "rejected", "what has ended is not finalised"
        assert set(luis.outcomes()[:-1]) == {"late", "parked", "rejected"}, "kept in full"
        assert world.running.late(ticket)


def _end(world: World, ticket: str, rival: str, other: str) -> None:
    """A supervisor ends it: only a new or classified ticket may be, so it is made one again."""

    def back(tx: Transaction) -> None:
        before = store.load(tx, ticket)
        assert before is not None
        record = before.record.with_fields({"state": "classified"})
        after = replace(before, record=replace(record, rev=record.rev + 1))
        store.store(tx, before, after, world.clock())

    world.running.do(back)
    words: dict[str, Any] = {
        "refer": {"reason": "Facturación"},
        "merge_into": {"folio": other},
    }[rival]
    assert world.running.command(ticket, rival, **words).outcome == "applied"


@on_both_databases
def test_17_two_devices_finalise(world: World):
    luis, ticket = ready(world)
    luis.round()
    second = world.field()
    luis.finalise(ticket)
    second.finalise(ticket)
    luis.round()
    second.round()
    outcomes = (luis.outcomes()[-1], second.outcomes()[-1])
    assert outcomes == ("applied", "rejected"), "the first stands, the other is told why"
    assert world.running.fields(ticket)["finalised"]["device"] == luis.device_id
    world.settle()


@everywhere
def test_18_finalise_with_photos_missing(world: World, monkeypatch: pytest.MonkeyPatch):
    luis, ticket = ready(world)
    luis.finalise(ticket)
    with monkeypatch.context() as patch:
        patch.setattr(type(world.office.blobs), "add", _down)
        assert world.try_round(luis) is not None
    assert luis.outcomes()[-1] == "applied"
    fields = world.running.fields(ticket)
    assert (fields["state"], fields["flags"]) == ("in_analysis", ["closing"])
    world.check()
    world.settle()
    assert world.running.fields(ticket)["state"] == "customer_validation"


def _down(*args: object) -> None:
    raise StoreDown("no answer")


@on_both_databases
def test_19_finalise_with_the_checklist_missing(world: World):
    luis, ticket = ready(world)
    luis.round()
    world.running.sets(ticket, Role.SUPERVISOR, impact="Todo el piso.")
    luis.finalise(ticket)
    luis.void(ticket, "contacts", luis.session.ticket(ticket).ticket.contacts[0].id)
    # The queue says: finalise, then void; the office is told in the other order.
    other = world.field()
    other.void(ticket, "contacts", other.session.ticket(ticket).ticket.contacts[0].id)
    other.round()
    luis.round()
    rows = [row for row in luis.database.rows("SELECT * FROM outbox") if row["kind"] == "command"]
    assert rows[-1]["outcome"] == "rejected"
    assert "CL03" in rows[-1]["missing"]
    shown = luis.session.ticket(ticket)
    assert [item.rule for item in shown.missing if item.rule == "CL03"], "the tablet shows it"
    world.settle()
    luis.append(ticket, "contacts", how="phone", **{"with": "Lic. Marta Ibáñez"})
    luis.finalise(ticket)
    world.settle()
    assert world.running.fields(ticket)["state"] == "customer_validation"


@on_both_databases
def test_20_an_edit_after_the_close(world: World):
    luis, ticket = ready(world)
    other = world.field()
    luis.finalise(ticket)
    luis.round()
    _close(world, ticket)
    closed = world.running.record(ticket).record
    other.act(ticket, "Una acción que nadie había enviado.")
    other.fill(ticket, diagnosis="Otra cosa, dicha demasiado tarde.")
    other.photo(ticket)
    other.command(ticket, "escalate", reason="Demasiado tarde.")
    other.round()
    assert other.outcomes() == ["late", "parked", "late", "rejected"]
    assert world.running.record(ticket).record == closed
    late = world.running.late(ticket)
    assert {row.reason for row in late} == {"terminal"}
    assert {row.follow_up for row in late} == {None}, "a person opens one, no line of text"
    world.settle()
    assert other.session.ticket(ticket).ticket.state == "closed"


def _close(world: World, ticket: str) -> None:
    world.running.do(lambda tx: closing.close(tx, world.office, ticket, "no_answer", world.clock()))
    assert world.running.fields(ticket)["state"] == "closed"
    world.check()


@on_both_databases
def test_14_whoever_gets_a_ticket_finishes_it_with_the_photos_of_the_one_before(world: World):
    ana_ruiz = world.engineer("Ana Ruiz")
    luis, ticket = ready(world)
    luis.photo(ticket, "before")
    luis.round()
    ana = world.field(ana_ruiz)
    world.running.assign(ticket, ana_ruiz)
    ana.line.next("GET", answered(200, b"<html>Bienvenido al hotel</html>"))
    assert world.try_round(ana) is not None, "a page in the way is no photo"
    world.clock.forward(hours=2)
    ana.round()
    ana.do_all(ticket)
    ana.finalise(ticket)
    world.settle()
    assert world.running.fields(ticket)["state"] == "customer_validation"


@on_both_databases
def test_14_a_photo_that_is_not_in_the_office_yet_comes_later(world: World):
    ana_ruiz = world.engineer("Ana Ruiz")
    luis, ticket = ready(world)
    luis.photo(ticket, "before")
    luis.line.faults = [("/blobs/", lost_on_the_way)] * 9
    world.try_round(luis)
    luis.line.faults.clear()
    ana = world.field(ana_ruiz)
    world.running.assign(ticket, ana_ruiz)
    ana.round()
    [photo] = foreign_photos.absent(ana.database)
    luis.round()
    ana.round()
    assert foreign_photos.absent(ana.database) == []
    assert foreign_photos.read(ana.database, photo) == world.notebook.files[photo]
    world.running.assign(ticket, world.luis)
    world.settle()
    with pytest.raises(EvidenceMissing):
        foreign_photos.read(ana.database, photo)
