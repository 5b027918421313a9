"""The engineer finalises; the office looks at everything, then grants it, waits, or refuses.

Nobody closes by hand: the system closes, at once on a signed «Conforme», otherwise when the
customer's time is over. PROCESS.md, States; SYNC.md, O8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shared.closure.checklist import (
    FIRST_VERSION,
    closure_checklist,
    marked_new,
    only_waits,
)
from shared.closure.missing import Missing
from shared.operations.digest import sign_off_holds
from shared.operations.merge import Versioned, written_by
from shared.operations.operation import Operation, Outcome, resumed
from shared.operations.states import MOVES, REPORT_DIFFERS
from shared.ticket.sign_off import SIGNED, SignOffOutcome
from shared.ticket.ticket import Mode, Record, State, Ticket
from shared.time.timestamps import wire_time
from sync_server.database.tables import evidence, ticket
from sync_server.database.transactions import Transaction
from sync_server.messages import events
from sync_server.records import checklist_version
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import cross_rendering, on_close
from sync_server.tickets.checklist_facts import checklist_facts
from sync_server.tickets.log_entries import log_decision
from sync_server.tickets.sla_status import result_at_close
from sync_server.tickets.unit_of_work import SYSTEM_AUTHOR, Author, UnitOfWork


class NotToBeClosed(Exception):
    """The system does not close this ticket: not from this state, or a person has to decide."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a finalisation: the record after it, and everything that is missing."""

    after: Versioned
    outcome: Outcome
    missing: tuple[Missing, ...] = ()


def finalise(unit: UnitOfWork, before: Versioned, operation: Operation, author: Author) -> Decision:
    """Grant, wait for bytes, or refuse with all that is missing; the move itself is legal."""
    asked = operation.body.get("checklist") or FIRST_VERSION
    done = {
        "at": wire_time(operation.captured_at),
        "by": author.actor.id,
        "device": author.device,
        "op_id": operation.op_id,
        "skew": int(author.skew.total_seconds() * 1000),
        "report": operation.body.get("report"),
        "record_digest": operation.body.get("record_digest"),
        "checklist": checklist_version.in_force(
            unit.tx, unit.context, author.device, asked, unit.now
        ),
    }
    return _decide(unit, before, done, author, asked)


def blob_arrived(tx: Transaction, context: ApplicationContext, sha256: str, now: datetime) -> None:
    """A file was verified: go on with every ticket that waits for it.

    Called in the transaction that notes the file.
    """
    waiting = tx.scalars(
        select(ticket.c.id)
        .join(evidence, evidence.c.ticket == ticket.c.id)
        .where(evidence.c.sha256 == sha256, ticket.c.closing)
        .distinct()
    )
    if not waiting:
        return
    unit = UnitOfWork(tx, context, now, waiting)
    for id in sorted(waiting):
        go_on(unit, id)
    unit.flush()


def go_on(unit: UnitOfWork, ticket_id: str) -> None:
    """Ask again of a ticket that waits for files, whether anything is still to come."""
    before = unit.ticket(ticket_id)
    if before is not None and "closing" in (before.record.fields.get("flags") or ()):
        _go_on(unit, before)


def close(
    tx: Transaction,
    context: ApplicationContext,
    ticket_id: str,
    reason: str,
    now: datetime,
    final_classification: str | None = None,
) -> Versioned:
    """The system closes this ticket: `no_answer`, `hd1`, … Raises NotToBeClosed, LookupError."""
    unit = UnitOfWork(tx, context, now, [ticket_id])
    before = unit.ticket(ticket_id)
    if before is None:
        raise LookupError(ticket_id)
    after = _close(unit, before, reason, final_classification)
    unit.flush()
    return after


def _go_on(unit: UnitOfWork, before: Versioned) -> None:
    done = before.record.fields["finalised"]
    decision = _decide(unit, before, done, SYSTEM_AUTHOR, judged_by(done))
    if decision.after is not before:
        unit.stage(decision.after)
        log_decision(unit, "finalise", decision.after, decision.outcome, decision.missing)
        close_if_validated(unit, before.record.id)


def _decide(
    unit: UnitOfWork, before: Versioned, done: Mapping[str, Any], author: Author, asked: int
) -> Decision:
    known = checklist_facts(unit, before.record, done)
    found = closure_checklist(Ticket.of(before.record), known, judged_by(done))
    missing = tuple(marked_new(found, asked))
    if not only_waits(missing):
        return _refuse(unit, before, missing, author)
    if missing:
        return Decision(_wait(before, done, author), Outcome.APPLIED, missing)
    return Decision(_grant(unit, before, done, author), Outcome.APPLIED)


def judged_by(finalised: Mapping[str, Any]) -> int:
    """The version of the checklist by which this finalisation is judged, then and later."""
    return int(finalised.get("checklist") or FIRST_VERSION)


def _refuse(
    unit: UnitOfWork, before: Versioned, missing: tuple[Missing, ...], author: Author
) -> Decision:
    values = refused(unit, before, missing)
    return Decision(commanded(before, values, author), Outcome.REJECTED, missing)


def refused(unit: UnitOfWork, before: Versioned, missing: tuple[Missing, ...]) -> dict[str, Any]:
    """What a refusal writes: not finalised, and all that is missing."""
    return {
        "finalised": None,
        "finalise_missing": {
            "at": wire_time(unit.now),
            "missing": [item.on_the_wire() for item in missing],
        },
        **_not_waiting(unit, before),
    }


