"""Tickets as rows: the merged record, who wrote each field, and the columns that lists ask for."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Row, String, Update, bindparam, insert, select, update

from shared.operations.merge import Versioned
from shared.operations.states import REPORT_DIFFERS
from shared.sla.reading import first_response
from shared.ticket.fields import FIELDS, SEARCHED
from shared.ticket.people import Actor
from shared.ticket.ticket import Record, State
from shared.time.timestamps import instant
from shared.words.folding import findable
from sync_server.database.column_types import Instant
from sync_server.database.lookup import LookupByKey
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.records import feed, records
from sync_server.tickets import evidence_rights, folios, timers
from sync_server.tickets.field_authors import field_authors, stored_field_authors

_WHOLE = (ticket.c.id, ticket.c.rev, ticket.c.doc, ticket.c.entries, ticket.c.written)


# Made once: a statement that is built anew for each operation costs more than it asks.
_LOCKED = LookupByKey(select(*_WHOLE).order_by(ticket.c.id).with_for_update(), ticket.c.id)
_BORN = insert(ticket)


@cache
def _changing(columns: frozenset[str]) -> Update:
    """One statement for each set of columns: the others and their indexes stay untouched."""
    return update(ticket).where(ticket.c.id == bindparam("which"))


def load(tx: Transaction, id: str) -> Versioned | None:
    """The ticket as merged so far, or None."""
    row = tx.one_or_none(select(*_WHOLE).where(ticket.c.id == id))
    return versioned(row) if row else None


def by_folio(tx: Transaction, typed: str) -> Versioned | None:
    """The ticket with this folio, however somebody typed it, or None."""
    query = select(*_WHOLE).where(ticket.c.folio.in_({typed, folios.as_given(typed)}))
    row = tx.execute(query.order_by(ticket.c.folio != typed).limit(1)).one_or_none()
    return versioned(row) if row else None


def lock(tx: Transaction, ids: Iterable[str]) -> dict[str, Versioned]:
    """These tickets, those that exist, locked in order of id until the transaction ends."""
    return {row.id: versioned(row) for row in _LOCKED.rows(tx, sorted(set(ids)))}


def versioned(row: Row[Any]) -> Versioned:
    """The record in a row that has id, rev, doc, entries and written."""
    return Versioned(
        Record.from_wire(row.id, row.doc, row.entries, row.rev), field_authors(row.written)
    )


def store(
    tx: Transaction,
    before: Versioned | None,
    after: Versioned,
    now: datetime,
    columns: Mapping[str, Any] | None = None,
    namers: Mapping[str, Actor] | None = None,
) -> None:
    """Keep the ticket as it stands and tell the scope where it lives; `columns` has the last word.

    `before` is what was loaded in this transaction; None for a ticket that is new. `namers` says
    who named the files of new entries, by the entry's id.
    """
    record = after.record
    values = {
        "rev": record.rev,
        "doc": dict(record.fields),
        "written": stored_field_authors(after.written),
        **_columns(before.record if before else None, record),
        **_names(tx, before, record),
        "updated_at": now,
        **(columns or {}),
    }
    if before is None:
        tx.batch(_BORN, {"id": record.id, **values})
    else:
        tx.batch(_changing(frozenset(values)), {"which": record.id, **values})
    timers.changed(tx, record.id, before.record.state if before else None, record.state)
    _note_evidence(tx, before.record if before else None, record, namers or {})
    _move(tx, before.record if before else None, record)


def scope_of(doc: Mapping[str, Any]) -> str | None:
    """The scope of a ticket: its engineer's, or that of whoever created it offline."""
    if doc.get("assignee"):
        return feed.scope_of_user(str(doc["assignee"])[:64])
    if doc.get("provisional_folio") and doc.get("created_by"):
        return feed.scope_of_user(doc["created_by"])
    return None


def _columns(before: Record | None, after: Record) -> dict[str, Any]:
    """The columns besides the document, when something that they are made of has changed."""
    values: dict[str, Any] = {}
    if before is None or any(after.fields.get(n) != before.fields.get(n) for n in _READ):
        values = read_out(after)
    if before is None or before.entries != after.entries or values:
        values["responded_at"] = first_response(after)
    if before is None or before.entries != after.entries:
        values["entries"] = {name: list(rows) for name, rows in after.entries.items()}
    return values


