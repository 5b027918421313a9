"""Does our own record print the very report that arrived? A second look, and never a refusal.

What was signed is bound by hashes, which CL19 checks. This asks more: whether everything on the
pages, words from catalogues included, follows from what the office has merged. A tablet of another
version, or with yesterday's catalogue, prints otherwise with good reason.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert, select

from shared.asset import Asset
from shared.digest import canonical, report_record
from shared.evidence import EvidenceKind
from shared.report.content import service_report
from shared.report.pdf import render
from shared.report.subject import Edition, Subject
from shared.ticket import Record, Ticket
from sync_server import archive, records, tickets
from sync_server.blobs.store import BlobAltered, BlobMissing
from sync_server.database import Transaction
from sync_server.office import Office
from sync_server.report_reading import ReportReading
from sync_server.schema import cross_rendering as table
from sync_server.schema import evidence

CATALOGUES = ("root_causes", "final_classifications", "parts", "people", "organisation")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`same` to the byte; else `detail` says what is different, or why it could not be said."""

    same: bool
    detail: str = ""


def compare(
    office: Office, sha256: str, content: bytes, reading: ReportReading
) -> Comparison | None:
    """The report of this hash against the one our record prints; None where no ticket names it.

    Before anything is closed on its arrival: closing moves the asset's meter on.
    """
    with office.database.reading() as tx:
        found = _ticket_of(tx, sha256)
        record = _as_printed(found, reading) if found else None
        subject = _subject(tx, office, record, sha256) if record else None
    if subject is None or record is None or reading.record is None:
        return None
    said = report_record(record, str(reading.record.get("folio")))
    if canonical(said) != canonical(reading.record):
        return Comparison(False, "another record is attached")
    try:
        photos = {
            item.sha256: office.blobs.read(item.sha256)
            for item in subject.ticket.evidence
            if item.mime == "image/jpeg"
        }
    except (BlobMissing, BlobAltered):
        return Comparison(False, "its photos are not here yet")
    return _compared(content, render(service_report(subject), photos, _attachments(reading)))


def note(tx: Transaction, sha256: str, comparison: Comparison, now: datetime) -> None:
    """Note what was found; a later look does not change it."""
    if noted(tx, sha256) is None:
        tx.execute(
            insert(table).values(
                sha256=sha256, same=comparison.same, detail=comparison.detail, at=now
            )
        )


def noted(tx: Transaction, sha256: str) -> Row[Any] | None:
    """What was noted of the report of this hash."""
    return tx.one_or_none(select(table).where(table.c.sha256 == sha256))


def _ticket_of(tx: Transaction, sha256: str) -> Record | None:
    id = tx.scalar(
        select(evidence.c.ticket)
        .where(evidence.c.sha256 == sha256, evidence.c.kind == EvidenceKind.REPORT.value)
        .limit(1)
    )
    found = tickets.load(tx, id) if id else None
    return found.record if found else None


def _as_printed(record: Record, reading: ReportReading) -> Record:
    """The record under the folio that was printed: one born offline may say its provisional one."""
    printed = archive.printed_record(record, reading)["folio"]
    return record if printed == record.fields.get("folio") else record.with_fields({"folio": None})


def _subject(tx: Transaction, office: Office, record: Record, sha256: str) -> Subject:
    view = Ticket.of(record)
    catalogues = {name: _doc(tx, "catalogue", name) for name in CATALOGUES}
    organisation = catalogues["organisation"]
    asset = records.get(tx, "asset", view.asset)
    reports = [report.sha256 for report in view.reports]
    return Subject(
        ticket=view,
        edition=Edition(
            zone=ZoneInfo(organisation.get("zone") or office.settings.zone),
            verify_at=organisation.get("verify_at") or office.settings.public_url,
            number=reports.index(sha256) + 1 if sha256 in reports else len(reports) + 1,
        ),
        asset=Asset.of(asset.id, asset.doc) if asset else None,
        customer=_doc(tx, "customer", view.customer),
        site=_doc(tx, "site", view.site),
        catalogues=catalogues,
    )


def _doc(tx: Transaction, record: str, id: str | None) -> dict[str, Any]:
    stored = records.get(tx, record, id)
    return dict(stored.doc) if stored else {}


def _attachments(reading: ReportReading) -> dict[str, bytes]:
    return {
        "record.json": canonical(reading.record),
        "strokes.json": canonical(reading.strokes or []),
    }


def _compared(content: bytes, ours: bytes) -> Comparison:
    if content == ours:
        return Comparison(True)
    pairs = enumerate(zip(content, ours, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(content), len(ours)))
    sizes = f"{len(content)} bytes came, {len(ours)} would be printed here"
    return Comparison(False, f"prints otherwise from byte {at} on; {sizes}")