def _not_waiting(unit: UnitOfWork, before: Versioned) -> dict[str, Any]:
    """Neither for files nor for a person; clocks that stood for one go on."""
    stood = REPORT_DIFFERS in (before.record.fields.get("flags") or ())
    flags = _flags(before, "closing", REPORT_DIFFERS)
    paused = resumed(before.record.fields.get("paused"), wire_time(unit.now))
    return {"flags": flags, **({"paused": paused} if stood else {})}


def _wait(before: Versioned, done: Mapping[str, Any], author: Author) -> Versioned:
    values = {
        "finalised": dict(done),
        "finalise_missing": None,
        "flags": [*_flags(before, "closing"), "closing"],
    }
    return commanded(before, values, author)


def _grant(
    unit: UnitOfWork, before: Versioned, done: Mapping[str, Any], author: Author
) -> Versioned:
    values: dict[str, Any] = {
        "state": State.CUSTOMER_VALIDATION.value,
        "finalised": dict(done),
        "finalise_missing": None,
        "flags": _flags(before, "closing"),
    }
    if _must_be_decided(unit, before, done):
        values["flags"] = [*_flags(before, "closing", REPORT_DIFFERS), REPORT_DIFFERS]
        pauses = before.record.fields.get("paused") or ()
        values["paused"] = [*pauses, {"from": wire_time(unit.now)}]
        return commanded(before, values, author)
    granted = commanded(before, values, author)
    _announce_signed(unit, granted)
    return granted


def _must_be_decided(unit: UnitOfWork, before: Versioned, done: Mapping[str, Any]) -> bool:
    """Whether a person has to look at the report first: its pages say something else."""
    return cross_rendering.must_be_decided(
        unit.tx, unit.context, before.record, reported(before.record, done), unit.now
    )


def reported(record: Record, done: Mapping[str, Any]) -> str | None:
    """The hash of the report that was finalised with, else of the last that was made."""
    reports = Ticket.of(record).reports
    return done.get("report") or (reports[-1].sha256 if reports else None)


def report_accepted(unit: UnitOfWork, ticket_id: str) -> None:
    """A person accepted the report as it is: on with what the grant would have brought."""
    granted = unit.ticket(ticket_id)
    if granted is not None:
        _announce_signed(unit, granted)
        close_if_validated(unit, ticket_id)


def _announce_signed(unit: UnitOfWork, granted: Versioned) -> None:
    view = Ticket.of(granted.record)
    if view.sign_off is not None and view.sign_off.outcome in SIGNED:
        _announce(unit, "service.signed", granted)


def close_if_validated(unit: UnitOfWork, ticket_id: str) -> None:
    """The customer has signed «Conforme» on site and the office has granted it: it is closed."""
    granted = unit.ticket(ticket_id)
    if granted is None or not unit.context.settings.close_on_signed_conformity:
        return
    view = Ticket.of(granted.record)
    if REPORT_DIFFERS in view.flags:
        return
    if view.state is State.CUSTOMER_VALIDATION and _has_validated_in_writing(view):
        _close(unit, granted, "signed_conformity", None)


def _has_validated_in_writing(view: Ticket) -> bool:
    conforms = view.sign_off is not None and view.sign_off.outcome == SignOffOutcome.CONFORMITY
    return conforms and view.mode == Mode.ON_SITE and sign_off_holds(view.record)


def _close(
    unit: UnitOfWork, before: Versioned, reason: str, final_classification: str | None
) -> Versioned:
    doc = before.record.fields
    waits = REPORT_DIFFERS in (doc.get("flags") or ())
    if waits or State(doc.get("state") or State.NEW) not in MOVES["close"].sources:
        raise NotToBeClosed(before.record.id)
    values: dict[str, Any] = {
        "state": State.CLOSED.value,
        "closed_at": wire_time(unit.now),
        "closing_reason": reason,
        **result_at_close(before.record, unit.context.calendar, unit.now),
    }
    if reason == "signed_conformity":
        values["validated_at"] = wire_time(unit.now)
    if final_classification is not None:
        values["final_classification"] = final_classification
    after = commanded(before, values, SYSTEM_AUTHOR)
    unit.stage(after)
    log_decision(unit, "close", after, Outcome.APPLIED, reason=reason)
    on_close.remember(unit, after.record)
    for told in unit.context.on_close:
        told(unit.tx, unit.context, after, unit.now)
    _announce(unit, "ticket.closed", after)
    return after


def _flags(before: Versioned, *without: str) -> list[str]:
    return [flag for flag in before.record.fields.get("flags") or () if flag not in without]


def commanded(before: Versioned, values: Mapping[str, Any], author: Author) -> Versioned:
    """The record with those of `values` that say something new, at its next revision."""
    doc = before.record.fields
    changed = {name: value for name, value in values.items() if (doc.get(name) or None) != value}
    changed = {n: v for n, v in changed.items() if v or doc.get(n)}
    return written_by(before, changed, author.device, author.actor)


def _announce(unit: UnitOfWork, topic: str, after: Versioned) -> None:
    view = Ticket.of(after.record)
    body = {
        "rev": after.record.rev,
        "folio": view.folio,
        "customer": view.customer,
        "billable": view.billable,
        "hours": round(sum(entry.hours for entry in view.time_entries), 2),
        "parts": [{"code": p.code, "quantity": p.quantity} for p in view.parts_used],
        "state": view.state.value,
    }
    events.announce(unit.tx, unit.context, topic, after.record.id, body, unit.now)
