"""What the office itself writes with an operation: number, opening, forced priority, due, flags."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.closure.missing import Missing
from shared.operations.merge import Versioned, written_by
from shared.operations.operation import Kind, Operation
from shared.sla.reading import promise
from shared.ticket.people import SYSTEM, Role
from shared.ticket.ticket import Priority, Record, State, Type
from shared.time.timestamps import wire_time
from shared.words import t
from sync_server.tickets.folios import claim, kept_folio, next_folio
from sync_server.tickets.unit_of_work import Author, UnitOfWork


def with_derived_fields(
    unit: UnitOfWork, after: Versioned, operation: Operation, author: Author
) -> Versioned:
    """The record with what the office adds to this operation; the same record if nothing."""
    for stamp in (_born, _skewed, _prioritised, _promised, _flagged, _returned):
        values = stamp(unit, after.record, operation, author)
        after = written_by(after, values, "system", SYSTEM)
    return after


Values = Mapping[str, Any]


def _born(unit: UnitOfWork, record: Record, operation: Operation, author: Author) -> Values:
    if operation.kind is not Kind.CREATE:
        return {}
    provisional = record.fields.get("provisional_folio")
    # Two reports under one number would both be authentic: the second ticket has ours alone.
    taken = provisional is not None and not claim(unit.tx, provisional)
    return {
        **({"provisional_folio": None} if taken else {}),
        "folio": _folio(unit, record, author),
        "state": State.NEW.value,
        "created_at": wire_time(operation.captured_at),
        "created_by": author.actor.id,
    }


def _folio(unit: UnitOfWork, record: Record, author: Author) -> str:
    """The next one; a ticket that the office brings along keeps its own while that is free."""
    wanted = record.fields.get("folio")
    if wanted and author.actor.role is not Role.ENGINEER:
        kept = kept_folio(unit.tx, unit.context.settings, wanted)
        if kept is not None:
            return kept
    return next_folio(unit.tx, unit.context.settings, unit.now)


NOISE = timedelta(seconds=1)
"""A skew below this is the way of the message, not the clock."""


def _skewed(unit: UnitOfWork, record: Record, operation: Operation, author: Author) -> Values:
    """By how much the clock was ahead that said when somebody arrived, or spoke to the customer.

    In milliseconds. What was said stays as it is: a signature speaks of it. PROCESS.md, SLA.
    """
    spoke = operation.kind is Kind.APPEND and operation.body["collection"] == "contacts"
    if not spoke and "arrived_at" not in operation.fields:
        return {}
    skew = 0 if abs(author.skew) < NOISE else int(author.skew / timedelta(milliseconds=1))
    return {} if skew == (record.fields.get("clock_skew") or 0) else {"clock_skew": skew}


def _prioritised(unit: UnitOfWork, record: Record, operation: Operation, author: Author) -> Values:
    """Equipment that is down is of high priority, whoever says otherwise. R023."""
    down = record.fields.get("type") == Type.EQUIPMENT_DOWN
    if not down or record.fields.get("priority") == Priority.HIGH:
        return {}
    return {"priority": Priority.HIGH.value}


_TERMS = frozenset({"priority", "created_at", "paused", "mode"})


def _promised(unit: UnitOfWork, record: Record, operation: Operation, author: Author) -> Values:
    if operation.kind is Kind.SET and not _TERMS & set(operation.fields):
        return {}
    if operation.kind in (Kind.APPEND, Kind.VOID, Kind.SIGN):
        return {}
    due = promise(record, unit.context.calendar)
    return {} if due is None or due == record.fields.get("due") else {"due": due}


def _flagged(unit: UnitOfWork, record: Record, operation: Operation, author: Author) -> Values:
    """A clock that jumped is said on the ticket. PROCESS.md, SLA."""
    flags = list(record.fields.get("flags") or ())
    if not author.clock_changed or "clock_changed" in flags:
        return {}
    return {"flags": [*flags, "clock_changed"]}


def _returned(unit: UnitOfWork, record: Record, operation: Operation, author: Author) -> Values:
    """A report that was sent back is said to the engineer as what keeps the ticket open."""
    if operation.kind is not Kind.COMMAND or operation.body["name"] != "return_report":
        return {}
    reason = str(operation.body["reason"]).strip()
    es, en = (t("process.returned.report", language, reason=reason) for language in ("es", "en"))
    missing = Missing("CL19", "report", es, en)
    return {
        "finalise_missing": {"at": wire_time(unit.now), "missing": [missing.on_the_wire()]},
    }
