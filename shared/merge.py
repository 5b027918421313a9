"""Two people changed the same ticket: what stands, what a person must look at, what comes late.

The server merges operations in the order in which each device numbered them. No clock decides:
a field is contested when somebody else wrote it after the revision that the writer had seen, and
then the field's owner decides. Whatever loses is kept in a Conflict. SYNC.md, Rules 2–6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.changes import Kind, Operation, Outcome, apply, consequences
from shared.people import Actor, Role
from shared.states import Refused, move
from shared.ticket import (
    COMMAND_FIELDS,
    FREE_TEXT,
    OFFICE_FIELDS,
    RESERVED_FIELDS,
    Record,
    Ticket,
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who set a field last, and at which revision."""

    rev: int
    device: str
    role: Role


@dataclass(frozen=True, slots=True)
class Versioned:
    """A record with the last writer of each of its fields."""

    record: Record
    written: Mapping[str, Writer] = field(default_factory=dict)


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
    ticket = Ticket.of(before.record)
    if operation.kind is Kind.CREATE and before.record.rev:
        return Merged(before, Outcome.PARKED, refused=Refused("exists", {}))
    if ticket.is_terminal:
        return _after_the_end(before, operation, ticket)
    if operation.kind in (Kind.CREATE, Kind.SET, Kind.SIGN):
        return _set(before, operation, device, actor, ticket)
    if operation.kind is Kind.COMMAND:
        return _command(before, operation, device, actor, ticket)
    return _entry(before, operation, actor, ticket)


def _after_the_end(before: Versioned, operation: Operation, ticket: Ticket) -> Merged:
    reason = Refused("terminal", {"state": ticket.state})
    if operation.kind is Kind.COMMAND:
        return Merged(before, Outcome.REJECTED, refused=reason)
    late = operation.kind in (Kind.APPEND, Kind.VOID)
    return Merged(before, Outcome.LATE if late else Outcome.PARKED, refused=reason)


def _set(
    before: Versioned, operation: Operation, device: str, actor: Actor, ticket: Ticket
) -> Merged:
    rev = before.record.rev + 1
    values: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    written: dict[str, Writer] = {}
    for name, value in operation.fields.items():
        standing = before.record.fields.get(name)
        if value == standing and name in before.record.fields:
            continue
        if not _may_write(name, operation, actor):
            conflicts.append(Conflict(name, standing, value))
            continue
        if _contested(before, name, operation.base_rev, device):
            value, conflict = _decide(name, standing, value, before.written[name], actor, ticket)
            conflicts.append(conflict)
            if value == standing:
                continue
        values[name] = value
        written[name] = Writer(rev, device, actor.role)
    outcome = Outcome.CONFLICT if conflicts else Outcome.APPLIED
    return Merged(_revised(before, values, written), outcome, tuple(conflicts))


def _may_write(name: str, operation: Operation, actor: Actor) -> bool:
    if actor.role is Role.SYSTEM:
        return True
    if name in COMMAND_FIELDS:
        return False
    return name not in RESERVED_FIELDS or actor.role is not Role.ENGINEER


def _contested(before: Versioned, name: str, base_rev: int, device: str) -> bool:
    last = before.written.get(name)
    return last is not None and last.rev > base_rev and last.device != device


def _decide(
    name: str, standing: Any, incoming: Any, last: Writer, actor: Actor, ticket: Ticket
) -> tuple[Any, Conflict]:
    """The value that stands after a contest, and the conflict that keeps the other one."""
    incoming_owns = _owns(name, actor.role) and _speaks_for_field(actor, ticket)
    standing_owns = _owns(name, last.role)
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


def _speaks_for_field(actor: Actor, ticket: Ticket) -> bool:
    # An engineer whose ticket went to somebody else no longer overrules the one who has it.
    return actor.role is not Role.ENGINEER or ticket.assignee in (None, actor.id)


def _entry(before: Versioned, operation: Operation, actor: Actor, ticket: Ticket) -> Merged:
    if _takes_another_s_id(before.record, operation):
        return Merged(before, Outcome.PARKED, refused=Refused("entry_exists", {}))
    reassigned = actor.role is Role.ENGINEER and ticket.assignee not in (None, actor.id)
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


def _command(
    before: Versioned, operation: Operation, device: str, actor: Actor, ticket: Ticket
) -> Merged:
    name = operation.body["name"]
    state = move(ticket, name, actor, operation.body)
    if isinstance(state, Refused):
        return Merged(before, Outcome.REJECTED, refused=state)
    if name == "finalise":
        return Merged(before, Outcome.APPLIED)
    values = {"state": state.value, **consequences(before.record, operation)}
    return Merged(commanded_by(before, values, device, actor), Outcome.APPLIED)


def commanded_by(
    before: Versioned, values: Mapping[str, Any], device: str, actor: Actor
) -> Versioned:
    """The record after a decision that writes command fields: the next revision."""
    rev = before.record.rev + 1
    return _revised(before, values, {name: Writer(rev, device, actor.role) for name in values})


def _revised(
    before: Versioned, values: Mapping[str, Any], written: Mapping[str, Writer]
) -> Versioned:
    if not values:
        return before
    record = replace(before.record.with_fields(values), rev=before.record.rev + 1)
    return Versioned(record, {**before.written, **written})
