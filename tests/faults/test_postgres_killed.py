"""PostgreSQL's own processes are killed under load; copies push the same at once. Faults 6, 29."""

import os
import signal
from contextlib import suppress
from random import Random
from threading import Event

import psycopg
import pytest
from sqlalchemy import make_url, select

from sync_server.database import tables
from tests.faults.field import Field
from tests.faults.hands import at_once
from tests.faults.load import Pusher, started
from tests.faults.marks import on_postgres
from tests.faults.test_office_killed import (
    nothing_acknowledged_is_missing,
    until_more_was_taken,
)
from tests.faults.test_restored_copies import cloned
from tests.faults.world import World

pytestmark = pytest.mark.postgres

KILLS = int(os.environ.get("FOLIO_LIVES", "3"))
"""How often a process of the database is killed under load."""

WRITING = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND state <> 'idle' ORDER BY query LIKE 'COMMIT%' DESC"
)
"""Those at work, the ones that commit before all others."""


def kill_one_at_work(world: World) -> None:
    """kill -9 of a process that works for the office; then PostgreSQL throws out all of them."""
    url = make_url(world.running.settings.database_url).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with suppress(psycopg.OperationalError), psycopg.connect(address, autocommit=True) as other:
        while (found := other.execute(WRITING).fetchone()) is None:
            Event().wait(0.001)
        os.kill(found[0], signal.SIGKILL)


def outcomes(world: World) -> set[tuple[str, str]]:
    """What became of everything, and why it was parked."""
    o, p = tables.operation.c, tables.parked.c
    query = select(o.outcome, p.reason).select_from(
        tables.operation.outerjoin(tables.parked, p.operation == o.id)
    )
    return {(row.outcome, row.reason or "") for row in world.running.ask(lambda tx: tx.rows(query))}


@on_postgres
@pytest.mark.timeout(300)
def test_06_a_process_of_the_database_is_killed_under_load(world: World):
    tickets = [world.ticket() for _ in range(3)]
    pushers = [_pusher(world, tickets, number) for number in range(5)]
    over = Event()
    threads = started(pushers, over)
    try:
        for _ in range(KILLS):
            until_more_was_taken(pushers, 60, threads)
            kill_one_at_work(world)
        until_more_was_taken(pushers, 60, threads)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert sum(pusher.failures for pusher in pushers) > 0, "it was killed under load"
    nothing_acknowledged_is_missing(world, pushers)
    assert not [found for found in outcomes(world) if found[0] == "parked"]
    world.check()


def _pusher(world: World, tickets: list[str], number: int) -> Pusher:
    field = world.field()
    device, token = field.device_id, field.session.token
    assert token is not None
    world.forget(field)
    return Pusher(world.url, device, token, tickets, Random(number).randbytes)


@on_postgres
def test_29_copies_that_send_the_same_at_one_moment(world: World):
    luis = world.field()
    mine = [luis.create(description=f"Nacido sin señal {n}.") for n in range(4)]
    for ticket in mine:
        luis.act(ticket, "Trabajo que todas las copias llevan.")
        luis.fill(ticket, diagnosis="El fusor no calienta nada, medido dos veces.")
    copies = [luis, *(cloned(world, luis, f"copy-{n}") for n in range(3))]
    for copy in copies[1:]:
        copy.enrol(world.url, world.running.code())
    turns = iter(copies)

    def rounds() -> object:
        field: Field = next(turns)
        return world.try_round(field)

    at_once(len(copies), rounds)
    world.settle()
    assert {outcome for outcome, _ in outcomes(world)} == {"applied", "duplicate"}
    for ticket in mine:
        assert len(world.running.entries(ticket, "actions")) == 1
