"""A copy of a tablet, and an office that is restored before the two were told apart. 29 and 31."""

import shutil

import pytest

from tests.faults.field import PIN, Field
from tests.faults.hands import first_ticket, worked
from tests.faults.marks import on_both_databases
from tests.faults.world import World


def cloned(world: World, field: Field, name: str = "clone") -> Field:
    """A second tablet with the first one's database."""
    copy = world.folder / name
    field.stop()
    shutil.copytree(field.folder, copy)
    field.restart()
    clone = Field(
        copy,
        world.clock,
        world.notebook,
        field._inner,
        seed=len(world.fields) + 76,
        settings=field.settings,
    )
    clone.session.unlock(PIN)
    world.fields.append(clone)
    return clone


@on_both_databases
@pytest.mark.parametrize("first", [1, 4, 6], ids=["fewer", "as many", "more"])
def test_31_a_clone_that_nobody_had_noticed_before_the_restore(world: World, first: int):
    luis = worked(world)
    luis.round()
    clone = cloned(world, luis)
    ticket, backup = first_ticket(luis), world.backup()
    for number in range(4):
        clone.act(ticket, f"La copia, enviado antes de restaurar {number}.")
    clone.round()
    world.restore(backup)
    for number in range(first):
        luis.act(ticket, f"La primera, bajo los mismos números {number}.")
    luis.round()
    world.settle()
    texts = [a["text"] for a in world.running.entries(ticket, "actions")]
    assert len(texts) == len(set(texts)) == 1 + 4 + first


def test_29_two_customers_sign_on_two_copies_and_neither_word_is_lost(world: World):
    luis = worked(world)
    ticket = first_ticket(luis)
    luis.round()
    clone = cloned(world, luis)
    for field, name in ((luis, "Marta Ibáñez"), (clone, "Pedro Salas")):
        field.session.sign(
            ticket, outcome="conformity", name=name, position="Administración",
            strokes=[[[10, 10, 0], [40, 60, 16], [80, 20, 33]]],
        )  # fmt: skip
        field.note()
        field.round()
    (conflict,) = world.running.conflicts(ticket)
    assert (conflict.field, conflict.losing["name"]) == ("sign_off", "Pedro Salas")
    assert world.running.fields(ticket)["sign_off"]["name"] == "Marta Ibáñez"
    world.settle()
