"""The folded view of each ticket: what the office last said, and on top what we did since."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from field_app.store.database import Database, dump
from field_app.store.enrolment import enrolled
from field_app.store.operations import operation_of
from shared.changes import Operation, apply
from shared.ticket import TERMINAL, Record, State


class WorkStage(StrEnum):
    """How far a ticket is on its way out of the tablet."""

    WORK = "work"
    ASKED = "asked"
    CLOSING = "closing"
    TO_CORRECT = "to_correct"
    VALIDATION = "validation"
    CLOSED = "closed"


class Shelf(StrEnum):
    """Where «Mi día» shows a ticket: to be worked on, waiting for others, or done with."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


_WAITING_STATES = frozenset(
    {State.WAITING_CUSTOMER, State.WAITING_FINAL_SOLUTION, State.CUSTOMER_VALIDATION,
     State.CLOSE_REQUESTED}
)  # fmt: skip
_WAITING_STAGES = frozenset({WorkStage.ASKED, WorkStage.CLOSING, WorkStage.VALIDATION})


def viewed(database: Database, ticket: str) -> Record | None:
    """The folded record as it is shown, or None for a ticket that is not on this tablet."""
    row = database.row("SELECT id, doc, entries, rev FROM ticket WHERE id = ?", ticket)
    return record_of(row) if row else None


def based(database: Database, ticket: str) -> Record | None:
    """What the office last said of a ticket, or None for one that it does not know yet."""
    row = database.row(
        "SELECT id, doc, entries, rev FROM base WHERE record = 'ticket' AND id = ?", ticket
    )
    return record_of(row) if row else None


def show(database: Database, operation: Operation) -> None:
    """Lay one new operation of ours on the view. Runs in the transaction that recorded it."""
    before = viewed(database, operation.ticket) or Record(operation.ticket)
    _save(database, apply(before, operation, enrolled(database).user.actor))


def refresh(database: Database, tickets: Iterable[str]) -> None:
    """Fold these tickets anew: after a pull, or after the office answered."""
    with database.transaction():
        for ticket in set(tickets):
            _fold(database, ticket)


def _fold(database: Database, ticket: str) -> None:
    base = based(database, ticket)
    _settle(database, ticket, base.rev if base else -1)
    own = database.rows(
        "SELECT * FROM outbox WHERE ticket = ? AND reflected = 0 ORDER BY seq", ticket
    )
    if base is None and not own:
        _forget(database, ticket)
        return
    actor = enrolled(database).user.actor
    record = base or Record(ticket)
    for row in own:
        record = apply(record, operation_of(row), actor)
    _save(database, record)


def _settle(database: Database, ticket: str, base_rev: int) -> None:
    # The base carries an operation of ours from its result's revision on, never before: dropping
    # it earlier would make the view step back. What was refused leaves the view at once.
    with database.transaction() as db:
        db.execute(
            "UPDATE outbox SET reflected = 1 WHERE ticket = ? AND reflected = 0"
            " AND outcome IS NOT NULL"
            " AND (rev IS NULL OR rev <= ? OR outcome IN ('rejected', 'parked'))",
            (ticket, base_rev),
        )


def _forget(database: Database, ticket: str) -> None:
    with database.transaction() as db:
        key = database.value("SELECT key FROM ticket WHERE id = ?", ticket)
        db.execute("DELETE FROM ticket_words WHERE rowid = ?", (key,))
        db.execute("DELETE FROM ticket WHERE key = ?", (key,))


@dataclass(frozen=True, slots=True)
class _Around:
    """The documents that a ticket's row borrows words from."""

    customer: Mapping[str, Any]
    site: Mapping[str, Any]
    asset: Mapping[str, Any]


_COLUMNS = (
    "id", "rev", "doc", "entries", "label", "state", "priority", "type", "customer_id", "site_id",
    "asset_id", "customer", "site", "location", "asset", "serial", "description", "due",
    "due_kind", "arrived", "stage", "shelf", "read_only",
)  # fmt: skip
_UPSERT = (
    f"INSERT INTO ticket ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _COLUMNS[1:])}"
    " RETURNING key"
)


def _save(database: Database, record: Record) -> None:
    names = ("customer", "site", "asset")
    around = _Around(*(document(database, name, record.fields.get(name)) for name in names))
    row = _row(database, record, around)
    with database.transaction() as db:
        [(key,)] = db.execute(_UPSERT, [row[name] for name in _COLUMNS]).fetchall()
        db.execute("DELETE FROM ticket_words WHERE rowid = ?", (key,))
        db.execute(
            "INSERT INTO ticket_words (rowid, words) VALUES (?, ?)", (key, _words(record, row))
        )


