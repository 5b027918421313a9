"""PostgreSQL: concurrent writers in any number of processes, serialised by row locks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import uniform
from time import sleep
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from sync_server.database.damage import watch
from sync_server.database.transactions import (
    AfterCommit,
    Moved,
    NoSpace,
    ReadOnly,
    Transaction,
    Unavailable,
    Work,
    tell,
)

T = TypeVar("T")

AGAIN = frozenset({"40001", "40P01", "23505"})
"""SQLSTATEs after which the work runs again: serialisation failure, deadlock, unique violation."""

TRIES = 8

FULL = frozenset({"53100"})
AWAY = frozenset({"57P01", "57P02", "57P03", "53300", "08000", "08003", "08006", "55P03"})

PATIENCE = "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
"""How long a locked row is waited for; then Unavailable, and the client tries again."""


class PostgresDatabase:
    """A database on a PostgreSQL server, through psycopg; several processes may share it."""

    dialect = "postgresql"

    def __init__(self, url: str, after_commit: AfterCommit) -> None:
        self.after_commit = after_commit
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(
            address, pool_size=20, max_overflow=30, pool_pre_ping=True, pool_timeout=10,
            connect_args={"options": PATIENCE, "connect_timeout": 10},
        )  # fmt: skip
        self.damage = ""
        self.read_only = False
        watch(self.engine, self._found)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view of everything committed; writing in it fails."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            with connection.begin():
                yield Transaction(connection)

    def write(self, work: Work[T]) -> T:
        """See Database.write."""
        for left in reversed(range(TRIES)):
            try:
                result, moves = self._once(work)
                break
            except ReadOnly:
                self.read_only = True
                raise
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in AGAIN or not left:
                    raise _named(error, state) from error
            sleep(uniform(0, 0.02 * (TRIES - left)))
        self.read_only = False
        tell(self.after_commit, moves)
        return result

    def migrating(self) -> Engine:
        """The engine that may change the schema."""
        return self.engine

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _found(self, damage: str) -> None:
        self.damage = self.damage or damage

    def _once(self, work: Work[T]) -> tuple[T, Sequence[Moved]]:
        with self.engine.begin() as connection:
            transaction = Transaction(connection)
            result = work(transaction)
            return result, transaction.finish()


def _named(error: DBAPIError, state: Any) -> BaseException:
    if state in FULL:
        return NoSpace(str(error.orig))
    if error.connection_invalidated or state in AWAY:
        return Unavailable(str(error.orig))
    return error
