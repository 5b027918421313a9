"""Many hands on one PostgreSQL: writers during a pull, transactions left open. Faults 43 and 44."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from sqlalchemy import make_url, select

from field_app.store import operation_queue
from field_app.sync import answers
from field_app.sync.troubles import Busy
from shared.operations.wire import MOST_BYTES
from sync_server.database import tables
from sync_server.database.transactions import Transaction
from sync_server.records import feed
from tests.faults.hands import first_ticket, pushed, worked
from tests.faults.marks import on_postgres
from tests.faults.world import World

pytestmark = pytest.mark.postgres


@on_postgres
@pytest.mark.timeout(180)
def test_43_no_row_is_skipped_while_others_write(world: World):
    reader = world.field()
    mine = [world.ticket() for _ in range(6)]
    writers = [world.field() for _ in range(4)]
    for writer in writers:
        for number in range(25):
            writer.fill(mine[number % 6], impact=f"{writer.folder.name} {number}")
            writer.append(mine[number % 6], "notes", text=f"{writer.folder.name} {number}")
    over = Event()

    def write(number: int) -> None:
        writer = writers[number]
        while batch := operation_queue.unanswered(writer.database, 3, MOST_BYTES):
            answer = pushed(world, writer, [json.loads(item.text) for item in batch])
            assert answer.status_code == 200, answer.text
            operation_queue.answered(
                writer.database, answers.pushed(answer.json()).results, world.clock()
            )

    def read() -> int:
        pulls = 0
        while not over.is_set():
            reader.round()
            pulls += 1
        return pulls

    with ThreadPoolExecutor(6) as pool:
        reading = pool.submit(read)
        writing = [pool.submit(write, number) for number in range(4)]
        try:
            for done in writing:
                done.result()
        finally:
            over.set()
        assert reading.result() > 1, "it was read while it was written"
    asked = len(reader.line.asked)
    reader.round()
    said = [a.rsplit("/", 1)[1] for a in reader.line.asked[asked:] if "sync" in a]
    assert said in (["hello"], ["hello", "pull"]), "nothing was missed: no resync, no second page"
    world.settle()


@on_postgres
def test_43_who_publishes_second_waits_for_the_first_to_commit(world: World):
    scope, database = f"user:{world.luis.id}", world.office.database
    before = _head(world, scope)
    tries: list[int] = []

    def second(tx: Transaction) -> None:
        tries.append(1)
        feed.publish(tx, scope, "asset", "second", 1)

    with ThreadPoolExecutor(1) as pool:
        with database.engine.begin() as connection:
            first = Transaction(connection)
            feed.publish(first, scope, "asset", "first", 1)
            first.finish()
            waiting = pool.submit(database.write, second)
            assert "FROM feed_head" in (asked := _what_waits(world))
            assert asked.endswith("FOR UPDATE"), "for the head, and before it took any number"
            assert _head(world, scope) == before, "and nobody sees a number that may not be"
        waiting.result(timeout=10)
    query = select(tables.feed.c.seq).where(tables.feed.c.id.in_(["first", "second"]))
    seqs = world.running.ask(lambda tx: tx.scalars(query.order_by(tables.feed.c.id)))
    assert seqs == [before + 1, before + 2]
    assert tries == [1], "in order by the lock, not by trying again"


def _head(world: World, scope: str) -> int:
    query = select(tables.feed_head.c.seq).where(tables.feed_head.c.scope == scope)
    return world.running.ask(lambda tx: tx.scalar(query)) or 0


def _what_waits(world: World) -> str:
    """The statement that waits for a lock, once there is one."""
    query = "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with _somebody(world) as other:
        for _ in range(1000):
            if (found := other.execute(query).fetchone()) is not None:
                return " ".join(str(found[0]).split())
            Event().wait(0.01)
    raise AssertionError("nobody waits")


@on_postgres
def test_44_a_transaction_that_only_reads_is_left_open(world: World):
    luis = worked(world)
    with _somebody(world) as other:
        other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM ticket")
        luis.round()
        assert set(luis.outcomes()) == {"applied"}
        world.settle()


@on_postgres
@pytest.mark.parametrize("table", ["device", "ticket", "feed_head"])
def test_44_a_transaction_that_holds_a_row_is_left_open(world: World, table: str):
    luis = worked(world)
    ana = world.field(world.engineer("Ana Ruiz"))
    hers = world.ticket(world.engineer("Ana Ruiz"))
    ana.round()
    ana.act(hers, "Ella no tiene que esperar.")
    row = {
        "device": f"id = '{luis.device_id}'",
        "ticket": f"id = '{first_ticket(luis)}'",
        "feed_head": f"scope = 'user:{world.luis.id}'",
    }[table]
    with _somebody(world) as other:
        other.execute("BEGIN")
        other.execute(f"SELECT * FROM {table} WHERE {row} FOR UPDATE")
        trouble = world.try_round(luis)
        assert isinstance(trouble, Busy), "an answer, and soon: the office is not stuck"
        ana.round()
        assert ana.outcomes() == ["applied"], "others are not held up"
        world.check()
    world.settle()


def _somebody(world: World) -> psycopg.Connection:
    url = make_url(world.running.settings.database_url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
