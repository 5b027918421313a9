"""Rows that one worker at a time handles: leased to it, retried when it fails, given up at last.

A leased row is due again when its lease ends, so that whoever died loses it to the next one. Each
lease counts as a try, and that count is the fencing token: a worker whose lease was lost meanwhile
can no longer change the row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Table, select, update

from sync_server.database.transactions import Transaction

LONGEST_REASON = 2000
"""Characters that are kept of why something failed."""


class Lease(NamedTuple):
    """One row for one worker: its id, and the try that this is, from 1."""

    id: str
    tries: int


@dataclass(frozen=True, slots=True)
class Retries:
    """Exponential back-off: `first`, then twice as long each time, never longer than `longest`.

    After `most` tries it is given up; None never gives up.
    """

    first: timedelta
    longest: timedelta
    most: int | None = None

    def wait(self, tries: int) -> timedelta:
        """How long to wait after this many failed tries, 1 or more."""
        # From here on `longest` is the shorter one; 2 ** tries alone would overflow.
        doublings = (self.longest // self.first).bit_length()
        return min(self.first * (1 << min(tries - 1, doublings)), self.longest)

    def ends_with(self, tries: int) -> bool:
        """Whether this failed try was the last one."""
        return self.most is not None and tries >= self.most


class LeasedRows:
    """The rows of `table` that are still `open`; it has id, due_at, tries and failure.

    A lease lasts for `length`. What is given up gets a `dead_at`, and must be open no longer.
    """

    def __init__(
        self, table: Table, open: ColumnElement[bool], length: timedelta, retries: Retries
    ) -> None:
        self._table = table
        self.open = open
        self.length = length
        self.retries = retries

    def is_due(self, tx: Transaction, now: datetime) -> bool:
        """Whether any row is due: a look that keeps no writer waiting."""
        return tx.scalar(self._due(now).with_only_columns(self._table.c.id).limit(1)) is not None

    def lease(
        self, tx: Transaction, due_by: datetime, now: datetime, **values: Any
    ) -> tuple[Lease, Row[Any]] | None:
        """The longest due of the rows due by `due_by`, leased from `now` on; None without any.

        `values` are written into the row. On PostgreSQL a row that somebody leases at this moment
        is passed over.
        """
        columns = self._table.c
        first = self._due(due_by).order_by(columns.due_at, columns.id).limit(1)
        row = tx.one_or_none(first.with_for_update(skip_locked=True))
        if row is None:
            return None
        return self.leased(tx, row, now, **values), row

    def leased(self, tx: Transaction, row: Row[Any], now: datetime, **values: Any) -> Lease:
        """This row, locked in this transaction, leased from `now` on."""
        lease = Lease(row.id, row.tries + 1)
        tx.execute(
            update(self._table)
            .where(self._table.c.id == lease.id)
            .values(tries=lease.tries, due_at=now + self.length, **values)
        )
        return lease

    def settle(self, tx: Transaction, lease: Lease, **values: Any) -> bool:
        """Write what became of a leased row; False when the lease was lost to somebody else."""
        columns = self._table.c
        result = tx.execute(
            update(self._table)
            .where(columns.id == lease.id, columns.tries == lease.tries, self.open)
            .values(**values)
        )
        return result.rowcount == 1

    def failed(self, tx: Transaction, lease: Lease, why: str, now: datetime) -> bool:
        """Due again later, or given up after the last try; False when the lease was lost."""
        values: dict[str, Any] = {"due_at": now + self.retries.wait(lease.tries)}
        if self.retries.ends_with(lease.tries):
            values["dead_at"] = now
        return self.settle(tx, lease, failure=why[:LONGEST_REASON], **values)

    def _due(self, now: datetime) -> Select[Any]:
        return select(self._table).where(self.open, self._table.c.due_at <= now)
