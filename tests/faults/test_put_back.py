"""Put back, and nobody told the office; or the tablet was put back, too. Faults 18, 28–31."""

from pathlib import Path
from shutil import copy2

import pytest

from tests.faults import backups
from tests.faults.field import Field
from tests.faults.hands import first_ticket, worked
from tests.faults.line import lost_on_the_way
from tests.faults.marks import on_both_databases
from tests.faults.remains import captured, kept, strike_out_what_is_gone
from tests.faults.test_closing import ready
from tests.faults.test_restored_copies import cloned
from tests.faults.test_restores import copied, put_back
from tests.faults.world import World


def swept(field: Field, but: int) -> None:
    """Of the outbox only the last ones are left: the others were durable long ago."""
    last = field.database.value("SELECT max(n) FROM outbox")
    with field.database.transaction() as db:
        db.execute("DELETE FROM outbox WHERE n <= ?", (last - but,))


def texts(world: World, ticket: str) -> list[str]:
    return [entry["text"] for entry in world.running.entries(ticket, "actions")]


@on_both_databases
@pytest.mark.parametrize("hole", [False, True], ids=["all kept", "half swept"])
def test_31_a_database_put_back_without_a_word(world: World, tmp_path: Path, hole: bool):
    luis = worked(world)
    luis.round()
    ticket, earlier = first_ticket(luis), backups.database_taken(world.running, tmp_path / "db")
    known = captured(world)
    luis.photo(ticket)
    for number in range(4):
        luis.act(ticket, f"Después {number}.")
    luis.round()
    if hole:
        swept(luis, but=2)
    backups.database_put_back(world.running, earlier)
    gone = strike_out_what_is_gone(world, known)
    assert gone == (3 if hole else 0), "what the tablet had swept, and the copy never had"
    world.settle()
    assert texts(world, ticket)[-2:] == ["Después 2.", "Después 3."]


@on_both_databases
@pytest.mark.parametrize("order", ["tablet first", "office first", "both in silence"])
def test_28_31_the_tablet_and_the_office_are_both_put_back(
    world: World, tmp_path: Path, order: str
):
    luis, ana = worked(world), world.field(world.engineer("Ana Ruiz"))
    luis.round()
    ticket, copy, backup = first_ticket(luis), copied(luis, tmp_path / "copy"), world.backup()
    known = captured(world)
    hers = ana.create(description="Nacido después del respaldo.", customer="customer-1")
    luis.act(ticket, "En ninguna copia.")
    luis.photo(ticket)
    for field in (luis, ana):
        field.round()
    steps = {"tablet": lambda: put_back(luis, copy), "office": lambda: world.restore(backup)}
    between: set[str] = set()
    for step in ("tablet", "office") if order == "tablet first" else ("office", "tablet"):
        if step == "tablet":
            between = captured(world) - known - kept(ana)
        steps[step]()
        if order != "both in silence":
            world.try_round(luis)
        luis.act(ticket, f"Después de volver: {step}.")
    # Only what came after the tablet's copy, on that tablet, may be in no copy at all.
    assert 0 < strike_out_what_is_gone(world, captured(world) - between) <= len(between)
    luis.step()
    if luis.session.token is None:
        luis.enrol(world.url, world.running.code())
    world.settle()
    assert len(texts(world, ticket)) == len(set(texts(world, ticket)))
    assert "Después de volver: tablet." in texts(world, ticket)
    assert ana.session.ticket(hers).ticket.description


@on_both_databases
def test_29_copied_twice_and_one_copy_enrolled_while_the_first_is_away(world: World):
    luis = worked(world)
    ticket = first_ticket(luis)
    copies = [cloned(world, luis, name) for name in ("one", "two")]
    copies[0].enrol(world.url, world.running.code())
    for number, field in enumerate((*copies, luis)):
        field.act(ticket, f"De la tableta {number}.")
        field.photo(ticket)
    for field in copies:
        field.round()
        world.check()
    world.clock.forward(days=21)
    luis.round()
    world.settle()
    assert len({field.device_id for field in (luis, *copies)}) == 3
    assert len(texts(world, ticket)) == len(set(texts(world, ticket))) == 4


@on_both_databases
@pytest.mark.parametrize("saved", ["before it", "while it waited", "with half of its files"])
def test_18_31_finalised_before_its_photos_came_and_the_office_put_back(world: World, saved: str):
    luis, ticket = ready(world)
    for kind in ("before", "after"):
        luis.photo(ticket, kind)
    backup = world.backup()
    luis.line.faults = [("/blobs/", lost_on_the_way)] * 9
    luis.finalise(ticket)
    world.try_round(luis)
    luis.line.faults.clear()
    assert world.running.fields(ticket)["flags"] == ["closing"]
    if saved == "with half of its files":
        luis.killed_at("received")
    if saved != "before it":
        backup = world.backup()
    luis.round()
    world.restore(backup)
    world.settle()
    assert world.running.fields(ticket)["state"] == "customer_validation"


def test_28_put_back_to_before_its_token_was_renewed(world: World, tmp_path: Path):
    luis = worked(world)
    luis.round()
    copy = copied(luis, tmp_path / "copy")
    for _ in range(3):
        world.clock.forward(days=20)
        luis.act(first_ticket(luis), "Después de la copia.")
        luis.round()
    put_back(luis, copy)
    luis.act(first_ticket(luis), "Después de volver.")
    luis.step()
    assert luis.session.token is None, "the old token opens nothing any more"
    luis.enrol(world.url, world.running.code())
    world.settle()


def test_28_only_the_words_were_put_back_and_the_photos_are_newer(world: World, tmp_path: Path):
    luis = worked(world)
    luis.round()
    copy = copied(luis, tmp_path / "copy")
    luis.photo(first_ticket(luis))
    luis.round()
    luis.stop()
    for path in luis.folder.rglob("folio.db*"):
        path.unlink()
    for path in copy.rglob("folio.db*"):
        copy2(path, luis.folder / path.relative_to(copy))
    luis.restart()
    luis.photo(first_ticket(luis))
    world.settle()
    assert len(world.running.entries(first_ticket(luis), "evidence")) == 3
