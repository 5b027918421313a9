"""What was, is again: tablets and offices from their backups. Faults 28–32, 48, 50."""

import base64
import json
import shutil
from pathlib import Path

import pytest

from field_app.session.onboarding import SignOutRefused
from sync_server.identity import devices
from tests.faults.field import Field
from tests.faults.hands import first_ticket, what_was_never_seen_after_a_restore, worked
from tests.faults.line import answer_lost
from tests.faults.marks import everywhere, on_both_databases
from tests.faults.remains import captured, strike_out_what_is_gone
from tests.faults.world import World


def copied(field: Field, to: Path) -> Path:
    """The tablet's folder as it is now, put away."""
    field.stop()
    shutil.copytree(field.folder, to)
    field.tablet = field._opened()
    field.session.unlock("2580")
    return to


def put_back(field: Field, copy: Path) -> None:
    """The tablet is again what it was when the copy was made."""
    field.stop()
    shutil.rmtree(field.folder)
    shutil.copytree(copy, field.folder)
    field.restart()


@on_both_databases
@pytest.mark.parametrize("sent", [False, True], ids=["all sent", "half sent"])
def test_28_a_tablet_restored_from_its_backup(world: World, tmp_path: Path, sent: bool):
    luis = worked(world)
    if sent:
        luis.line.faults = [("/push", answer_lost)] * 9
        world.try_round(luis)
        luis.line.faults.clear()
    copy = copied(luis, tmp_path / "copy")
    luis.round()
    luis.act(first_ticket(luis), "Después de la copia.")
    luis.round()
    before = luis.device_id
    put_back(luis, copy)
    luis.act(first_ticket(luis), "Después de restaurar: otro texto bajo el mismo número.")
    world.settle()
    assert luis.device_id != before, "a fork: the tablet goes on under another name"
    texts = [a["text"] for a in world.running.entries(first_ticket(luis), "actions")]
    assert len(texts) == len(set(texts)) == 3


@on_both_databases
def test_28_restored_again_and_again(world: World, tmp_path: Path):
    luis = worked(world)
    for number in range(4):
        copy = copied(luis, tmp_path / f"copy-{number}")
        luis.act(first_ticket(luis), f"Antes de volver {number}.")
        luis.round()
        put_back(luis, copy)
        luis.act(first_ticket(luis), f"Después de volver {number}.")
        if number % 2:
            luis.round()
    world.settle()
    texts = [a["text"] for a in world.running.entries(first_ticket(luis), "actions")]
    assert len(texts) == len(set(texts)) == 9


@on_both_databases
def test_29_a_database_cloned_to_a_second_tablet(world: World, tmp_path: Path):
    luis = worked(world)
    copy = copied(luis, tmp_path / "copy")
    clone = Field(copy, world.clock, world.notebook, luis._inner, seed=77, settings=luis.settings)
    clone.session.unlock("2580")
    world.fields.append(clone)
    ticket = first_ticket(luis)
    for number in range(3):
        luis.act(ticket, f"La primera, {number}.")
        clone.act(ticket, f"La copia, {number}.")
        clone.photo(ticket)
        for one in (clone, luis) if number % 2 else (luis, clone):
            world.try_round(one)
        world.check()
    world.settle()
    assert luis.device_id != clone.device_id
    texts = [a["text"] for a in world.running.entries(ticket, "actions")]
    assert len(texts) == len(set(texts)) == 7


@on_both_databases
def test_30_an_outbox_emptied_and_then_a_new_operation(world: World):
    luis = worked(world)
    luis.round()
    ticket = first_ticket(luis)
    for _ in range(3):
        world.clock.forward(days=40)
        luis.restart()
        luis.round()
        before = luis.row(luis.session.database.value("SELECT op_id FROM outbox ORDER BY seq DESC"))
        luis.act(ticket, "Después de vaciar.")
        last = luis.row(luis.session.database.value("SELECT op_id FROM outbox ORDER BY seq DESC"))
        assert last["n"] == before["n"] + 1, "no number twice"
        world.settle()
    with luis.database.transaction() as db:
        db.execute("DELETE FROM outbox")
    luis.act(ticket, "Después de vaciar del todo.")
    assert luis.database.value("SELECT n FROM outbox") > 3
    world.settle()


@everywhere
def test_31_an_office_restored_from_an_older_backup(world: World, tmp_path: Path):
    luis = worked(world)
    ana = world.field(world.engineer("Ana Ruiz"))
    luis.round()
    backup = world.backup()
    shared_ticket = first_ticket(luis)
    luis.fill(shared_ticket, diagnosis="Después del respaldo: el fusor está abierto.")
    luis.photo(shared_ticket)
    mine = ana.create(description="Nacido después del respaldo.", customer="customer-1")
    ana.act(mine, "Trabajo en un ticket que la oficina olvidará.")
    for field in (luis, ana):
        field.round()
        field.round()
    luis.act(shared_ticket, "Todavía sin enviar.")
    world.restore(backup)
    assert not world.running.entries(shared_ticket, "actions")[1:]
    world.settle()
    fields = world.running.fields(shared_ticket)
    assert fields["diagnosis"] == "Después del respaldo: el fusor está abierto."
    assert ana.session.ticket(mine).ticket.actions


