"""The operation queue: this tablet's operations, numbered once, kept until the office is safe.

Its table is called `outbox`, as in every tablet that was ever installed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from field_app.store import view
from field_app.store.database import Database, dump
from field_app.store.enrolment import Enrolment, User, enrolled, keep_enrolment, succeeded
from field_app.store.operations import message_of, operation_of, text_of
from field_app.store.ticket_index import THESE, these
from shared.operations.operation import SCHEMA, Kind, Operation, read
from shared.operations.wire import message_hash, operation_message
from shared.time.timestamps import wire_time

KEPT_AFTER_DURABLE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one operation, as the office answered."""

    n: int
    outcome: str
    rev: int | None
    conflicts: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[Mapping[str, Any], ...] = ()
    reason: Any = None


class Owner(Protocol):
    """Whose queue it is, and at which office."""

    @property
    def user(self) -> User: ...

    @property
    def server(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that the office has not answered: its place in the queue, and its JSON."""

    seq: int
    n: int
    text: bytes


def record(
    database: Database,
    ticket: str,
    kind: Kind,
    body: Mapping[str, Any],
    *,
    at: datetime,
    op_id: str,
    base_rev: int | None = None,
) -> Operation:
    """Number an operation, keep it and show it: one transaction, durable when this returns.

    `at` is zoned; `base_rev` is the revision that its author had seen, the base's when it is not
    said. Raises shared.ticket.shapes.Unreadable for a body that the office would park.
    """
    with database.transaction() as db:
        me = enrolled(database)
        if base_rev is None:
            base_rev = database.value(
                "SELECT rev FROM base WHERE record = 'ticket' AND id = ?", ticket
            )
        operation = Operation(0, op_id, ticket, kind, base_rev or 0, at, dict(body))
        read(operation_message(operation))
        seq = db.execute(
            "INSERT INTO outbox"
            " (device_id, op_id, ticket, kind, schema, base_rev, captured_at, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                me.device_id, op_id, ticket, kind.value, SCHEMA, operation.base_rev,
                wire_time(at), dump(operation.body),
            ),
        ).lastrowid  # fmt: skip
        assert seq is not None
        operation = _numbered(database, seq, seq - me.offset, me.device_id)
        view.show(database, operation)
    return operation


def _numbered(database: Database, seq: int, n: int, device_id: str) -> Operation:
    with database.transaction() as db:
        db.execute("UPDATE outbox SET n = ?, device_id = ? WHERE seq = ?", (n, device_id, seq))
        row = database.row("SELECT * FROM outbox WHERE seq = ?", seq)
        assert row is not None
        db.execute("UPDATE outbox SET hash = ? WHERE seq = ?", (message_hash(message_of(row)), seq))
        return operation_of(row)


def last(database: Database) -> tuple[int, str]:
    """The highest n recorded under the identity in force, and its hash; (0, "") without any."""
    me = enrolled(database)
    row = database.row(
        "SELECT n, hash FROM outbox WHERE device_id = ? ORDER BY n DESC LIMIT 1", me.device_id
    )
    return (row["n"], row["hash"]) if row else (0, "")


def acknowledged(database: Database) -> int:
    """The highest n that the office has answered under the identity in force, or 0."""
    me = enrolled(database)
    found = database.value(
        "SELECT max(n) FROM outbox WHERE device_id = ? AND outcome IS NOT NULL", me.device_id
    )
    return int(found or 0)


def unanswered(database: Database, most: int, most_bytes: int, after: int = 0) -> list[Pending]:
    """The next operations to push, in order: at most `most`, and at most `most_bytes` of JSON.

    The first comes always, whatever its size. `after` is the seq of the last one that is on its
    way already.
    """
    rows = database.rows(
        "SELECT seq, n, op_id, ticket, kind, schema, base_rev, captured_at, body FROM outbox"
        " WHERE state IN ('queued', 'sent') AND seq > ? ORDER BY seq LIMIT ?",
        after, most,
    )  # fmt: skip
    batch: list[Pending] = []
    total = 0
    for row in rows:
        text = text_of(row).encode()
        total += len(text) + 1
        if batch and total > most_bytes:
            break
        batch.append(Pending(row["seq"], row["n"], text))
    return batch


def sent(database: Database, ns: Iterable[int]) -> None:
    """Remember that these may have reached the office: only its answer tells."""
    me = enrolled(database)
    with database.transaction() as db:
        db.conn.executemany(
            "UPDATE outbox SET state = 'sent' WHERE device_id = ? AND n = ? AND state = 'queued'",
            [(me.device_id, n) for n in ns],
        )


def answered(database: Database, results: Collection[Result], at: datetime) -> None:
    """Keep what became of these operations, and let the view follow: one transaction."""
    me, acked_at = enrolled(database), wire_time(at)
    with database.transaction() as db:
        db.conn.executemany(
            "UPDATE outbox SET state = CASE state WHEN 'durable' THEN state ELSE 'acked' END,"
            " outcome = ?, rev = ?, conflicts = ?, missing = ?, reason = ?,"
            " acked_at = coalesce(acked_at, ?) WHERE device_id = ? AND n = ?",
            [
                (
                    result.outcome, result.rev,
                    dump(result.conflicts) if result.conflicts else "[]",
                    dump(result.missing) if result.missing else "[]",
                    dump(result.reason), acked_at, me.device_id, result.n,
                )
                for result in results
            ],
        )  # fmt: skip
        tickets = database.rows(
            f"SELECT DISTINCT ticket FROM outbox WHERE device_id = ? AND n IN {THESE}",
            me.device_id, these(result.n for result in results),
        )  # fmt: skip
        view.answered(database, {row["ticket"] for row in tickets})


def durable(database: Database, n: int, at: datetime) -> None:
    """Everything answered up to `n` is in the office's backup, and so is all that came before it,
    under an earlier identity of this tablet too. `at` is the office's time."""
    me = enrolled(database)
    if n < 1:
        return
    with database.transaction() as db:
        db.execute(
            "UPDATE outbox SET state = 'durable', durable_at = ? WHERE state = 'acked'"
            " AND seq <= (SELECT max(seq) FROM outbox WHERE device_id = ? AND n <= ?)",
            (wire_time(at), me.device_id, n),
        )


def identity_left(database: Database, owner: Owner) -> Enrolment:
    """The identity in force as the queue itself tells it, where its own row is lost: the device of
    the last operation, and how its numbers follow."""
    row = database.row("SELECT device_id, seq - n AS offset FROM outbox ORDER BY seq DESC LIMIT 1")
    device_id, offset = (row["device_id"], row["offset"]) if row else ("", _last_seq(database))
    return Enrolment(device_id, owner.user, owner.server, offset=offset)


def first_kept(database: Database) -> int:
    """The lowest n from which on this tablet still has every operation under its identity."""
    me = enrolled(database)
    found = database.value(
        "SELECT max(n) FROM outbox o WHERE device_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM outbox b WHERE b.device_id = o.device_id AND b.n = o.n - 1)",
        me.device_id,
    )
    return int(found or _last_seq(database) + 1 - me.offset)


def replay(database: Database, from_n: int) -> None:
    """Queue again all that is kept from `from_n` on: the office lost it in a restore."""
    me = enrolled(database)
    with database.transaction():
        rows = database.rows(
            "SELECT seq, ticket FROM outbox WHERE device_id = ? AND n >= ?", me.device_id, from_n
        )
        _queue_again(database, rows)


def reidentify(database: Database, device_id: str, *, everything: bool = False) -> None:
    """Go on under a new device id: what waits is numbered from 1, with the same op_ids.

    With `everything` all that is kept goes again: this office may know nothing of it. What it does
    know it knows by its op_id.
    """
    with database.transaction():
        rows = database.rows(
            "SELECT seq, ticket FROM outbox WHERE ? OR state IN ('queued', 'sent') ORDER BY seq",
            everything,
        )
        # Numbered one by one: what was swept may have left holes between them.
        offset = _last_seq(database) - len(rows)
        keep_enrolment(database, succeeded(database, device_id, offset))
        for n, row in enumerate(rows, 1):
            _numbered(database, row["seq"], n, device_id)
        _queue_again(database, rows)


def _queue_again(database: Database, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = list(rows)
    with database.transaction() as db:
        db.conn.executemany(
            "UPDATE outbox SET state = 'queued', outcome = NULL, rev = NULL, conflicts = NULL,"
            " missing = NULL, reason = NULL, acked_at = NULL, durable_at = NULL, reflected = 0"
            " WHERE seq = ?",
            [(row["seq"],) for row in rows],
        )
        view.refresh(database, {row["ticket"] for row in rows})


def _last_seq(database: Database) -> int:
    return int(database.value("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'") or 0)


def of_ticket(database: Database, ticket: str) -> list[Operation]:
    """Every operation kept of a ticket, oldest first."""
    rows = database.rows("SELECT * FROM outbox WHERE ticket = ? ORDER BY seq", ticket)
    return [operation_of(row) for row in rows]


def messages_unsafe(database: Database) -> list[Mapping[str, Any]]:
    """The messages of everything that is not durable yet, for the rescue package."""
    rows = database.rows("SELECT * FROM outbox WHERE state <> 'durable' ORDER BY seq")
    return [{**message_of(row), "device_id": row["device_id"]} for row in rows]


def sweep(database: Database, now: datetime) -> int:
    """Drop what has been durable for 30 days, but never the last operation. Returns how many.

    `now` is the office's time, as `durable` was told it.
    """
    with database.transaction() as db:
        return db.execute(
            "DELETE FROM outbox WHERE state = 'durable' AND reflected = 1"
            " AND julianday(durable_at) < julianday(?)"
            " AND seq < (SELECT max(seq) FROM outbox)",
            (wire_time(now - KEPT_AFTER_DURABLE),),
        ).rowcount