def _copied(column: Column[Any]) -> Callable[[Any], Any]:
    """How a field becomes the column of its name."""
    if isinstance(column.type, Instant):
        return instant
    if not column.nullable:
        return lambda value: value or ""
    assert isinstance(column.type, String)
    longest = column.type.length or 0
    return lambda value: _short(value, longest)


_COPIED = {field.name: _copied(ticket.c[field.name]) for field in FIELDS if field.column}

_READ = (
    *_COPIED, "folio", "state", "created_by", "requester", "created_at", "due", "finalised",
    "finalise_missing", "escalation", "flags", "responded_at",
)  # fmt: skip
"""The fields that columns are made of, and no others."""


def read_out(record: Record) -> dict[str, Any]:
    """The columns that lists ask for, out of the record."""
    doc = {name: record.fields[name] for name in _READ if name in record.fields}
    due = doc.get("due") or {}
    flags = doc.get("flags") or ()
    created = instant(doc.get("created_at"))
    return {
        **{name: copied(doc.get(name)) for name, copied in _COPIED.items()},
        "folio": doc.get("folio"),
        "state": doc.get("state") or State.NEW.value,
        "scope": scope_of(doc),
        "requester": _clean((doc.get("requester") or {}).get("name") or ""),
        **({"created_at": created} if created else {}),
        "due_response": instant(due.get("response")),
        "due_on_site": instant(due.get("on_site")),
        "due_resolution": instant(due.get("resolution")),
        "finalised_at": instant((doc.get("finalised") or {}).get("at")),
        "finalise_rejected_at": instant((doc.get("finalise_missing") or {}).get("at")),
        "escalation_level": min(int((doc.get("escalation") or {}).get("level") or 0), 9),
        "escalation_waits": escalation_waits(doc.get("escalation")),
        "closing": "closing" in flags,
        "report_differs": REPORT_DIFFERS in flags,
        "clock_changed": "clock_changed" in flags,
    }


def escalation_waits(escalation: Any) -> bool:
    """Whether nobody of the level that it went to has said yet that they know of it."""
    said = escalation or {}
    return bool(said.get("level")) and not said.get("acknowledged")


_NAMED = ("asset", "customer", "folio", "provisional_folio", "requester", *SEARCHED)


def _names(tx: Transaction, before: Versioned | None, record: Record) -> dict[str, Any]:
    """Serial and search text, when something that they are made of has changed."""
    doc, old = record.fields, before.record.fields if before else {}
    if before is not None and all(doc.get(name) == old.get(name) for name in _NAMED):
        return {}
    asset = records.held(tx, "asset", _short(doc.get("asset"), 64))
    customer = records.held(tx, "customer", _short(doc.get("customer"), 64))
    equipment = asset.doc if asset else {}
    serial = _short(equipment.get("serial"), 80)
    requester = doc.get("requester") or {}
    words = (
        equipment.get("make"), equipment.get("model"), customer.label if customer else None,
        requester.get("name"), *(doc.get(name) for name in SEARCHED),
    )  # fmt: skip
    codes = (doc.get("folio"), doc.get("provisional_folio"), serial, requester.get("contact"))
    return {"serial": serial, "search": findable(words, codes)}


def _note_evidence(
    tx: Transaction, before: Record | None, after: Record, namers: Mapping[str, Actor]
) -> None:
    known = {entry["id"] for entry in before.entries.get("evidence", ())} if before else set()
    named = after.entries.get("evidence", ())
    new = [entry for entry in named if entry["id"] not in known]
    evidence_rights.note(tx, after.id, new, namers)


def _move(tx: Transaction, before: Record | None, after: Record) -> None:
    """Tell the scope it lives in; when it moved, the one it left too, with all that goes along."""
    was, now = scope_of(before.fields) if before else None, scope_of(after.fields)
    if now is not None:
        feed.publish(tx, now, "ticket", after.id, after.rev)
    if was is not None and was != now:
        feed.remove(tx, was, "ticket", after.id)
    for record in feed.COMPANIONS:
        old = _short(before.fields.get(record), 64) if before else None
        new = _short(after.fields.get(record), 64)
        if (was, old) == (now, new):
            continue
        if now is not None and new is not None:
            records.bring(tx, now, record, new)
        if was is not None and old is not None:
            feed.let_go(tx, was, record, old)


def _short(text: str | None, most: int) -> str | None:
    """A text fit for a column that is looked up; what is longer is in the document all the same."""
    return _clean(text)[:most] if text else None


def _clean(text: str) -> str:
    # PostgreSQL keeps no NUL in a text.
    return text.replace("\0", "")
