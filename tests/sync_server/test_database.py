"""One writer, many readers: what shares a commit shares nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from shared.time.timestamps import instant
from sync_server.database import sqlite
from sync_server.database.migrations import migrate
from sync_server.database.open import open_database
from sync_server.database.sqlite import AnotherWriter, SqliteDatabase, is_safe_with_two_writers
from sync_server.database.tables import meta, operation
from sync_server.database.transactions import (
    Cache,
    Database,
    Moved,
    NoSpace,
    ReadOnly,
    Transaction,
    WriteInsideWrite,
)
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'folio.db'}")
    migrate(database.migrating())
    yield database
    database.close()


def put(tx: Transaction, key: str) -> None:
    tx.execute(insert(meta).values(key=key, value="x"))


def count(database: Database) -> int:
    with database.reading() as tx:
        return int(tx.scalar(select(func.count()).select_from(meta)))


class Refused(Exception):
    """No."""


def test_one_that_fails_takes_nobody_with_it(database: Database):
    def work(i: int) -> str:
        def inside(tx: Transaction) -> str:
            put(tx, f"k{i}")
            if i % 3 == 0:
                raise Refused
            return f"done {i}"

        try:
            return database.write(inside)
        except Refused:
            return "refused"

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(work, range(90)))
    assert answers.count("refused") == 30
    assert count(database) == 60


def test_what_a_constraint_refuses_takes_nobody_with_it(database: Database):
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(database.write, lambda tx: put(tx, "same")) for _ in range(8)]
    faults = [job.exception() for job in asked]
    assert faults.count(None) == 1
    assert all(isinstance(fault, DBAPIError) for fault in faults if fault)
    assert count(database) == 1


def test_a_hook_runs_once_before_the_commit_and_again_only_for_what_came_after_it(
    database: Database,
):
    ran: list[str] = []

    def second(tx: Transaction) -> None:
        ran.append("second")
        tx.before_commit(first)

    def first(tx: Transaction) -> None:
        ran.append("first")
        put(tx, f"by the hook {len(ran)}")

    def work(tx: Transaction) -> None:
        for _ in range(3):
            tx.before_commit(first)
            tx.before_commit(second)
        assert ran == []

    database.write(work)
    assert ran == ["first", "second", "first"]
    assert count(database) == 2, "what a hook writes is in the same transaction"


def test_hooks_of_a_savepoint_that_failed_do_not_run(database: Database):
    ran: list[str] = []

    def kept(tx: Transaction) -> None:
        ran.append("kept")

    def lost(tx: Transaction) -> None:
        ran.append("lost")

    def work(tx: Transaction) -> None:
        tx.before_commit(kept)
        with suppress(Refused), tx.savepoint():
            tx.before_commit(lost)
            raise Refused

    database.write(work)
    assert ran == ["kept"]


NUMBERS: Cache[str, int] = Cache()
OTHERS: Cache[str, int] = Cache()


def test_a_cache_is_its_owners_and_its_transactions_alone(database: Database):
    def work(tx: Transaction) -> dict[str, int]:
        tx.cache(NUMBERS)["a"] = 1
        assert tx.cache(OTHERS) == {}
        return dict(tx.cache(NUMBERS))

    assert database.write(work) == {"a": 1}
    assert database.write(lambda tx: tx.cache(NUMBERS)) == {}


def test_a_savepoint_that_fails_takes_back_what_it_put_into_caches(database: Database):
    def work(tx: Transaction) -> None:
        numbers = tx.cache(NUMBERS)
        numbers.update(kept=1, changed=1)
        with tx.savepoint():
            tx.cache(NUMBERS)["inner"] = 1
            with suppress(Refused), tx.savepoint():
                tx.cache(NUMBERS).update(changed=2, lost=2)
                del tx.cache(NUMBERS)["kept"]
                tx.cache(OTHERS)["lost"] = 2
                raise Refused
        assert numbers == tx.cache(NUMBERS) == {"kept": 1, "changed": 1, "inner": 1}
        assert tx.cache(OTHERS) == {}

    database.write(work)


def test_what_moved_is_told_after_the_commit_and_nothing_of_what_was_undone(database: Database):
    told: list[tuple[list[Moved], int]] = []
    database.after_commit = lambda moves: told.append((list(moves), count(database)))

    def work(tx: Transaction) -> None:
        put(tx, "kept")
        tx.after_commit("org", 1)
        with suppress(Refused), tx.savepoint():
            tx.after_commit("org", 2)
            raise Refused
        tx.after_commit("user:1", 3)

    def refused(tx: Transaction) -> None:
        tx.after_commit("org", 4)
        raise Refused

    database.write(work)
    with suppress(Refused):
        database.write(refused)
    database.close()
    assert told == [([Moved("org", 1), Moved("user:1", 3)], 1)]


def test_who_cannot_be_told_of_a_commit_undoes_nothing(office: RunningOffice):
    def fails(moves: object) -> None:
        raise Refused

    office.context.database.after_commit = fails
    id = office.ticket()
    assert office.fields(id)["state"] == "assigned"


PUT = insert(meta)


def test_a_batch_is_there_before_anything_is_asked(database: Database):
    def work(tx: Transaction) -> list[str]:
        for key in "abc":
            tx.batch(PUT, {"key": key, "value": "x"})
        return sorted(tx.scalars(select(meta.c.key)))

    assert database.write(work) == ["a", "b", "c"]
    assert count(database) == 3


def test_a_batch_is_there_when_anything_is_asked_and_at_the_end(database: Database):
    def work(tx: Transaction) -> int:
        for key in "ab":
            tx.batch(_META, {"key": key, "value": "x"})
        asked = len(tx.rows(select(meta.c.key)))
        tx.batch(_META, {"key": "c", "value": "x"})
        return asked

    assert database.write(work) == 2
    assert count(database) == 3


def test_one_statement_for_many_rows_keeps_what_one_for_each_would(database: Database):
    """Types go through their columns' own conversion, on either database."""
    first = {"device": "t", "user": "u", "role": "engineer", "hash": "h", "outcome": "applied",
             "captured_at": instant("2026-03-09T08:52:00-06:00"), "rev": 1,
             "received_at": instant("2026-03-09T18:00:00.000001Z"),
             "message": {"a": ["ñ", None, True, 1.5]}, "result": {}}  # fmt: skip
    rows = [{**first, "n": n, "op_id": None if n == 2 else f"op-{n}"} for n in range(4)]

    def work(tx: Transaction) -> None:
        tx.execute(_LINE, rows[0])
        for row in rows[1:]:
            tx.batch(_LINE, row)

    database.write(work)
    with database.reading() as tx:
        kept = tx.rows(select(operation).order_by(operation.c.n))
    assert [{name: row._mapping[name] for name in rows[0]} for row in kept] == rows


