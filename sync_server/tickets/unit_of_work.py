"""The tickets that one transaction works on: locked once, in order, and stored once at its end."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.operations.merge import Versioned
from shared.ticket.people import SYSTEM, Actor
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import operation_log, store


@dataclass(frozen=True, slots=True)
class Author:
    """Who works, and from where: a tablet's id, `office:<user id>`, or `system`.

    `skew` is what the tablet's clock is ahead of ours; `clock_changed` that it jumped meanwhile.
    """

    device: str
    actor: Actor
    n: int | None = None
    skew: timedelta = timedelta(0)
    clock_changed: bool = False


SYSTEM_AUTHOR = Author("system", SYSTEM)


def office_author(actor: Actor) -> Author:
    """An actor at the console or the command line, or the system itself."""
    return SYSTEM_AUTHOR if actor == SYSTEM else Author(f"office:{actor.id}", actor)


class UnitOfWork:
    """The tickets that one transaction changes; `flush` stores those that were staged."""

    def __init__(
        self, tx: Transaction, context: ApplicationContext, now: datetime, ids: Iterable[str] = ()
    ) -> None:
        self.tx = tx
        self.context = context
        self.now = now
        self._found = store.lock(tx, ids)
        operation_log.read_ends(tx, self._found)
        self._staged = dict(self._found)
        self._columns: dict[str, dict[str, Any]] = {}
        self.namers: dict[str, Actor] = {}
        """Who named a file from a tablet, by the entry's id."""

    def ticket(self, id: str) -> Versioned | None:
        """The ticket as staged, or None."""
        return self._staged.get(id)

    def stage(self, versioned: Versioned, **columns: Any) -> None:
        """The ticket now stands so; `columns` are those that the record does not say."""
        self._staged[versioned.record.id] = versioned
        if columns:
            self._columns.setdefault(versioned.record.id, {}).update(columns)

    def columns(self, id: str) -> dict[str, Any]:
        """What `stage` was told of this ticket besides its record."""
        return self._columns.get(id, {})

    def open(self, versioned: Versioned) -> None:
        """A ticket that is new: stored at once, because what follows names it."""
        store.store(self.tx, None, versioned, self.now)
        operation_log.begin(self.tx, versioned.record.id)
        self._found[versioned.record.id] = versioned
        self._staged[versioned.record.id] = versioned

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint: an exception inside leaves database and unit as they were, and goes on."""
        found, staged = dict(self._found), dict(self._staged)
        columns = {id: dict(values) for id, values in self._columns.items()}
        try:
            with self.tx.savepoint():
                yield
        except BaseException:
            self._found, self._staged, self._columns = found, staged, columns
            raise

    def flush(self) -> None:
        """Store every ticket that changed."""
        for id in sorted(self._staged):
            before, after = self._found[id], self._staged[id]
            if after is not before or id in self._columns:
                store.store(self.tx, before, after, self.now, self._columns.get(id), self.namers)
            self._found[id] = after
        self._columns.clear()
