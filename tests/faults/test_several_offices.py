"""Two real `folio serve` on one PostgreSQL and one S3; tablets speak to both in turn. Fault 6."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from threading import Event
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from sync_server.database import tables
from sync_server.records import records
from sync_server.reports import signing_key
from tests.faults import oracle
from tests.faults.clock import START
from tests.faults.field import Field
from tests.faults.hands import worked
from tests.faults.load import Pusher, started
from tests.faults.places import ObjectStore, Place, Postgres
from tests.faults.several import Offices, RoundRobin
from tests.faults.test_office_killed import (
    LIVES,
    nothing_acknowledged_is_missing,
    until_more_was_taken,
)
from tests.faults.world import World
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished

KILLS = max(1, LIVES // 6)
"""How often one of the two is killed under load; `make soak` does it many times."""

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def house(
    postgres: Postgres, object_store: ObjectStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Offices]]:
    """Both processes, opened at one moment on an empty database; and a world that looks on."""
    folder = tmp_path_factory.mktemp("several")
    key = signing_key.make("Servicio en Sitio", datetime.now(UTC))
    signing_key.write(key, folder / "seal")
    with postgres.database() as database:
        bucket = object_store.bucket()
        offices = Offices(
            folder,
            {
                "FOLIO_DATABASE_URL": database, "FOLIO_BLOBS": bucket, "FOLIO_SECRET": "s" * 40,
                "FOLIO_SEAL_CERTIFICATE": str(folder / "seal" / "certificate.pem"),
                "FOLIO_SEAL_KEY": str(folder / "seal" / "key.pem"),
            },
        )  # fmt: skip
        try:
            offices.start(1, 2)
            place = Place("postgres s3", {"database_url": database, "blobs": bucket})
            world = World(folder, place)
            # The processes live by the true time.
            world.clock.forward(seconds=(datetime.now(UTC) - START).total_seconds())
            yield world, offices
            world.close()
        finally:
            offices.close()


def test_opened_at_one_moment_they_are_one_office(house: tuple[World, Offices]):
    world, _ = house
    query = select(func.count()).select_from(tables.meta).where(tables.meta.c.key == "epoch")
    assert world.running.ask(lambda tx: tx.scalar(query)) == 1


def test_06_one_of_two_offices_is_killed_under_load(house: tuple[World, Offices]):
    world, offices = house
    tickets = [world.ticket() for _ in range(4)]
    pushers = [_pusher(world, offices, tickets, number) for number in range(4)]
    luis = worked(world, world.field(transport=lambda: RoundRobin(offices)))
    world.running.stop()
    over, whole = Event(), list[int]()
    with ThreadPoolExecutor(1) as pool:
        threads = started(pushers, over)
        rounds = pool.submit(_rounds, world, luis, over, whole)
        try:
            for number in range(KILLS):
                until_more_was_taken(pushers, 150, threads)
                _until_more_rounds(whole)
                offices.kill(1 + number % 2)
                until_more_was_taken(pushers, 100, threads)
                _until_more_rounds(whole)
                if number + 1 < KILLS:
                    offices.start(1 + number % 2)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        rounds.result()
    offices.start(1 + (KILLS - 1) % 2)
    world.running.start()
    nothing_acknowledged_is_missing(world, pushers)
    assert sum(pusher.failures for pusher in pushers) > 0, "it was killed under load"
    with world.office.database.reading() as tx:
        oracle.feeds_are_true(tx)
    world.settle()


def _pusher(world: World, offices: Offices, tickets: list[str], number: int) -> Pusher:
    field = world.field()
    device, token = field.device_id, field.session.token
    assert token is not None
    world.forget(field)
    return Pusher(
        "http://office", device, token, tickets, Random(number).randbytes,
        transport=lambda: RoundRobin(offices),
    )  # fmt: skip


def _rounds(world: World, field: Field, over: Event, whole: list[int]) -> None:
    """A photo and a note before each round that follows a whole one; `whole` numbers those."""
    ticket = str(field.session.today(filter="all").rows[0].id)
    while not over.is_set():
        field.act(ticket, f"Vuelta {len(whole)}.")
        field.photo(ticket)
        while world.try_round(field) is not None:
            if over.wait(0.05):
                return
        whole.append(len(whole))


def _until_more_rounds(whole: list[int]) -> None:
    """Two whole ones: the second was begun after now."""
    before = len(whole)
    _eventually(lambda: len(whole) > before + 1)


def test_what_moves_in_one_process_is_heard_in_the_other(house: tuple[World, Offices]):
    world, offices = house
    ticket = world.ticket()
    tablet = RawTablet(world.running)
    note = tablet.appends(ticket, "notes", text="Se oye en la otra")
    authorization = {"Authorization": f"Bearer {tablet.token}"}
    live = f"{offices.urls[1]}/api/v1/live"
    with httpx.stream("GET", live, headers=authorization, timeout=30) as heard:
        lines = heard.iter_lines()
        next(lines)
        message = {"device_id": tablet.device_id, "ops": [note]}
        answer = httpx.post(
            f"{offices.urls[2]}/api/v1/sync/push", json=message, headers=authorization
        )
        assert answer.status_code == 200, answer.text
        head = _head(world, f"user:{tablet.user}")
        assert _is_told(lines, {"scope": f"user:{tablet.user}", "seq": head})
    tablet.close()


def _head(world: World, scope: str) -> int:
    head = tables.feed_head.c
    seq: int = world.running.ask(lambda tx: tx.scalar(select(head.seq).where(head.scope == scope)))
    return seq


def _is_told(lines: Iterator[str], event: dict[str, Any]) -> bool:
    """Whether this is heard before the line has nothing to tell for a while."""
    for line in lines:
        if line.startswith("data:") and json.loads(line[5:]) == event:
            return True
        if line.startswith(": still here"):
            return False
    return False


def test_every_report_is_sealed_once_whichever_process_is_first(house: tuple[World, Offices]):
    world, offices = house
    tablet = RawTablet(world.running)
    tablet.http = httpx.Client(base_url="http://office", transport=RoundRobin(offices), timeout=30)
    plenty = {"items": {"REF-FUS-A3C": 9}}
    world.running.do(lambda tx: records.put(tx, "stock", world.luis.id, plenty, world.clock()))
    visits = [finished(tablet, world.ticket()) for _ in range(4)]
    world.running.stop()
    for visit in visits:
        visit.push()
    here: set[str] = set()
    for visit in visits:
        visit.upload(*(visit.files.keys() - here))
        here |= visit.files.keys()
    world.running.start()
    assert [world.running.fields(visit.ticket)["state"] for visit in visits] == ["closed"] * 4
    _eventually(lambda: _count(world, tables.seal) == len(visits))
    jobs = world.running.ask(lambda tx: tx.rows(select(tables.job)))
    assert {(job.kind, job.tries) for job in jobs} == {("seal", 1)}
    assert _count(world, tables.archive) == _count(world, tables.seal) == len(visits)
    tablet.close()


def _count(world: World, table: Any) -> int:
    query = select(func.count()).select_from(table)
    found: int = world.running.ask(lambda tx: tx.scalar(query))
    return found


def _eventually(is_so: Callable[[], bool]) -> None:
    for _ in range(1200):
        if is_so():
            return
        Event().wait(0.05)
    raise AssertionError("it never came to that")
