"""The archive: is the report that came this ticket's, and the row that keeps it for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from shared.digest import digest, known_folio, report_record
from shared.merge import Versioned
from shared.ticket import Record
from sync_server import jobs, records, report_reading, users
from sync_server.columns import instant_text
from sync_server.database import Transaction
from sync_server.office import Office
from sync_server.pdf_rules import Finding, Rule
from sync_server.report_reading import ReportReading
from sync_server.schema import archive as table
from sync_server.schema import operation

SEAL = "seal"
"""The job that seals an archived report. It comes after the commit: no transaction waits for it."""


def report_findings(
    tx: Transaction, office: Office, record: Record, sha256: str, record_digest: str | None
) -> tuple[tuple[str, str], ...]:
    """What is wrong with the report that arrived, each in Spanish and English. CL19.

    `record_digest` is what the tablet finalised with; its report must carry that very record.
    """
    reading = _read(tx, office, sha256)
    ours = printed_record(record, reading)
    found = report_reading.findings(reading, ours)
    if record_digest is not None and record_digest != digest(ours) and not found:
        found = [Finding(Rule.RECORD, "finalised with another digest")]
    return tuple(dict.fromkeys((f.sentence("es"), f.sentence("en")) for f in found))


def archive_report(
    tx: Transaction, office: Office, versioned: Versioned, report_sha256: str | None, now: datetime
) -> None:
    """Keep a closed ticket's report and the record it speaks of; the seal follows as a job.

    A report that says something else is not archived as this ticket's: it stays evidence.
    """
    record = versioned.record
    report = report_sha256 if report_sha256 and _is_of(tx, record, report_sha256) else None
    reading = report_reading.noted(tx, report) if report else None
    kept = printed_record(record, reading)
    id = office.new_id()
    row = {
        "id": id, "ticket": record.id, "version": _next_version(tx, record.id),
        "folio": known_folio(record), "report_sha256": report, "record": kept,
        "record_digest": digest(kept), "rev": record.rev, "chain": _last_link(tx, record.id),
        "closed_at": now, "archived_at": now, **_named(tx, record),
    }  # fmt: skip
    tx.execute(insert(table).values(proof=proof(row, versioned), **row))
    if report is not None:
        jobs.ask(tx, office, SEAL, f"{SEAL}/{id}", {"archive": id}, now)


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


def printed_record(record: Record, reading: ReportReading | None) -> dict[str, Any]:
    """The record that the report must carry: one born offline may say its provisional folio."""
    said = reading.record.get("folio") if reading and reading.record else None
    provisional = record.fields.get("provisional_folio")
    return report_record(record, provisional if provisional and said == provisional else None)


def _is_of(tx: Transaction, record: Record, sha256: str) -> bool:
    reading = report_reading.noted(tx, sha256)
    return reading is not None and not report_reading.findings(
        reading, printed_record(record, reading)
    )


def _read(tx: Transaction, office: Office, sha256: str) -> ReportReading:
    noted = report_reading.noted(tx, sha256)
    # It was noted when its bytes arrived as a PDF; under another mime it is read here.
    return noted if noted is not None else report_reading.read(office.blobs.read(sha256))


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
