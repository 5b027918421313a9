"""The closure checklist as a supervisor reads it: each rule, met or with what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.closure.checklist import closure_checklist, only_waits
from shared.closure.missing import ChecklistFacts, Missing, OfficeFacts
from shared.ticket.asset import Asset
from shared.ticket.ticket import State, Ticket
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.tickets import conflicts
from sync_server.tickets.checklist_facts import compatible_of


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
    missing = closure_checklist(ticket, _known(tx, ticket, received))
    asked = bool(ticket.record.fields.get("finalise_missing")) or "closing" in ticket.flags
    return Checklist(is_passed=not missing, is_asked=asked, missing=missing)


def _known(tx: Transaction, ticket: Ticket, received: dict[str, bool]) -> ChecklistFacts:
    asset = records.get(tx, "asset", ticket.asset)
    stock = records.get(tx, "stock", ticket.assignee)
    parts = records.get(tx, "catalogue", "parts")
    items = parts.doc.get("items") or () if parts else ()
    return ChecklistFacts(
        asset=Asset.of(asset.id, asset.doc) if asset else None,
        compatible=compatible_of(tx),
        parts=frozenset(item["code"] for item in items),
        stock=dict(stock.doc.get("items") or {}) if stock else {},
        office=OfficeFacts(received, (), len(conflicts.open_of(tx, ticket.id))),
    )
