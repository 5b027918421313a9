"""SQLite: a pool of read-only connections, and one writer thread with group commit.

Group commit: the first request and those queued behind it (MOST_AT_ONCE at most) run in one
transaction, because a commit with `synchronous=FULL` costs one flush of the disk. If one of them
raises, the transaction is rolled back and all run again, each in a savepoint of its own.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread, current_thread
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from sync_server.database import damage
from sync_server.database.transactions import (
    AfterCommit,
    Damaged,
    Moved,
    NoSpace,
    ReadOnly,
    Transaction,
    Unavailable,
    Work,
    WriteInsideWrite,
    tell,
)

T = TypeVar("T")

_Asked = tuple[Work[Any], Future[Any]]
_Answer = tuple[Any, BaseException | None, Sequence[Moved]]

MOST_AT_ONCE = 64
"""The largest group that shares a commit: the first of it waits until the last has run."""

PATIENCE = 5.0
"""Seconds to wait for another process to release the writer lock of an unsafe SQLite."""

WAL_RESET_FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""The first release of each line in which the WAL-reset bug (two writing connections) is fixed."""


class AnotherWriter(Exception):
    """This SQLite is not safe with two writing processes, and one is at work on this file."""


def module() -> ModuleType:
    """The newest SQLite at hand: the one that pysqlite3 carries, or Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def is_safe_with_two_writers(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the correction of the WAL-reset fault. SYNC.md, Traps."""
    if version >= WAL_RESET_FIXED[-1]:
        return True
    return any(fix[:2] == version[:2] and version >= fix for fix in WAL_RESET_FIXED)


class SqliteDatabase:
    """A database in a SQLite file: read-only pool, writer thread, group commit."""

    dialect = "sqlite"

    def __init__(self, url: str, after_commit: AfterCommit) -> None:
        self.after_commit = after_commit
        self._dbapi = module()
        self._guard = self._sole_writer(make_url(url).database)
        self.damage = ""
        self.read_only = False
        self.engine = self._engine(url, "BEGIN", read_only=True)
        self._writing = self._engine(url, "BEGIN IMMEDIATE", read_only=False)
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._writer = Thread(target=self._write_forever, name="folio-writer", daemon=True)
        self._writer.start()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view of everything committed; writing in it fails."""
        with self.engine.begin() as connection:
            yield Transaction(connection)

    def write(self, work: Work[T]) -> T:
        """See Database.write."""
        if current_thread() is self._writer:
            raise WriteInsideWrite("a transaction goes on in the one it has")
        done: Future[T] = Future()
        self._asked.put((work, done))
        try:
            result = done.result()
        except ReadOnly:
            self.read_only = True
            raise
        self.read_only = False
        return result

    def migrating(self) -> Engine:
        """The engine that may change the schema."""
        return self._writing

    def close(self) -> None:
        """Run what is queued, stop the writer thread, close every connection."""
        self._asked.put(None)
        self._writer.join()
        self._writing.dispose()
        self.engine.dispose()
        if self._guard is not None:
            self._guard.close()

    def _engine(self, url: str, begin: str, *, read_only: bool) -> Engine:
        engine = create_engine(
            url,
            module=self._dbapi,
            connect_args={"check_same_thread": False},
            poolclass=QueuePool,
            pool_size=16 if read_only else 1,
            max_overflow=48 if read_only else 0,
        )

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _: object) -> None:
            connection.isolation_level = None
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if read_only:
                connection.execute("PRAGMA query_only = ON")

        damage.watch(engine, self._found)

        # An event for this would be asked about at every statement.
        engine.dialect.do_begin = lambda connection: connection.execute(begin)  # type: ignore[assignment, method-assign]
        return engine

    def _found(self, words: str) -> None:
        self.damage = self.damage or words

    def _sole_writer(self, path: str | None) -> Any:
        """A lock held until `close`, on a SQLite version that two writers can corrupt; else None.

        Raises AnotherWriter.
        """
        if is_safe_with_two_writers(self._dbapi.sqlite_version_info) or path in (None, ":memory:"):
            return None
        guard = self._dbapi.connect(f"{path}.writer", timeout=PATIENCE, isolation_level=None)
        try:
            guard.execute("BEGIN EXCLUSIVE")
        except self._dbapi.OperationalError as error:
            guard.close()
            raise AnotherWriter(
                f"SQLite {self._dbapi.sqlite_version} is not safe with two writers on {path}"
            ) from error
        return guard

    def _write_forever(self) -> None:
        going_on = True
        while going_on and (first := self._asked.get()) is not None:
            asked = [first]
            answers, going_on = self._together(asked)
            for (_, done), (result, fault, moves) in zip(asked, answers, strict=True):
                if fault is not None:
                    done.set_exception(fault)
                else:
                    done.set_result(result)
                    tell(self.after_commit, moves)

    def _together(self, asked: list[_Asked]) -> tuple[list[_Answer], bool]:
        """One group commit: its answers, and whether the writer goes on afterwards.

        Without savepoints, since failures are rare; if one fails, all run again with them.
        """
        answers: list[_Answer] = []
        going_on = True
        try:
            with self._writing.begin() as connection:
                for work, _ in asked:
                    answers.append(_run(connection, work))
                    if len(asked) < MOST_AT_ONCE:
                        going_on = self._take_next(asked)
        except Exception as error:
            alone = len(asked) == 1
            answers = [(None, _named(error), ())] if alone else self._apart(asked)
        return answers, going_on

    def _apart(self, asked: list[_Asked]) -> list[_Answer]:
        """The same group again, each request in a savepoint: one that fails undoes itself alone."""
        try:
            with self._writing.begin() as connection:
                return [_run_apart(connection, work) for work, _ in asked]
        except Exception as error:
            # The whole transaction is gone, also for those that had succeeded in it.
            return [(None, _named(error), ())] * len(asked)

    def _take_next(self, asked: list[_Asked]) -> bool:
        try:
            waiting = self._asked.get_nowait()
        except Empty:
            return True
        if waiting is None:
            return False
        asked.append(waiting)
        return True


def _run(connection: Connection, work: Work[Any]) -> _Answer:
    transaction = Transaction(connection)
    result = work(transaction)
    return result, None, transaction.finish()


def _run_apart(connection: Connection, work: Work[Any]) -> _Answer:
    try:
        with connection.begin_nested():
            return _run(connection, work)
    except Exception as error:
        if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            raise  # SQLite rolled everything back by itself: full disk, broken file.
        return None, _named(error), ()


_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 15000",
    "PRAGMA cache_size = -32000",
    "PRAGMA temp_store = MEMORY",
)


def _named(error: BaseException) -> BaseException:
    """NoSpace or Unavailable where the driver's error means that; else the error itself."""
    for fault in _chain(error):
        if isinstance(fault, Damaged | ReadOnly):
            return fault
        if not isinstance(fault, DBAPIError):
            continue
        plain = damage.named(fault.orig) if fault.orig else None
        if plain is not None:
            return plain
        words = str(fault.orig).lower()
        name = next((name for said, name in _NAMES.items() if said in words), None)
        if name is not None:
            named = name(words)
            named.__cause__ = error
            return named
    return error


_NAMES: Mapping[str, type[Exception]] = {
    "full": NoSpace, "disk i/o": NoSpace, "locked": Unavailable, "busy": Unavailable,
}  # fmt: skip


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its contexts: rolling back to a savepoint on a full disk raises another one."""
    while error is not None:
        yield error
        error = error.__context__
