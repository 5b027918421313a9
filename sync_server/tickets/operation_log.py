"""The operation log: who did what to which ticket, chained by hashes, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, select

from shared.operations.digest import digest
from shared.operations.operation import Outcome
from shared.operations.wire import message_hash
from sync_server.database.column_types import instant_text
from sync_server.database.lookup import LookupByKey
from sync_server.database.tables import FIRST, operation
from sync_server.database.tables import ticket as table
from sync_server.database.transactions import Cache, Transaction
from sync_server.runtime.live import OFFICE

START = "0" * 64
"""The link before a ticket's first operation."""

_ENDS: Cache[str, tuple[int, str]] = Cache()
"""By ticket, the position and the `previous` of its next log entry."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One operation and what became of it, as it goes into the log; times are zoned.

    `n` is None for the office; `ticket` is None where the operation names none that can be read.
    """

    device: str
    n: int | None
    op_id: str | None
    ticket: str | None
    kind: str | None
    command: str | None
    user: str
    role: str
    captured_at: datetime
    received_at: datetime
    message: Mapping[str, Any]
    hash: str
    outcome: Outcome
    rev: int
    result: Mapping[str, Any]


def append(tx: Transaction, entry: LogEntry) -> int:
    """Append one entry to the log of its ticket; the number of its row."""
    id = int(tx.execute(_APPENDED, _row(tx, entry)).scalar_one())
    tx.after_commit(OFFICE, id)
    return id


def append_later(tx: Transaction, entry: LogEntry) -> None:
    """`append` by one statement for all such entries of the transaction; no row numbers."""
    tx.batch(_INSERTED, _row(tx, entry))
    tx.before_commit(_notify)


def _notify(tx: Transaction) -> None:
    tx.after_commit(OFFICE, tx.scalar(_NEWEST_LINE))


def read_ends(tx: Transaction, tickets: Iterable[str]) -> None:
    """Read the last entries of these tickets' logs by one statement; kept with the transaction."""
    ends = tx.cache(_ENDS)
    unknown = sorted(set(tickets) - set(ends))
    if unknown:
        last = {row.ticket: row for row in _LAST.rows(tx, unknown)}
        ends |= {id: _after(last.get(id)) for id in unknown}


def begin(tx: Transaction, ticket: str) -> None:
    """Note that a ticket is new: its log has no entry yet, and none need be looked for."""
    tx.cache(_ENDS)[ticket] = _after(None)


def _row(tx: Transaction, entry: LogEntry) -> dict[str, Any]:
    row = dict(zip(LogEntry.__slots__, _values(entry), strict=True))
    row["message"], row["outcome"] = dict(entry.message), entry.outcome.value
    row |= {"position": None, "previous": None, "link": None}
    if entry.ticket is not None:
        ends = tx.cache(_ENDS)
        if entry.ticket not in ends:
            read_ends(tx, [entry.ticket])
        row["position"], row["previous"] = ends[entry.ticket]
        row["link"] = link(row["previous"], row)
        ends[entry.ticket] = (row["position"] + 1, row["link"])
    return row


_values = attrgetter(*LogEntry.__slots__)


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of one line of a ticket's log and, through `previous`, of all before it."""
    covered = {name: row[name] for name in _COVERED}
    covered |= {name: instant_text(row[name]) for name in ("captured_at", "received_at")}
    return digest({"previous": previous, **covered})


_COVERED = (
    "device", "n", "op_id", "ticket", "position", "kind", "command", "user", "role", "hash",
    "outcome", "rev", "result",
)  # fmt: skip


def history(tx: Transaction, ticket: str) -> list[Row[Any]]:
    """Every operation on a ticket, in the order in which the office took them."""
    query = select(operation).where(operation.c.ticket == ticket)
    return tx.rows(query.order_by(operation.c.position))


def links(tx: Transaction, ticket: str) -> list[str]:
    """The link of every operation on a ticket."""
    return list(tx.scalars(select(operation.c.link).where(operation.c.ticket == ticket)))


def broken_at(tx: Transaction, ticket: str) -> int | None:
    """The first position of a ticket's log that does not follow from those before it, or None."""
    previous = START
    for expected, row in enumerate(history(tx, ticket), start=1):
        follows = row.position == expected and row.previous == previous
        if not follows or message_hash(row.message) != row.hash:
            return expected
        if link(previous, {str(name): value for name, value in row._mapping.items()}) != row.link:
            return expected
        previous = row.link
    return None


def stored(tx: Transaction, device: str, numbers: Iterable[int]) -> dict[int, Row[Any]]:
    """What became of these operations of a device, by number; only those that are there."""
    return {row.n: row for row in _STORED.rows(tx, sorted(set(numbers)), device=device)}


def first_by_op_id(tx: Transaction, op_ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The operations that first came under these ids, whatever device sent them."""
    return {row.op_id: row for row in _FIRST.rows(tx, sorted(set(op_ids)))}


def _after(last: Row[Any] | None) -> tuple[int, str]:
    """The position and the `previous` of the line after this one."""
    return (last.position + 1, last.link) if last else (1, START)


# Made once: a statement that is built anew for each operation costs more than it asks.
_C = operation.c
_INSERTED = insert(operation)
_APPENDED = _INSERTED.returning(_C.id)
_NEWEST_LINE = select(func.max(_C.id))
_STORED = LookupByKey(
    select(_C.n, _C.hash, _C.outcome, _C.rev, _C.result).where(_C.device == bindparam("device")),
    _C.n,
)
_FIRST = LookupByKey(
    # In the very words of the index over them: with a parameter it would not be used.
    select(_C.op_id, _C.message, _C.outcome, _C.rev, _C.result).where(FIRST),
    _C.op_id,
)
_LINE = operation.alias()
_NEWEST = (
    select(func.max(_LINE.c.position)).where(_LINE.c.ticket == table.c.id).correlate(table)
).scalar_subquery()
_LAST = LookupByKey(
    select(_C.ticket, _C.position, _C.link).select_from(
        table.join(operation, and_(_C.ticket == table.c.id, _C.position == _NEWEST))
    ),
    table.c.id,
)
