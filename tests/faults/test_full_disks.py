"""No room at a commit, at each one of a round: on the tablet, and in the office. Faults 26, 27."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from field_app.device.trouble import Trouble
from field_app.store.database import Database
from sync_server.database.transactions import Transaction
from tests.faults.field import Field
from tests.faults.hands import first_ticket, worked
from tests.faults.marks import on_both_databases
from tests.faults.world import World


class Require:
    """There is room for so many commits more; then for none, once."""

    def __init__(self) -> None:
        self.left = -1

    def is_over(self) -> bool:
        self.left -= 1
        return self.left == -1


def no_room_on_tablets(patch: pytest.MonkeyPatch, room: Require) -> None:
    """SQLite's own word at the end of a tablet's transaction, when there is no more room."""
    whole = Database.transaction

    @contextmanager
    def transaction(self: Database) -> Iterator[Any]:
        inside = self._connection.in_transaction
        with whole(self) as db:
            yield db
            if not inside and room.left >= 0 and room.is_over():
                fault = sqlite3.OperationalError("database or disk is full")
                fault.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise fault

    patch.setattr(Database, "transaction", transaction)


def no_room_in_the_office(patch: pytest.MonkeyPatch, world: World, room: Require) -> None:
    """The database's own word at the end of the office's transaction."""
    whole = Transaction.finish
    of_sqlite = world.office.database.dialect == "sqlite"

    def finish(self: Transaction) -> None:
        whole(self)
        if room.left >= 0 and room.is_over():
            full = sqlite3.OperationalError("database or disk is full")
            raise OperationalError(
                "COMMIT", {}, full if of_sqlite else psycopg.errors.DiskFull("no space left")
            )

    patch.setattr(Transaction, "finish", finish)


def some_work(field: Field, number: int) -> None:
    ticket = first_ticket(field)
    field.act(ticket, f"Paso {number}.")
    field.photo(ticket)


def until_a_round_finds_room(world: World, field: Field, room: Require) -> int:
    """Rounds with work, each one commit further than the one before; how many found no room."""
    for number in range(100):
        some_work(field, number)
        room.left = number
        trouble = world.try_round(field)
        world.check()
        if trouble is None and room.left >= 0:
            room.left = -1
            return number
        assert isinstance(trouble, Trouble) or field.waiting() == 0
    raise AssertionError("a round has no end")


def test_26_no_room_at_any_commit_of_a_round(world: World, monkeypatch: pytest.MonkeyPatch):
    luis, room = worked(world), Require()
    no_room_on_tablets(monkeypatch, room)
    assert until_a_round_finds_room(world, luis, room) > 8
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


@on_both_databases
def test_27_no_room_at_any_commit_of_the_office(world: World, monkeypatch: pytest.MonkeyPatch):
    luis, room = worked(world), Require()
    no_room_in_the_office(monkeypatch, world, room)
    assert until_a_round_finds_room(world, luis, room) > 4
    world.settle()
    assert set(luis.outcomes()) == {"applied"}
