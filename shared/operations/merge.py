"""Two people changed the same ticket: what stands, what a person must look at, what comes late.

The server merges operations in the order in which each device numbered them. No clock decides:
a field is contested when somebody else wrote it after the revision that the writer had seen, and
then the field's owner decides. Whatever loses is kept in a Conflict. SYNC.md, Merging 1–6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.operations.operation import Kind, Operation, Outcome, apply, consequences
from shared.operations.states import Refused, move
from shared.ticket.fields import COMMAND_FIELDS, FREE_TEXT, OFFICE_FIELDS, RESERVED_FIELDS
from shared.ticket.people import Actor, Role
from shared.ticket.ticket import TERMINAL, Record, Ticket


@dataclass(frozen=True, slots=True)
class FieldAuthor:
    """Who set a field last, and at which revision."""

    rev: int
    device: str
    role: Role


@dataclass(frozen=True, slots=True)
class Versioned:
    """A record with the last writer of each of its fields."""

    record: Record
    written: Mapping[str, FieldAuthor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one field: the one that stands and the one that lost, kept for a person."""

    field: str
    standing: Any
    losing: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one operation."""

    after: Versioned
    outcome: Outcome
    conflicts: tuple[Conflict, ...] = ()
    refused: Refused | None = None


def merge(before: Versioned, operation: Operation, device: str, actor: Actor) -> Merged:
    """The operation merged into the record as it stands.

    `finalise` is not decided here (the checklist needs the office's facts): it comes back applied
    with the record unchanged, when the move itself is legal.
    """
    if operation.kind is Kind.CREATE and before.record.rev:
        return Merged(before, Outcome.PARKED, refused=Refused("exists", {}))
    if before.record.state in TERMINAL:
        return _after_the_end(before, operation)
    if operation.kind in (Kind.CREATE, Kind.SET, Kind.SIGN):
        return _set(before, operation, device, actor)
    if operation.kind is Kind.COMMAND:
        return _command(before, operation, device, actor)
    return _entry(before, operation, actor)


def _after_the_end(before: Versioned, operation: Operation) -> Merged:
    reason = Refused("terminal", {"state": before.record.state})
    if operation.kind is Kind.COMMAND:
        return Merged(before, Outcome.REJECTED, refused=reason)
    late = operation.kind in (Kind.APPEND, Kind.VOID)
    return Merged(before, Outcome.LATE if late else Outcome.PARKED, refused=reason)


def _set(before: Versioned, operation: Operation, device: str, actor: Actor) -> Merged:
    values: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for name, value in operation.fields.items():
        standing = before.record.fields.get(name)
        if value == standing and name in before.record.fields:
            continue
        if not _may_write(name, operation, actor):
            conflicts.append(Conflict(name, standing, value))
            continue
        if _contested(before, name, operation.base_rev, device):
            value, conflict = _decide(before, name, value, actor)
            conflicts.append(conflict)
            if value == standing:
                continue
        values[name] = value
    outcome = Outcome.CONFLICT if conflicts else Outcome.APPLIED
    return Merged(written_by(before, values, device, actor), outcome, tuple(conflicts))


def _may_write(name: str, operation: Operation, actor: Actor) -> bool:
    if actor.role is Role.SYSTEM:
        return True
    if name in COMMAND_FIELDS:
        return False
    if name == "provisional_folio" and operation.kind is not Kind.CREATE:
        return False  # under it a report may have been signed
    return name not in RESERVED_FIELDS or actor.role is not Role.ENGINEER


def _contested(before: Versioned, name: str, base_rev: int, device: str) -> bool:
    last = before.written.get(name)
    return last is not None and last.rev > base_rev and last.device != device


def _decide(before: Versioned, name: str, incoming: Any, actor: Actor) -> tuple[Any, Conflict]:
    """The value that stands after a contest, and the conflict that keeps the other one."""
    standing = before.record.fields.get(name)
    incoming_owns = _owns(name, actor.role) and not _was_taken_from(actor, before.record)
    standing_owns = _owns(name, before.written[name].role)
    if incoming_owns and not standing_owns:
        return incoming, Conflict(name, incoming, standing)
    if standing_owns and not incoming_owns:
        return standing, Conflict(name, standing, incoming)
    if name in FREE_TEXT and standing and incoming:
        both = f"{standing}\n\n{incoming}"
        return both, Conflict(name, standing, incoming)
    return standing, Conflict(name, standing, incoming)


def _owns(name: str, role: Role) -> bool:
    of_office = name in OFFICE_FIELDS
    return of_office != (role is Role.ENGINEER)


def _was_taken_from(actor: Actor, record: Record) -> bool:
    """An engineer whose ticket went to somebody else no longer overrules the one who has it."""
    return actor.role is Role.ENGINEER and record.assignee not in (None, actor.id)


def _entry(before: Versioned, operation: Operation, actor: Actor) -> Merged:
    if _takes_another_s_id(before.record, operation):
        return Merged(before, Outcome.PARKED, refused=Refused("entry_exists", {}))
    reassigned = _was_taken_from(actor, before.record)
    record = apply(before.record, _signed_by(operation, actor, reassigned), actor)
    if record == before.record:
        return Merged(before, Outcome.LATE if reassigned else Outcome.APPLIED)
    after = Versioned(replace(record, rev=before.record.rev + 1), before.written)
    return Merged(after, Outcome.LATE if reassigned else Outcome.APPLIED)


def _takes_another_s_id(record: Record, operation: Operation) -> bool:
    if operation.kind is not Kind.APPEND:
        return False
    entry = operation.body["entry"]
    rows = record.entries.get(operation.body["collection"], ())
    return any(
        row["id"] == entry["id"] and {k: v for k, v in row.items() if k not in _MARKS} != entry
        for row in rows
    )


_MARKS = frozenset({"voided", "late"})


def _signed_by(operation: Operation, actor: Actor, late: bool) -> Operation:
    """The entry as it is kept when it came after a reassignment: marked, with its author."""
    if operation.kind is not Kind.APPEND or not late:
        return operation
    entry = {**operation.body["entry"], "late": {"by": actor.id}}
    return replace(operation, body={**operation.body, "entry": entry})


def _command(before: Versioned, operation: Operation, device: str, actor: Actor) -> Merged:
    name = operation.body["name"]
    state = move(Ticket.of(before.record), name, actor, operation.body)
    if isinstance(state, Refused):
        return Merged(before, Outcome.REJECTED, refused=state)
    if name == "finalise":
        return Merged(before, Outcome.APPLIED)
    values = {"state": state.value, **consequences(before.record, operation)}
    return Merged(written_by(before, values, device, actor), Outcome.APPLIED)


def written_by(
    before: Versioned, values: Mapping[str, Any], device: str, actor: Actor
) -> Versioned:
    """The record after a decision that wrote these fields: the next revision, or the same."""
    if not values:
        return before
    old = before.record
    record = Record(old.id, {**old.fields, **values}, old.entries, old.rev + 1)
    writer = FieldAuthor(record.rev, device, actor.role)
    return Versioned(record, {**before.written, **dict.fromkeys(values, writer)})
