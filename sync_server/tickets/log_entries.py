"""One operation into the log, with what became of it."""

from collections.abc import Mapping
from typing import Any

from shared.closure.missing import Missing
from shared.operations.digest import digest
from shared.operations.merge import Versioned
from shared.operations.operation import Kind, Operation, Outcome
from shared.operations.wire import operation_message
from shared.ticket.people import SYSTEM
from sync_server.tickets import operation_log
from sync_server.tickets.results import Sent
from sync_server.tickets.unit_of_work import SYSTEM_AUTHOR, Author, UnitOfWork


def log_duplicate(
    unit: UnitOfWork, author: Author, sent: Sent, first: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Log that an operation came again from another identity of the tablet; the answer to it.

    `first` is what became of it the first time, as it went over the wire.
    """
    answer = {**first, "outcome": Outcome.DUPLICATE.value, "original": first["outcome"]}
    log_operation(unit, None, author, sent, answer)
    return answer


def log_numbered(
    unit: UnitOfWork,
    operation: Operation | None,
    author: Author,
    sent: Sent,
    wire: Mapping[str, Any],
) -> int:
    """Log an operation with its result as it goes over the wire; the number of the row.

    `operation` is None when it could not be read.
    """
    return operation_log.append(unit.tx, _entry(unit, operation, author, sent, wire))


def log_operation(
    unit: UnitOfWork,
    operation: Operation | None,
    author: Author,
    sent: Sent,
    wire: Mapping[str, Any],
) -> None:
    """Log an operation with its result; nobody asks for the number of the row."""
    operation_log.append_later(unit.tx, _entry(unit, operation, author, sent, wire))


def log_decision(
    unit: UnitOfWork,
    command: str,
    after: Versioned,
    outcome: Outcome,
    missing: tuple[Missing, ...] = (),
    reason: str | None = None,
) -> None:
    """An entry of the log for what the system decided by itself."""
    body = {"name": command, **({"reason": reason} if reason else {})}
    operation = Operation(
        n=0, op_id=unit.context.new_id(), ticket=after.record.id, kind=Kind.COMMAND,
        base_rev=after.record.rev, captured_at=unit.now, body=body,
    )  # fmt: skip
    message = operation_message(operation)
    result = {"missing": [item.on_the_wire() for item in missing]} if missing else {}
    operation_log.append_later(
        unit.tx,
        operation_log.LogEntry(
            device=SYSTEM_AUTHOR.device, n=None, op_id=operation.op_id, ticket=operation.ticket,
            kind=operation.kind.value, command=command, user=SYSTEM.id, role=SYSTEM.role.value,
            captured_at=unit.now, received_at=unit.now, message=message, hash=digest(message),
            outcome=outcome, rev=after.record.rev, result=result,
        ),
    )  # fmt: skip


def _entry(
    unit: UnitOfWork,
    operation: Operation | None,
    author: Author,
    sent: Sent,
    wire: Mapping[str, Any],
) -> operation_log.LogEntry:
    known = sent.ticket is not None and unit.ticket(sent.ticket) is not None
    return operation_log.LogEntry(
        device=author.device,
        n=author.n,
        op_id=sent.op_id,
        ticket=sent.ticket if known else None,
        kind=operation.kind.value if operation else None,
        command=command_of(operation),
        user=author.actor.id,
        role=author.actor.role.value,
        captured_at=operation.captured_at if operation else unit.now,
        received_at=sent.received_at,
        message=sent.message,
        hash=sent.hash,
        outcome=Outcome(wire["outcome"]),
        rev=wire["rev"],
        result={name: wire[name] for name in wire if name not in ("outcome", "rev")},
    )


def command_of(operation: Operation | None) -> str | None:
    """The name of the command, if it is one."""
    return operation.body["name"] if operation and operation.kind is Kind.COMMAND else None