@on_both_databases
def test_31_restored_to_before_the_tablet_came(world: World):
    backup = world.backup()
    luis = worked(world)
    ticket = luis.create(description="Nacido en la tableta.", customer="customer-1")
    luis.photo(ticket)
    luis.round()
    world.restore(backup)
    luis.step()
    assert luis.session.token is None, "an office that never met this tablet asks who it is"
    luis.enrol(world.url, world.running.code())
    world.settle()
    assert luis.session.ticket(ticket).ticket.photos("after")


@on_both_databases
def test_31_what_was_never_seen_is_not_overwritten_after_a_restore(world: World):
    what_was_never_seen_after_a_restore(world)


@on_both_databases
def test_31_an_office_restored_twice(world: World):
    luis = worked(world)
    luis.round()
    backup = world.backup()
    for number in range(3):
        luis.act(first_ticket(luis), f"Vuelta {number}.")
        luis.round()
        world.restore(backup)
    world.settle()
    texts = [a["text"] for a in world.running.entries(first_ticket(luis), "actions")]
    assert len(texts) == len(set(texts)) == 4


@on_both_databases
def test_31_work_that_is_older_than_what_the_tablet_kept(world: World):
    luis = worked(world)
    luis.round()
    backup, known = world.backup(), captured(world)
    for number in range(3):
        luis.act(first_ticket(luis), f"Antes {number}.")
    luis.round()
    with luis.database.transaction() as db:
        db.execute("DELETE FROM outbox")
    luis.act(first_ticket(luis), "Todavía en la tableta.")
    world.restore(backup)
    # What was older than the tablet keeps and newer than the backup is gone: it was swept.
    assert strike_out_what_is_gone(world, known) == 3
    world.settle()
    texts = [a["text"] for a in world.running.entries(first_ticket(luis), "actions")]
    assert "Todavía en la tableta." in texts, "what cannot be filled does not block the rest"


@on_both_databases
def test_32_a_cursor_ahead_of_the_office(world: World):
    luis = worked(world)
    luis.round()
    head = world.running.ask(lambda tx: world.office.epoch(tx))
    with luis.database.transaction() as db:
        ahead = base64.urlsafe_b64encode(json.dumps([head, 10**9, 0]).encode()).decode()
        db.execute("UPDATE scope SET cursor = ?", (ahead,))
        db.execute("DELETE FROM base WHERE record = 'customer'")
        db.execute("DELETE FROM membership WHERE record = 'customer'")
    luis.act(first_ticket(luis), "Con un cursor del futuro.")
    world.settle()


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "e30=", "W10=", "WzEsMiwzXQ==", "\x00"])
def test_32_a_cursor_that_means_nothing(world: World, cursor: str):
    luis = worked(world)
    luis.round()
    with luis.database.transaction() as db:
        db.execute("UPDATE scope SET cursor = ?", (cursor,))
    world.settle()


@on_both_databases
@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM membership WHERE record = 'asset'",
        "UPDATE membership SET rev = rev + 1 WHERE record = 'ticket'",
        "INSERT INTO membership SELECT scope, record, 'x', 1, generation FROM membership LIMIT 1",
    ],
)
def test_48_a_digest_that_does_not_match(world: World, damage: str):
    luis = worked(world)
    luis.round()
    luis.act(first_ticket(luis), "Esto espera.")
    waiting = luis.waiting()
    with luis.database.transaction() as db:
        db.execute(damage)
    round = luis.tablet.network.round(luis.session)
    assert round is not None
    round._pull()
    assert luis.waiting() == waiting, "the outbox is untouched"
    world.settle()


@on_both_databases
def test_50_leaving_with_a_queue_is_refused(world: World):
    luis = worked(world)
    with pytest.raises(SignOutRefused) as refused:
        luis.session.sign_out()
    assert refused.value.sentence("es")
    luis.round()
    luis.session.sign_out()
    assert luis.session.identity is None


@on_both_databases
def test_50_a_wiped_tablet_keeps_its_queue_until_it_is_welcome_again(world: World):
    luis = worked(world)
    waiting = luis.waiting()
    id = luis.device_id
    world.running.do(lambda tx: devices.revoke(tx, id, world.clock()))
    luis.step()
    assert luis.session.identity is None
    assert not list(luis.folder.glob("users/*/evidence/*/nothing"))
    luis.enrol(world.url, world.running.code())
    assert luis.waiting() >= waiting
    world.settle()


@on_both_databases
def test_50_an_uninstalled_app_loses_only_what_was_never_sent(world: World, tmp_path: Path):
    luis = worked(world)
    luis.round()
    sent = dict(world.notebook.operations)
    luis.act(first_ticket(luis), "Nunca enviado.")
    world.forget(luis)
    shutil.rmtree(luis.folder)
    world.notebook.operations = sent
    again = world.field()
    assert first_ticket(again)
    every = world.running.ask(devices.every)
    known = [row for row in every if row.user == world.luis.id]
    assert {row.last_n for row in known} >= {3}, "the office says how far it had heard of it"
    world.settle()
