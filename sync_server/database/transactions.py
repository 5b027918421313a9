"""The database interface, alike for SQLite and PostgreSQL: transactions that read or write."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import structlog
from sqlalchemy import Connection, CursorResult, Engine, Executable, Row

from sync_server.database.executemany import Change, Parameters, run_for_each

log = structlog.get_logger(__name__)

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class NoSpace(Exception):
    """The disk under the database is full: nothing was written."""


class Unavailable(Exception):
    """The database does not answer now: nothing was written, and it may be asked again."""


class ReadOnly(Exception):
    """The place of the database cannot be written: its folder, its file or the server says so."""


class Damaged(Exception):
    """The database has pages that are not what was written: nothing was applied."""


class WriteInsideWrite(RuntimeError):
    """`write` was called inside a write transaction; on SQLite it would wait for itself."""


class Cache(Generic[K, V]):
    """What one module keeps in memory for the length of a transaction, by key.

    A module declares its own as a constant, `_LAST: Cache[int, int] = Cache()`;
    `Transaction.cache` gives what the transaction has in it.
    """


class Moved(NamedTuple):
    """A scope whose newest change has this number since the commit."""

    scope: str
    seq: int


class Transaction:
    """A transaction in progress: statements, batches of them, caches, hooks before the commit.

    Whatever is asked of it inside a savepoint that fails is undone with the savepoint.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._moves: list[Moved] = []
        self._caches: dict[Cache[Any, Any], dict[Any, Any]] = {}
        self._hooks: list[Callable[[Transaction], None]] = []
        self._batches: dict[Change, list[Parameters]] = {}

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; a list of parameters runs it for each."""
        self._run_batches()
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

    def batch(self, change: Change, parameters: Parameters) -> None:
        """Run `change` in one executemany with the others like it: before the next statement that
        is executed, and at the latest before the commit. Nothing comes back.

        Every set of parameters for one `change` has the same names, else KeyError when it runs.
        """
        self._batches.setdefault(change, []).append(parameters)

    def cache(self, declared: Cache[K, V]) -> dict[K, V]:
        """This transaction's contents of a cache, empty at first."""
        contents = self._caches.get(declared)
        if contents is None:
            contents = self._caches[declared] = {}
        return contents

    def before_commit(self, hook: Callable[["Transaction"], None]) -> None:
        """Run `hook` once inside this transaction when its work is done, in order of registration.

        A hook that waits to be run is not registered a second time.
        """
        if hook not in self._hooks:
            self._hooks.append(hook)

    def after_commit(self, scope: str, seq: int) -> None:
        """Tell `Database.after_commit`, once this is committed, that `scope` moved to `seq`."""
        self._moves.append(Moved(scope, seq))

    def finish(self) -> Sequence[Moved]:
        """Run the hooks and the last batches; what is to be told after the commit.

        For the database alone, which calls it before it commits.
        """
        while self._hooks:
            self._hooks.pop(0)(self)
        self._run_batches()
        return self._moves

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A nested transaction: an exception undoes what was done inside, and goes on."""
        self._run_batches()
        moves, hooks = list(self._moves), list(self._hooks)
        caches = {declared: dict(contents) for declared, contents in self._caches.items()}
        try:
            with self.connection.begin_nested():
                yield
                self._run_batches()
        except BaseException:
            self._moves, self._hooks, self._batches = moves, hooks, {}
            for declared, contents in self._caches.items():
                contents.clear()
                contents.update(caches.get(declared, {}))
            raise

    def _run_batches(self) -> None:
        while self._batches:
            change = next(iter(self._batches))
            rows = self._batches.pop(change)
            if len(rows) == 1:
                self.connection.execute(change, rows[0])
            else:
                run_for_each(self.connection, change, rows)


AfterCommit = Callable[[Sequence[Moved]], None]
"""What is called after each commit, with the scopes that moved."""


def tell(after_commit: AfterCommit, moves: Sequence[Moved]) -> None:
    """Call it after a commit; what it raises is logged, as the work is committed all the same."""
    try:
        after_commit(moves)
    except Exception:
        log.exception("nobody could be told of a commit")


Work = Callable[[Transaction], T]


class Database(Protocol):
    """What both databases offer."""

    after_commit: AfterCommit

    damage: str
    """What the first error said, in this process, that called the database damaged; or empty."""

    read_only: bool
    """Whether the last write of this process failed because the place cannot be written."""

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
        deadlock or beside one that failed: it does nothing but SQL. Raises NoSpace, Unavailable,
        ReadOnly, Damaged.
        """

    def migrating(self) -> Engine:
        """The engine that may change the schema, before anything is written."""

    def close(self) -> None:
        """Finish what was begun, and let go of every connection."""
