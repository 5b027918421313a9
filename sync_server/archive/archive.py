"""The archive: is the report that came this ticket's, and the row that keeps it for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from shared.operations.digest import digest, known_folio
from shared.operations.merge import Versioned
from shared.ticket.ticket import Record, Ticket
from shared.words.folding import folded, joined
from sync_server.database.column_types import instant_text
from sync_server.database.tables import archive as table
from sync_server.database.tables import archive_words, operation
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.records import records
from sync_server.reports import report_reading
from sync_server.runtime import jobs
from sync_server.runtime.context import ApplicationContext

SEAL = "seal"
"""The job that seals an archived report. It comes after the commit: no transaction waits for it."""


def archive_report(
    tx: Transaction, context: ApplicationContext, versioned: Versioned, now: datetime
) -> None:
    """Keep a closed ticket's report and the record it speaks of; the seal follows as a job.

    A report that says something else is not archived as this ticket's: it stays evidence.
    """
    record = versioned.record
    sha256 = _finalised_with(record)
    report = sha256 if sha256 and _is_of(tx, record, sha256) else None
    reading = report_reading.noted(tx, report) if report else None
    kept = report_reading.printed_record(record, reading)
    id = context.new_id()
    row = {
        "id": id, "ticket": record.id, "version": _next_version(tx, record.id),
        "folio": known_folio(record), "report_sha256": report, "record": kept,
        "record_digest": digest(kept), "rev": record.rev, "chain": _last_link(tx, record.id),
        "closed_at": now, "archived_at": now, **_named(tx, record),
    }  # fmt: skip
    tx.execute(insert(table).values(proof=proof(row, versioned), **row))
    tx.execute(insert(archive_words).values(archive=id, **_words(row)))
    if report is not None:
        jobs.ask(tx, context, SEAL, f"{SEAL}/{id}", {"archive": id}, now)


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "folio": joined(row["folio"]), "serial": joined(row["serial"] or ""),
        "customer": folded(row["customer_name"]),
    }  # fmt: skip


def proof(row: Mapping[str, Any], versioned: Versioned) -> str:
    """The hash of a row of the archive, but for its proof, and of the whole ticket beside it."""
    columns = {name: value for name, value in row.items() if name != "proof"}
    columns |= {name: instant_text(row[name]) for name in ("closed_at", "archived_at")}
    return digest({"row": columns, "ticket": ticket_digest(versioned)})


def ticket_digest(versioned: Versioned) -> str:
    """The hash of a ticket as merged, with who wrote each of its fields last."""
    record = versioned.record
    return digest(
        {
            "rev": record.rev,
            "doc": dict(record.fields),
            "entries": {name: list(rows) for name, rows in record.entries.items()},
            "written": {n: [w.rev, w.device, w.role.value] for n, w in versioned.written.items()},
        }
    )


def _finalised_with(record: Record) -> str | None:
    """The report that was finalised with, else the last that was made; by its hash."""
    named: str | None = (record.fields.get("finalised") or {}).get("report")
    reports = Ticket.of(record).reports
    return named or (reports[-1].sha256 if reports else None)


def _is_of(tx: Transaction, record: Record, sha256: str) -> bool:
    reading = report_reading.noted(tx, sha256)
    return reading is not None and not report_reading.findings(
        reading, report_reading.printed_record(record, reading)
    )


def _next_version(tx: Transaction, ticket: str) -> int:
    last = tx.scalar(select(func.max(table.c.version)).where(table.c.ticket == ticket))
    return int(last or 0) + 1


def _last_link(tx: Transaction, ticket: str) -> str | None:
    query = select(operation.c.link).where(operation.c.ticket == ticket)
    link: str | None = tx.scalar(query.order_by(operation.c.position.desc()).limit(1))
    return link


def _named(tx: Transaction, record: Record) -> dict[str, Any]:
    """What the archive is searched by, as it was called on that day."""
    doc = record.fields
    asset = records.get(tx, "asset", doc.get("asset"))
    customer = records.get(tx, "customer", doc.get("customer"))
    engineer = users.get(tx, doc["assignee"]) if doc.get("assignee") else None
    return {
        "serial": str((asset.doc if asset else {}).get("serial") or "")[:80] or None,
        "customer": customer.id if customer else None,
        "customer_name": customer.label if customer else "",
        "engineer": engineer.id if engineer else None,
        "engineer_name": engineer.name if engineer else "",
    }
