"""Order of seq is order of commit, a feed keeps itself short, and pokes reach who listens."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from sync_server.assembly import assemble
from sync_server.database.tables import feed as table
from sync_server.database.tables import feed_head
from sync_server.records import feed, records
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet


def rows(office: RunningOffice, scope: str) -> int:
    query = select(func.count()).select_from(table).where(table.c.scope == scope)
    return int(office.ask(lambda tx: tx.scalar(query)))


def put(office: RunningOffice, name: str) -> int:
    return office.do(lambda tx: records.put(tx, "answer", "a", {"name": name}, office.clock()))


def test_a_record_changed_a_hundred_times_is_one_row(office: RunningOffice):
    before = rows(office, "org")
    for i in range(100):
        put(office, str(i))
    assert rows(office, "org") == before + 1


def test_the_same_document_again_is_no_new_revision(office: RunningOffice):
    assert (put(office, "x"), put(office, "x")) == (1, 1)


def test_what_a_transaction_did_not_commit_is_not_in_the_feed(office: RunningOffice):
    class Changed(Exception):
        """My mind."""

    def work(tx):
        feed.publish(tx, "org", "answer", "ghost", 1)
        raise Changed

    before = rows(office, "org")
    with pytest.raises(Changed):
        office.do(work)
    assert rows(office, "org") == before


def test_many_writers_leave_every_seq_once_and_the_digest_right(
    office: RunningOffice, tablet: RawTablet
):
    ids = [office.ticket() for _ in range(4)]
    tablet.pull()

    def change(i: int) -> None:
        office.sets(ids[i % 4], impact=f"cambio {i}")

    seen: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(change, i) for i in range(80)]
        while not all(job.done() for job in work):
            seen += [c["seq"] for c in tablet.pull() if c["scope"].startswith("user:")]
    seen += [c["seq"] for c in tablet.pull() if c["scope"].startswith("user:")]
    assert seen == sorted(set(seen))
    scope = feed.scope_of_user(tablet.user)
    assert max(seen) == head(office, scope)
    for id in ids:
        assert tablet.fields(id) == office.fields(id)


Poke = dict[str, Any]
Wanted = Callable[[Poke], bool]


@contextmanager
def hearing(tablet: RawTablet, wanted: Wanted) -> Iterator[list[Poke]]:
    """Listens while the block runs and until something wanted is heard, which is then listed."""
    heard: list[Poke] = []
    listening = threading.Event()

    def listen() -> None:
        headers = {"Authorization": f"Bearer {tablet.token}"}
        url = f"{tablet.office.url}/api/v1/live"
        with httpx.stream("GET", url, headers=headers, timeout=20) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                listening.set()
                poke = json.loads(line[5:]) if line.startswith("data:") else {}
                if poke and wanted(poke):
                    heard.append(poke)
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert listening.wait(10)
    yield heard
    thread.join(15)
    assert not thread.is_alive()


def head(office: RunningOffice, scope: str) -> int:
    query = select(feed_head.c.seq).where(feed_head.c.scope == scope)
    return int(office.ask(lambda tx: tx.scalar(query)) or 0)


def test_who_listens_hears_that_something_moved(office: RunningOffice, tablet: RawTablet):
    mine = feed.scope_of_user(tablet.user)
    before = head(office, mine)
    with hearing(tablet, lambda poke: poke["scope"] == mine and poke["seq"] > before) as heard:
        office.ticket()
    assert heard


def test_what_another_process_moved_is_heard_too(office: RunningOffice, tablet: RawTablet):
    elsewhere = assemble(office.settings)
    before = head(office, "org")
    with hearing(tablet, lambda poke: poke["scope"] == "org" and poke["seq"] > before) as heard:
        elsewhere.database.write(
            lambda tx: records.put(tx, "answer", "b", {"name": "b"}, elsewhere.now())
        )
    elsewhere.close()
    assert heard


def test_somebody_elses_scope_is_not_heard(office: RunningOffice):
    async def first_heard() -> object:
        subscription = office.context.live.subscribe({"user:nobody"}, heartbeat=0.5)
        office.context.live.poke("user:somebody", 1)
        async for moved in subscription:
            return moved
        return "the end"

    assert asyncio.run(first_heard()) is None
