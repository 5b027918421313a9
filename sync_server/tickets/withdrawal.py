"""A finalised ticket that others went on with: what was finalised is taken back.

While the customer has time to answer, another tablet may still bring work, or the office correct
the request. Were the ticket closed then, it would be closed on a report of another record. And
while a closing waits for files, the ticket may be given to somebody else, or a question be asked:
the last file must not undo that.
"""

from shared.closure.checklist import closure_checklist
from shared.closure.missing import Missing
from shared.operations.merge import Versioned
from shared.operations.operation import Outcome
from shared.operations.states import Refused, move
from shared.ticket.people import Actor, Role
from shared.ticket.ticket import Record, State, Ticket
from sync_server.tickets import closing
from sync_server.tickets.checklist_facts import checklist_facts
from sync_server.tickets.log_entries import log_decision
from sync_server.tickets.unit_of_work import SYSTEM_AUTHOR, UnitOfWork

GRANTED = frozenset({State.CUSTOMER_VALIDATION, State.CLOSE_REQUESTED})
"""Where a finalised ticket waits for the customer."""

CLOSING = "closing"
"""The flag of a finalised ticket that waits for files."""

REPORT = "CL19"
"""The rule that the report carries the record as merged. PROCESS.md, Closure checklist."""

STILL_ASKED = frozenset({REPORT, "CL21", "CL22"})
"""What may come to be missing after the grant; a catalogue or the van's stock that changed
meanwhile takes nothing back of what was granted."""


def withdraw_if_overtaken(unit: UnitOfWork, ticket_id: str) -> None:
    """After a change of this ticket: may it still be closed as it was finalised?

    Otherwise it is work again, and where something is to be corrected the engineer is told all
    that is missing.
    """
    finalised = unit.ticket(ticket_id)
    if finalised is None:
        return
    if CLOSING in (finalised.record.fields.get("flags") or ()):
        _let_lapse(unit, finalised)
    elif finalised.record.fields.get("state") in GRANTED:
        _withdraw(unit, finalised)


def _let_lapse(unit: UnitOfWork, waiting: Versioned) -> None:
    """Drop a closing that waits for files, when its engineer may not finalise any more."""
    fields = waiting.record.fields
    engineer = Actor(fields["finalised"]["by"], Role.ENGINEER)
    still = move(Ticket.of(waiting.record), "finalise", engineer, fields["finalised"])
    if isinstance(still, Refused):
        flags = [flag for flag in fields["flags"] if flag != CLOSING]
        after = closing.commanded(waiting, {"finalised": None, "flags": flags}, SYSTEM_AUTHOR)
        unit.stage(after)
        log_decision(unit, "finalise", after, Outcome.REJECTED, reason=still.code)


def _withdraw(unit: UnitOfWork, granted: Versioned) -> None:
    missing = tuple(_missing(unit, granted.record))
    if any(item.rule == REPORT for item in missing):
        after = _withdrawn(unit, granted, missing)
        unit.stage(after)
        log_decision(unit, "finalise", after, Outcome.REJECTED, missing)


def still_missing(unit: UnitOfWork, record: Record) -> list[Missing]:
    """What keeps a granted ticket open although the customer's time is over."""
    return [item for item in _missing(unit, record) if item.rule in STILL_ASKED]


def _missing(unit: UnitOfWork, record: Record) -> list[Missing]:
    done = record.fields.get("finalised")
    if not done:
        return []
    known = checklist_facts(unit, record, done)
    return closure_checklist(Ticket.of(record), known, closing.judged_by(done))


def _withdrawn(unit: UnitOfWork, before: Versioned, missing: tuple[Missing, ...]) -> Versioned:
    values = closing.refused(unit, before, missing)
    if before.record.fields["state"] == State.CUSTOMER_VALIDATION:
        values["state"] = State.IN_ANALYSIS.value
    return closing.commanded(before, values, SYSTEM_AUTHOR)