def _row(database: Database, record: Record, around: _Around) -> dict[str, Any]:
    doc = record.fields
    stage = _stage(database, record)
    read_only = is_read_only(database, record.id)
    due_kind, due = _next_due(doc)
    return {
        "id": record.id,
        "rev": record.rev,
        "doc": dump(dict(doc)),
        "entries": dump({name: list(rows) for name, rows in record.entries.items()}),
        "label": doc.get("folio") or doc.get("provisional_folio") or record.id[:8],
        "state": doc.get("state") or State.NEW.value,
        "priority": doc.get("priority") or "",
        "type": doc.get("type") or "",
        "customer_id": doc.get("customer"),
        "site_id": doc.get("site"),
        "asset_id": doc.get("asset"),
        "customer": around.customer.get("name") or "",
        "site": around.site.get("name") or "",
        "location": around.asset.get("location") or "",
        "asset": f"{around.asset.get('make') or ''} {around.asset.get('model') or ''}".strip(),
        "serial": around.asset.get("serial") or "",
        "description": doc.get("description") or "",
        "due": due,
        "due_kind": due_kind,
        "arrived": int(bool(doc.get("arrived_at"))),
        "stage": stage.value,
        "shelf": _shelf(doc.get("state"), stage, read_only).value,
        "read_only": int(read_only),
    }


def _stage(database: Database, record: Record) -> WorkStage:
    state = record.fields.get("state")
    if state in TERMINAL:
        return WorkStage.CLOSED
    if state == State.CUSTOMER_VALIDATION:
        return WorkStage.VALIDATION
    if "closing" in (record.fields.get("flags") or ()):
        return WorkStage.CLOSING
    asked = last_finalise(database, record.id)
    if asked is not None and not asked["reflected"]:
        return WorkStage.ASKED
    if (asked and asked["outcome"] in ("rejected", "parked")) or _found_missing(record):
        return WorkStage.TO_CORRECT
    return WorkStage.WORK


def last_finalise(database: Database, ticket: str) -> dict[str, Any] | None:
    """The outbox row of the last time that this tablet asked to close the ticket."""
    return database.row(
        "SELECT outcome, reflected, missing, reason FROM outbox WHERE ticket = ?"
        " AND kind = 'command' AND json_extract(body, '$.name') = 'finalise'"
        " ORDER BY seq DESC LIMIT 1",
        ticket,
    )


def _found_missing(record: Record) -> bool:
    # What the office found only once the bytes were there.
    return bool((record.fields.get("finalise_missing") or {}).get("missing"))


def _shelf(state: str | None, stage: WorkStage, read_only: bool) -> Shelf:
    if stage is WorkStage.CLOSED or read_only:
        return Shelf.DONE
    if stage in _WAITING_STAGES or state in _WAITING_STATES:
        return Shelf.WAITING
    return Shelf.OPEN


def is_read_only(database: Database, ticket: str) -> bool:
    """Whether the office gave the ticket to somebody else: known, but in no scope of ours."""
    known = database.value("SELECT 1 FROM base WHERE record = 'ticket' AND id = ?", ticket)
    ours = database.value("SELECT 1 FROM membership WHERE record = 'ticket' AND id = ?", ticket)
    return bool(known) and not ours


def _next_due(doc: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The earliest promise still open, by its kind. R026."""
    due = doc.get("due") or {}
    kept = {"response": "responded_at", "on_site": "arrived_at", "resolution": "finalised"}
    still = [(at, kind) for kind, by in kept.items() if (at := due.get(kind)) and not doc.get(by)]
    if not still:
        return None, None
    at, kind = min(still)
    return kind, at


def _words(record: Record, row: Mapping[str, Any]) -> str:
    requester = record.fields.get("requester") or {}
    names = ("label", "customer", "site", "location", "asset", "serial", "description")
    return " ".join([*(str(row[name]) for name in names), str(requester.get("name") or "")])


def document(database: Database, record: str, id: Any) -> Mapping[str, Any]:
    """The document of a record that the office sent, empty when it has not."""
    text = database.value("SELECT doc FROM base WHERE record = ? AND id = ?", record, id)
    found: Mapping[str, Any] = json.loads(text) if text else {}
    return found


def record_of(row: Mapping[str, Any]) -> Record:
    """A record out of a row with id, doc, entries, rev."""
    return Record.from_wire(
        row["id"], json.loads(row["doc"]), json.loads(row["entries"]), row["rev"]
    )
