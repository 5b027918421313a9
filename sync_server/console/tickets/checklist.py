"""The closure checklist as a supervisor reads it: each rule, met or with what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.closure.checklist import closure_checklist, only_waits
from shared.closure.missing import Missing, OfficeFacts
from shared.ticket.ticket import State, Ticket
from sync_server.database.transactions import Transaction
from sync_server.tickets import closing, conflicts
from sync_server.tickets.checklist_facts import with_office_facts


@dataclass(frozen=True, slots=True)
class Checklist:
    """`missing` is what keeps the ticket open now; `waits` when it is only bytes."""

    is_passed: bool
    is_asked: bool
    missing: Sequence[Missing]

    @property
    def waits(self) -> bool:
        """Nothing is to be corrected: files are only still on their way."""
        return bool(self.missing) and only_waits(self.missing)


def checklist(tx: Transaction, ticket: Ticket, received: dict[str, bool]) -> Checklist:
    """What is missing as the ticket stands now, for the office to see; nothing is decided here.

    `received` has the sha256 of each verified file, and whether it opens. Whether the report says
    what it should is asked when the engineer finalises; the answer is in the ticket.
    """
    ended = ticket.state in (State.CLOSED, State.CUSTOMER_VALIDATION)
    if ended:
        return Checklist(is_passed=True, is_asked=True, missing=())
    done = ticket.record.fields.get("finalised")
    version = closing.judged_by(done) if done else None
    office = OfficeFacts(received, (), len(conflicts.open_of(tx, ticket.id)))
    missing = closure_checklist(ticket, with_office_facts(tx, ticket, office), version)
    asked = bool(ticket.record.fields.get("finalise_missing")) or "closing" in ticket.flags
    return Checklist(is_passed=not missing, is_asked=asked, missing=missing)
