"""What the office knows besides the ticket, for the closure checklist."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from shared.closure.missing import Authorship, ChecklistFacts, OfficeFacts
from shared.ticket.asset import Asset
from shared.ticket.people import Role
from shared.ticket.ticket import Record, Ticket
from sync_server.database.tables import blob, conflict, operation
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.reports import report_reading
from sync_server.tickets.unit_of_work import UnitOfWork


def checklist_facts(
    unit: UnitOfWork, record: Record, finalised: Mapping[str, Any]
) -> ChecklistFacts:
    """Everything the checklist asks for, as it stands in this transaction.

    `finalised` is what the engineer finalised with: whose clock it was, which report, its digest.
    """
    tx, view = unit.tx, Ticket.of(record)
    asset = records.get(tx, "asset", view.asset)
    stock = records.get(tx, "stock", view.assignee)
    offset = timedelta(milliseconds=-int(finalised.get("skew") or 0))
    return ChecklistFacts(
        asset=Asset.of(asset.id, asset.doc) if asset else None,
        compatible=compatible_of(tx),
        parts=frozenset(item["code"] for item in _items(tx, "parts")),
        stock=dict(stock.doc.get("items") or {}) if stock else {},
        authors=_authors(tx, record.id, offset),
        clock_offset=offset,
        office=_facts(unit, record, finalised),
    )


def compatible_of(tx: Transaction) -> dict[str, frozenset[str]]:
    """Final classifications that go with each root cause, by code."""
    return {
        item["code"]: frozenset(item.get("classifications") or ())
        for item in _items(tx, "root_causes")
    }


def _items(tx: Transaction, catalogue: str) -> list[Mapping[str, Any]]:
    stored = records.get(tx, "catalogue", catalogue)
    return list(stored.doc.get("items") or ()) if stored else []


def _authors(tx: Transaction, ticket: str, offset: timedelta) -> tuple[Authorship, ...]:
    """Who captured work, and when by the clock of the tablet that finalises."""
    query = select(operation.c.user, operation.c.captured_at).where(
        operation.c.ticket == ticket,
        operation.c.role == Role.ENGINEER.value,
        operation.c.kind.in_(("set", "append", "sign")),
        operation.c.outcome.in_(("applied", "conflict", "late")),
    )
    return tuple(Authorship(row.user, row.captured_at - offset) for row in tx.rows(query))


def _facts(unit: UnitOfWork, record: Record, finalised: Mapping[str, Any]) -> OfficeFacts:
    named = {entry["sha256"] for entry in record.entries.get("evidence", ())}
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
