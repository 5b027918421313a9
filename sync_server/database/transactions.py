"""The office's database: one way to read, one way to write, on SQLite and PostgreSQL alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row

from sync_server.database.executemany import Change, Parameters, run_for_each

T = TypeVar("T")


class NoSpace(Exception):
    """The disk under the database is full: nothing was written."""


class Unavailable(Exception):
    """The database does not answer now: nothing was written, and it may be asked again."""


class WriteInsideWrite(RuntimeError):
    """Work that is being written asked for another transaction; it would wait for itself."""


class Transaction:
    """One transaction under way: statements go through it; `moved` is told once it is committed.

    `noted` holds what modules want to remember until the end, each under its own key; a hook given
    to `before_commit` writes it out.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.noted: dict[str, dict[Any, Any]] = {}
        self.moved: list[tuple[str, int]] = []
        self._before: list[Callable[[Transaction], None]] = []
        self._waiting: dict[Change, list[Parameters]] = {}

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; a list of parameters runs it for each."""
        self._run_waiting()
        result: CursorResult[Any] = self.connection.execute(statement, parameters)
        return result

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        """The first column of the first row, or None."""
        return self.execute(statement, parameters).scalar()

    def scalars(self, statement: Executable) -> list[Any]:
        """The first column of every row."""
        return list(self.execute(statement).scalars())

    def rows(self, statement: Executable, parameters: Any = None) -> list[Row[Any]]:
        """Every row."""
        return list(self.execute(statement, parameters))

    def one_or_none(self, statement: Executable, parameters: Any = None) -> Row[Any] | None:
        """The only row, or None."""
        return self.execute(statement, parameters).one_or_none()

    def later(self, change: Change, parameters: Parameters) -> None:
        """Change something together with other changes like it: before anything else is asked of
        the database, and before the end. The names of the parameters are always the same."""
        self._waiting.setdefault(change, []).append(parameters)

    def note(self, key: str, write_out: Callable[["Transaction"], None]) -> dict[Any, Any]:
        """What is noted under `key`; `write_out` runs once, inside the transaction, at its end."""
        if key not in self.noted:
            self.noted[key] = {}
            self._before.append(write_out)
        return self.noted[key]

    def finish(self) -> None:
        """Let every `write_out` run; for the database, before it commits."""
        while self._before:
            self._before.pop(0)(self)
        self._run_waiting()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails inside leaves nothing behind, and the exception goes on."""
        self._run_waiting()
        noted = {key: dict(notes) for key, notes in self.noted.items()}
        before = list(self._before)
        try:
            with self.connection.begin_nested():
                yield
                self._run_waiting()
        except BaseException:
            self.noted, self._before, self._waiting = noted, before, {}
            raise

    def _run_waiting(self) -> None:
        while self._waiting:
            change = next(iter(self._waiting))
            rows = self._waiting.pop(change)
            if len(rows) == 1:
                self.connection.execute(change, rows[0])
            else:
                run_for_each(self.connection, change, rows)


Committed = Callable[[Transaction], None]
"""What is called after each commit: it hears which scopes moved."""

Work = Callable[[Transaction], T]


class Database(Protocol):
    """What both databases offer."""

    committed: Committed

    engine: Engine
    """For reading; writes of the running office go through `write`."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view of everything committed; writing in it fails."""
        yield from ()

    def write(self, work: Work[T]) -> T:
        """The result of `work`, run in one transaction and committed durably when this returns.

        Whatever `work` raises rolls back what it did and comes out here. It may run again, after a
        deadlock or beside one that failed: it does nothing but SQL. Raises NoSpace, Unavailable.
        """

    def migrating(self) -> Engine:
        """The engine that may change the schema, before anything is written."""

    def close(self) -> None:
        """Finish what was begun, and let go of every connection."""
