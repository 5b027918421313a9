"""The one function through which a ticket changes: merge, decide, log, publish."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared.operations.digest import canonical
from shared.operations.merge import Conflict, Merged, Versioned, merge
from shared.operations.operation import Kind, Operation, Outcome, read
from shared.operations.states import Refused
from shared.operations.wire import operation_message
from shared.ticket.people import Actor, Role
from shared.ticket.ticket import Record, State
from shared.time.timestamps import instant
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import closing, conflicts, late_arrivals, parked_operations
from sync_server.tickets.derived_fields import with_derived_fields
from sync_server.tickets.log_entries import command_of, log_numbered, log_operation
from sync_server.tickets.results import Result, Sent
from sync_server.tickets.unit_of_work import Author, UnitOfWork, office_author
from sync_server.tickets.withdrawal import withdraw_if_overtaken


def office_operation(
    tx: Transaction,
    context: ApplicationContext,
    actor: Actor,
    ticket_id: str,
    kind: Kind | str,
    body: Mapping[str, Any],
    base_rev: int | None = None,
    now: datetime | None = None,
) -> Result:
    """What a person at the console, the command line or the system itself does to a ticket.

    `base_rev` is the revision that they had before their eyes; None means the latest. Whether the
    actor may do it at all is the caller's question. Raises shared.ticket.shapes.Unreadable.
    """
    now = now or context.now()
    unit = UnitOfWork(tx, context, now, [ticket_id])
    result = _by_the_office(unit, office_author(actor), ticket_id, Kind(kind), body, base_rev)
    unit.flush()
    return result


def resolve(
    tx: Transaction,
    context: ApplicationContext,
    actor: Actor,
    conflict_id: str,
    value: Any,
    now: datetime,
) -> Result:
    """A person decides a conflict: `value` is what the field is to be, one of the two or a third.

    What was written since they did not see: it stays, or waits in another conflict.
    Raises conflicts.NoSuchConflict, shared.ticket.shapes.Unreadable.
    """
    row = conflicts.settle(tx, conflict_id, actor, value, now)
    return office_operation(
        tx, context, actor, row.ticket, Kind.SET, {"fields": {row.field: value}}, row.rev, now
    )


def apply_operation(unit: UnitOfWork, operation: Operation, author: Author, sent: Sent) -> Result:
    """Merge one readable operation into its ticket; log it, keep what it lost, late or parked.

    `operation.captured_at` is already corrected by the clock skew.
    """
    _note_namer(unit, operation, author)
    before = unit.ticket(operation.ticket)
    refused = _unwelcome(before, operation, author)
    if refused is not None:
        return park(unit, author, sent, refused, operation, before)
    base = before or Versioned(Record(operation.ticket))
    merged = merge(base, operation, author.device, author.actor)
    if merged.outcome is Outcome.PARKED:
        assert merged.refused is not None
        return park(unit, author, sent, merged.refused, operation, before)
    if merged.outcome is Outcome.REJECTED:
        result = _rejected(merged)
        log_operation(unit, operation, author, sent, result.on_the_wire())
        return result
    result = _decided(unit, before, merged, operation, author)
    if merged.outcome is Outcome.LATE:
        result = _keep_late(unit, operation, author, sent, result)
    else:
        log_operation(unit, operation, author, sent, result.on_the_wire())
    if not _is_finalise(operation):
        withdraw_if_overtaken(unit, operation.ticket)
        if command_of(operation) in OF_LOSSES:
            closing.go_on(unit, operation.ticket)
    elif result.outcome is Outcome.APPLIED:
        closing.close_if_validated(unit, operation.ticket)
    if command_of(operation) == "accept_report" and result.outcome is Outcome.APPLIED:
        closing.report_accepted(unit, operation.ticket)
    return result


def _note_namer(unit: UnitOfWork, operation: Operation, author: Author) -> None:
    """A file that a tablet names: by what right, is asked when it is stored."""
    is_naming = operation.kind is Kind.APPEND and operation.body.get("collection") == "evidence"
    if is_naming and author.n is not None:
        unit.namers[operation.body["entry"]["id"]] = author.actor


def park(
    unit: UnitOfWork,
    author: Author,
    sent: Sent,
    refused: Refused,
    operation: Operation | None = None,
    before: Versioned | None = None,
) -> Result:
    """Keep an operation that cannot be applied, byte for byte, with the reason."""
    rev = before.record.rev if before else 0
    result = Result(Outcome.PARKED, rev, reason=refused.code, values=refused.values, after=before)
    line = log_numbered(unit, operation, author, sent, result.on_the_wire())
    parked_operations.keep(unit, line, sent.raw(), refused.code)
    if operation is not None and before is not None and refused.code == late_arrivals.TERMINAL:
        late_arrivals.keep(unit, before.record, line, operation, late_arrivals.TERMINAL)
    return result


def _by_the_office(
    unit: UnitOfWork,
    author: Author,
    ticket_id: str,
    kind: Kind,
    body: Mapping[str, Any],
    base_rev: int | None = None,
) -> Result:
    before = unit.ticket(ticket_id)
    latest = before.record.rev if before else 0
    operation = Operation(
        n=0, op_id=unit.context.new_id(), ticket=ticket_id, kind=kind,
        base_rev=latest if base_rev is None else base_rev, captured_at=unit.now, body=body,
    )  # fmt: skip
    message = operation_message(operation)
    read(message)
    raw = canonical(message)
    hash = sha256(raw).hexdigest()
    sent = Sent(message, hash, lambda: raw, unit.now, operation.op_id, ticket_id)
    return apply_operation(unit, operation, author, sent)


OF_LOSSES = frozenset({"bytes_lost", "accept_loss"})
"""Commands after which nothing may be left that a closing waits for."""

WORKERS = frozenset(
    {Role.ENGINEER, Role.SUPERVISOR, Role.CALL_CENTRE, Role.MANAGER, Role.DIRECTOR,
     Role.ACCOUNT_EXECUTIVE, Role.CUSTOMER, Role.SYSTEM}
)  # fmt: skip
"""Who writes into tickets at all; the others only read. PROCESS.md, Roles."""


def _unwelcome(before: Versioned | None, operation: Operation, author: Author) -> Refused | None:
    """Why this author's operation is not even looked at, or None."""
    if author.actor.role not in WORKERS:
        return Refused("role", {"command": operation.kind.value, "role": author.actor.role})
    if before is None:
        return None if operation.kind is Kind.CREATE else Refused("unknown_ticket", {})
    if operation.kind is Kind.CREATE or author.actor.role is not Role.ENGINEER:
        return None
    return None if had(before.record, author.actor.id) else Refused("not_yours", {})


