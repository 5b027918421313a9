"""Processes that end where they may not: the office's, the tablet's. Faults 6, 7, 8 and 49."""

import subprocess
import sys
from pathlib import Path

import pytest

from field_app.store import base, evidence, operation_queue, view
from field_app.visit import work
from tests.faults.field import Field, Killed, picture
from tests.faults.hands import at_once
from tests.faults.marks import on_both_databases
from tests.faults.world import World

STEPS_OF_A_ROUND = (
    "hello", "actions", "batch marked", "batch leaves", "push", "results", "pull", "page", "check",
    "upload thumbnail", "upload photo", "received", "purge",
)  # fmt: skip


def busy(world: World) -> tuple[Field, str]:
    luis = world.field()
    ticket = world.ticket()
    luis.round()
    luis.command(ticket, "start")
    luis.act(ticket, "Se limpió el fusor.")
    luis.photo(ticket)
    return luis, ticket


def dies(monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: bool = False) -> None:
    """The process ends when this is called, or as soon as it has returned."""
    real = getattr(module, name)

    def last_call(*args, **kwargs):
        if after:
            real(*args, **kwargs)
        raise Killed(name)

    monkeypatch.setattr(module, name, last_call)


@pytest.mark.parametrize(
    ("module", "name", "after"),
    [
        (evidence, "_write", False), (evidence, "_write", True), (evidence, "keep", True),
        (evidence, "note", False), (evidence, "note", True), (evidence, "link_thumbnail", True),
        (work, "append", False), (operation_queue, "record", False),
        (operation_queue, "_numbered", True),
        (view, "show", False), (view, "show", True),
    ],
)  # fmt: skip
def test_07_a_tablet_killed_between_photo_file_and_row(
    world: World, monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: bool
):
    luis, ticket = busy(world)
    before = luis.waiting()
    with monkeypatch.context() as patch:
        dies(patch, module, name, after)
        with pytest.raises(Killed):
            luis.photo(ticket)
    luis.restart()
    assert luis.waiting() == before, "all of a capture, or nothing of it"
    luis.photo(ticket)
    world.settle()


def test_07_a_tablet_process_killed_while_it_captures(world: World, tmp_path: Path):
    luis, ticket = busy(world)
    luis.stop()
    script = Path(__file__).with_name("capturing.py")
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, str(script), str(luis.folder), ticket],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        said = [child.stdout.readline().strip() for _ in range(40)]
        child.kill()
        said += [line.strip() for line in child.stdout if line.endswith("\n")]
        child.wait()
        luis.restart()
        kept = {row["op_id"] for row in luis.database.rows("SELECT op_id FROM outbox")}
        assert set(said) <= kept, "what was said to be saved is saved"
        luis.note()
        luis.stop()
    luis.restart()
    world.settle()


@pytest.mark.parametrize("step", STEPS_OF_A_ROUND)
def test_08_a_tablet_killed_after_each_step_of_a_round(world: World, step: str):
    luis, _ = busy(world)
    luis.killed_at(step)
    world.check()
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


@pytest.mark.parametrize("name", ["_keep", "_drop_unseen", "_show", "_note_changes"])
def test_08_a_tablet_killed_between_a_page_and_its_cursor(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
):
    luis, ticket = busy(world)
    luis.round()
    world.running.sets(ticket, impact="Todo el piso está parado.")
    before = luis.base(), base.cursors(luis.database)
    with monkeypatch.context() as patch:
        dies(patch, base, name, after=True)
        with pytest.raises(Killed):
            luis.round()
    luis.restart()
    assert (luis.base(), base.cursors(luis.database)) == before, "the whole page or nothing of it"
    world.settle()


@on_both_databases
def test_49_a_stale_pull_after_the_own_push_never_steps_back(world: World):
    luis, ticket = busy(world)
    seen: list[str] = []

    def shown(step: str) -> None:
        record = view.viewed(luis.database, ticket)
        assert record is not None
        seen.append(str(record.fields.get("diagnosis")))

    luis.fill(ticket, diagnosis="Primero: el fusor no calienta nada.")
    # The pull is answered before the push is carried out: its page knows nothing of it.
    stale = luis.tablet.network.round(luis.session)
    assert stale is not None
    stale._pull()
    luis.round(shown)
    assert set(seen) == {"Primero: el fusor no calienta nada."}
    luis.fill(ticket, diagnosis="Segundo: el termistor está abierto.")
    page = stale.server.pull(stale.caller, base.cursors(luis.database), 500)
    stale._push()
    assert luis.outcomes()[-1] == "applied"
    base.apply_page(luis.database, page.page, luis.clock())
    shown("stale")
    assert seen[-1] == "Segundo: el termistor está abierto."
    world.settle()


def test_45_two_sync_loops_on_one_tablet(world: World):
    luis, ticket = busy(world)
    for number in range(10):
        luis.act(ticket, f"Paso {number}.")
    at_once(2, luis.step)
    at_once(2, lambda: world.try_round(luis))
    world.check()
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


def test_26_a_tablet_whose_disk_is_full(world: World, monkeypatch: pytest.MonkeyPatch):
    luis, ticket = busy(world)
    pages = luis.database.value("PRAGMA page_count")
    luis.database.value(f"PRAGMA max_page_count = {pages}")
    refused = 0
    for number in range(200):
        before = luis.waiting()
        try:
            luis.act(ticket, f"{number} " * 400)
        except Exception:
            refused += 1
            assert luis.waiting() == before, "nothing of what was refused"
            break
    assert refused
    luis.database.value("PRAGMA max_page_count = 1000000")
    luis.act(ticket, "Hay espacio otra vez.")
    monkeypatch.setattr(evidence, "free_space", lambda database: 1000)
    with pytest.raises(evidence.DiskLow):
        luis.photo(ticket, data=picture(luis.chance))
    monkeypatch.undo()
    world.settle()
