"""kill -9 of a real office process: at a COMMIT, and under load again and again. Fault 6."""

import os
from collections.abc import Iterator, Mapping
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from field_app.device.trouble import Trouble
from sync_server.database import tables
from tests.faults import oracle
from tests.faults.field import Field
from tests.faults.hands import worked
from tests.faults.load import Pusher, started
from tests.faults.marks import on_both_databases
from tests.faults.nursery import Birth, Moment, Nursery
from tests.faults.world import World

LIVES = int(os.environ.get("FOLIO_LIVES", "6"))
"""How often the office is killed under load; `make soak` gives it many."""


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def settings_of(world: World) -> Mapping[str, Any]:
    """What a process of this world's office is told."""
    return world.running.settings.model_dump(mode="json")


def elsewhere(field: Field, url: str) -> None:
    """This tablet now speaks to another address of the same office."""
    identity = field.database.fact("enrolment")
    field.database.remember("enrolment", {**identity, "server": url})


@on_both_databases
@pytest.mark.parametrize("moment", ["before", "after"])
def test_06_the_office_is_killed_at_a_commit(world: World, nursery: Nursery, moment: Moment):
    luis = worked(world)
    elsewhere(luis, nursery.url)
    world.running.stop()
    troubles: list[Trouble | None] = []
    rounds = Thread(target=_rounds_until_one_succeeds, args=(world, luis, troubles))
    rounds.start()
    for _ in range(3):
        nursery.wait(nursery.born(Birth(settings_of(world), dies_at=1, moment=moment)))
    nursery.born(Birth(settings_of(world)))
    rounds.join()
    assert troubles[0] is not None
    assert troubles[-1] is None
    world.running.start()
    elsewhere(luis, world.url)
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


def _rounds_until_one_succeeds(world: World, field: Field, troubles: list[Trouble | None]) -> None:
    while not troubles or (troubles[-1] is not None and len(troubles) < 20):
        troubles.append(world.try_round(field))


@on_both_databases
@pytest.mark.timeout(900)
def test_06_the_office_is_killed_under_load_again_and_again(world: World, nursery: Nursery):
    tickets = [world.ticket() for _ in range(5)]
    pushers = [_pusher(world, nursery.url, tickets, number) for number in range(6)]
    world.running.stop()
    over, chance = Event(), Random(6)
    threads = started(pushers, over)
    for _ in range(LIVES):
        pid = nursery.born(Birth(settings_of(world)))
        until_more_was_taken(pushers, 40 + chance.randrange(60), threads)
        nursery.kill(pid)
    pid = nursery.born(Birth(settings_of(world)))
    until_more_was_taken(pushers, 40, threads)
    over.set()
    for thread in threads:
        thread.join()
    nursery.kill(pid)
    world.running.start()
    nothing_acknowledged_is_missing(world, pushers)
    world.check()
    assert sum(pusher.failures for pusher in pushers) > 0, "it was killed under load"


def _pusher(world: World, url: str, tickets: list[str], number: int) -> Pusher:
    field = world.field()
    device, token = field.device_id, field.session.token
    assert token is not None
    world.forget(field)
    return Pusher(url, device, token, tickets, Random(number).randbytes)


def until_more_was_taken(pushers: list[Pusher], more: int, threads: list[Thread]) -> None:
    """Wait until the office has confirmed so many operations more."""
    before = sum(len(pusher.taken) for pusher in pushers)
    while sum(len(pusher.taken) for pusher in pushers) < before + more:
        assert all(thread.is_alive() for thread in threads), "a tablet was told something wrong"
        Event().wait(0.01)


def nothing_acknowledged_is_missing(world: World, pushers: list[Pusher]) -> None:
    o = tables.operation.c
    with world.office.database.reading() as tx:
        oracle.numbers_are_whole(tx)
        for pusher in pushers:
            query = select(o.n, o.op_id, o.message, o.outcome, o.rev)
            logged = {row.n: row for row in tx.rows(query.where(o.device == pusher.device_id))}
            for n, result in pusher.taken.items():
                assert n in logged, f"{pusher.device_id} was told that {n} was taken"
                assert logged[n].message == pusher.sent[n]
                assert (logged[n].outcome, logged[n].rev) == (result["outcome"], result["rev"])