def had(record: Record, engineer: str) -> bool:
    """Whether the ticket is or ever was assigned to this engineer, or was created by them."""
    terms = record.fields.get("assignments") or ()
    return (
        record.fields.get("assignee") == engineer
        or record.fields.get("created_by") == engineer
        or any(term.get("engineer") == engineer for term in terms)
    )


def _decided(
    unit: UnitOfWork, before: Versioned | None, merged: Merged, operation: Operation, author: Author
) -> Result:
    """What the office adds to a merge: derived fields, or its answer to a finalisation."""
    if _is_finalise(operation):
        decision = closing.finalise(unit, merged.after, operation, author)
        unit.stage(decision.after)
        missing = tuple(item.on_the_wire() for item in decision.missing)
        rev = decision.after.record.rev
        return Result(decision.outcome, rev, missing=missing, after=decision.after)
    after = merged.after
    if before is None or after is not before:
        after = with_derived_fields(unit, after, operation, author)
    if before is None:
        unit.open(after)
    if after is not before:
        unit.stage(after, **_corrected(after.record, operation, author))
    kept = _conflicts(unit, merged.conflicts, operation, author, after.record.rev)
    return Result(merged.outcome, after.record.rev, conflicts=kept, after=after)


def _is_finalise(operation: Operation) -> bool:
    return command_of(operation) == "finalise"


def _corrected(record: Record, operation: Operation, author: Author) -> dict[str, datetime]:
    """The arrival by our clock, when this operation said it by the tablet's."""
    if "arrived_at" not in operation.fields:
        return {}
    arrived = instant(record.fields.get("arrived_at"))
    return {"arrived_at": arrived - author.skew} if arrived else {}


def _conflicts(
    unit: UnitOfWork, found: tuple[Conflict, ...], operation: Operation, author: Author, rev: int
) -> tuple[Mapping[str, Any], ...]:
    if not found:
        return ()
    return tuple(conflicts.keep(unit, operation.ticket, found, operation.op_id, author, rev))


def _rejected(merged: Merged) -> Result:
    refused = merged.refused or Refused("rejected", {})
    return Result(
        Outcome.REJECTED,
        merged.after.record.rev,
        reason=refused.code,
        values=refused.values,
        after=merged.after,
    )


def _keep_late(
    unit: UnitOfWork, operation: Operation, author: Author, sent: Sent, result: Result
) -> Result:
    assert result.after is not None
    record = result.after.record
    ended = State(record.fields["state"]) in _ENDED
    reason = late_arrivals.TERMINAL if ended else late_arrivals.REASSIGNED
    line = log_numbered(unit, operation, author, sent, result.on_the_wire())
    late_arrivals.keep(unit, record, line, operation, reason)
    return result


_ENDED = frozenset({State.CLOSED, State.MERGED, State.REFERRED})
