"""What the office knows besides the ticket, for the closure checklist."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from shared.closure import facts
from shared.closure.facts import Captured, Fetched
from shared.closure.missing import ChecklistFacts, OfficeFacts
from shared.operations.operation import Kind
from shared.ticket.people import Role
from shared.ticket.ticket import Record, Ticket
from sync_server.database.tables import blob, conflict, operation
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.reports import report_reading
from sync_server.tickets import evidence_rights
from sync_server.tickets.unit_of_work import UnitOfWork


def checklist_facts(
    unit: UnitOfWork, record: Record, finalised: Mapping[str, Any]
) -> ChecklistFacts:
    """Everything the checklist asks for, as it stands in this transaction.

    `finalised` is what the engineer finalised with: whose clock it was, which report, its digest.
    """
    offset = timedelta(milliseconds=-int(finalised.get("skew") or 0))
    return with_office_facts(
        unit.tx, Ticket.of(record), _office_facts(unit, record, finalised), offset
    )


def with_office_facts(
    tx: Transaction, ticket: Ticket, office: OfficeFacts, offset: timedelta = timedelta()
) -> ChecklistFacts:
    """What the office keeps around a ticket, with what only it knows.

    `offset` is our time minus that of the tablet that finalises.
    """
    fetched = Fetched(
        asset=_doc(tx, "asset", ticket.asset),
        stock=_doc(tx, "stock", ticket.assignee),
        root_causes=_doc(tx, "catalogue", "root_causes"),
        parts=_doc(tx, "catalogue", "parts"),
        final_classifications=_doc(tx, "catalogue", "final_classifications"),
        organisation=_doc(tx, "catalogue", "organisation"),
    )
    captured = _captured(tx, ticket.id, offset)
    return facts.checklist_facts(ticket, fetched, captured, offset, office)


def _doc(tx: Transaction, record: str, id: str | None) -> Mapping[str, Any]:
    stored = records.get(tx, record, id)
    return stored.doc if stored else {}


def _captured(tx: Transaction, ticket: str, offset: timedelta) -> list[Captured]:
    """What engineers did, and when by the clock of the tablet that finalises."""
    query = select(operation.c.kind, operation.c.user, operation.c.captured_at).where(
        operation.c.ticket == ticket,
        operation.c.role == Role.ENGINEER.value,
        operation.c.kind.in_(facts.WORK),
        operation.c.outcome.in_(("applied", "conflict", "late")),
    )
    return [(Kind(row.kind), row.user, row.captured_at - offset) for row in tx.rows(query)]


def _office_facts(unit: UnitOfWork, record: Record, finalised: Mapping[str, Any]) -> OfficeFacts:
    named = {entry["sha256"] for entry in record.entries.get("evidence", ())}
    named &= evidence_rights.granted_to(unit.tx, record, unit.namers)
    query = select(blob.c.sha256, blob.c.readable).where(blob.c.sha256.in_(sorted(named)))
    received = {row.sha256: row.readable is not False for row in unit.tx.rows(query)}
    open_conflicts = unit.tx.scalar(
        select(func.count())
        .select_from(conflict)
        .where(conflict.c.ticket == record.id, conflict.c.resolved_at.is_(None))
    )
    return OfficeFacts(received, _findings(unit, record, finalised, received), open_conflicts)


def _findings(
    unit: UnitOfWork, record: Record, finalised: Mapping[str, Any], received: Mapping[str, bool]
) -> tuple[tuple[str, str], ...]:
    reports = Ticket.of(record).reports
    name = finalised.get("report") or (reports[-1].sha256 if reports else None)
    if name is None or name not in received:
        return ()
    return report_reading.report_findings(
        unit.tx, unit.context, record, name, finalised.get("record_digest")
    )