_LINE = insert(operation)


_META = insert(meta)


def test_many_rows_with_other_names_are_refused(database: Database):
    def work(tx: Transaction) -> None:
        tx.batch(_META, {"key": "a", "value": "x"})
        tx.batch(_META, {"key": "b"})

    with pytest.raises(KeyError):
        database.write(work)
    assert count(database) == 0


def test_a_batch_goes_with_its_savepoint(database: Database):
    def work(tx: Transaction) -> None:
        tx.batch(PUT, {"key": "before", "value": "x"})
        with suppress(Refused), tx.savepoint():
            tx.batch(PUT, {"key": "lost", "value": "x"})
            raise Refused
        with tx.savepoint():
            tx.batch(PUT, {"key": "kept", "value": "x"})
        with suppress(DBAPIError), tx.savepoint():
            tx.batch(PUT, {"key": "kept", "value": "a second time"})

    database.write(work)
    with database.reading() as tx:
        assert sorted(tx.scalars(select(meta.c.key))) == ["before", "kept"]


def test_a_reader_sees_one_moment_and_cannot_write(database: Database):
    with database.reading() as tx:
        before = tx.scalar(select(func.count()).select_from(meta))
        database.write(lambda tx: put(tx, "meanwhile"))
        assert tx.scalar(select(func.count()).select_from(meta)) == before
        with pytest.raises(ReadOnly):
            put(tx, "from a reader")


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(database: Database):
    with pytest.raises(WriteInsideWrite):
        database.write(lambda tx: database.write(lambda inner: None))


def test_a_full_disk_is_said_and_nothing_is_kept(database: Database):
    database.write(lambda tx: put(tx, "before"))

    def fill(tx: Transaction) -> None:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        tx.execute(insert(meta).values(key="big", value="x" * 10_000_000))

    with pytest.raises(NoSpace):
        database.write(fill)
    assert count(database) == 1


def test_a_full_disk_answers_507_and_the_tablet_keeps_its_work(
    office: RunningOffice, tablet: RawTablet
):
    id = office.ticket()
    op = tablet.appends(id, "notes", text="x" * 20_000)

    def limit(pages: int) -> None:
        office.do(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))

    limit(1)
    answer = tablet.try_push(op)
    assert (answer.status_code, answer.json()["type"]) == (507, "/problems/full")
    assert answer.headers["retry-after"]
    limit(1_000_000)
    assert tablet.push(op)[0]["outcome"] == "applied"


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False),
        ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True),
        ((3, 53, 4), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_which_sqlite_may_have_two_writers(version: tuple[int, ...], safe: bool):
    assert is_safe_with_two_writers(version) is safe


def test_an_unsafe_sqlite_lets_one_process_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite, "is_safe_with_two_writers", lambda version: False)
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    url = f"sqlite:///{tmp_path / 'folio.db'}"
    first = SqliteDatabase(url, lambda tx: None)
    with pytest.raises(AnotherWriter):
        SqliteDatabase(url, lambda tx: None)
    first.close()
    SqliteDatabase(url, lambda tx: None).close()


def test_an_address_that_is_no_database_is_refused():
    with pytest.raises(ValueError, match="mysql"):
        open_database("mysql://x")
