"""Does our own record print the very report that arrived? A second look, and never a refusal.

What was signed is bound by hashes, which CL19 checks. This asks more: whether everything on the
pages, words from catalogues included, follows from what the office has merged. A tablet of another
version, or with yesterday's catalogue, prints otherwise with good reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, insert, select

from shared.operations.digest import canonical, digest
from shared.report.content import service_report
from shared.report.pdf import render
from shared.report.subject import Edition, Subject, edition_number
from shared.ticket.asset import Asset
from shared.ticket.evidence import EvidenceKind
from shared.ticket.ticket import Record, Ticket
from sync_server.database.tables import blob, evidence
from sync_server.database.tables import cross_rendering as table
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.reports import report_reading
from sync_server.reports.report_reading import ReportReading
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import store

CATALOGUES = ("root_causes", "final_classifications", "parts", "people", "organisation")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`same` to the byte; else `detail` says what is different, or why it could not be said."""

    same: bool
    detail: str = ""


def comparable(context: ApplicationContext, sha256: str) -> list[str]:
    """The reports, not compared yet, that are whole with their photos now that this file is here.

    A tablet sends its report before the photos: the last of them is what it waits for.
    """
    with context.database.reading() as tx:
        e = evidence.c
        concerned = select(e.ticket).where(e.sha256 == sha256)
        rows = tx.rows(select(e.ticket, e.sha256, e.kind).where(e.ticket.in_(concerned)))
        names = {row.sha256 for row in rows}
        here = {sha256, *tx.scalars(select(blob.c.sha256).where(blob.c.sha256.in_(names)))}
        compared = {*tx.scalars(select(table.c.sha256).where(table.c.sha256.in_(names)))}
    reports = [row for row in rows if row.kind == EvidenceKind.REPORT]
    lacking = {row.ticket for row in rows if row not in reports and row.sha256 not in here}
    return [
        report.sha256 for report in reports
        if report.sha256 in here - compared and report.ticket not in lacking
    ]  # fmt: skip


def compare(
    context: ApplicationContext, sha256: str, just_read: ReportReading | None
) -> Comparison | None:
    """The report of this hash against the one our record prints; None where no ticket names it.

    `just_read` is its reading when it is only arriving. Before anything is closed on its arrival:
    closing moves the asset's meter on. Raises BlobMissing, BlobAltered, StoreDown.
    """
    content = context.blobs.read(sha256)
    with context.database.reading() as tx:
        reading = report_reading.noted(tx, sha256) or just_read
        found = _ticket_of(tx, sha256)
        if found is None or reading is None or reading.record is None:
            return None
        record = _as_printed(found, reading)
        subject = _subject(tx, context, record, sha256, digest(reading.record))
        subject = replace(subject, shown=reading.record.get("shown"))
    said = report_reading.printed_record(record, reading)
    if canonical(said) != canonical(reading.record):
        return Comparison(False, "another record is attached")
    photos = subject.pictures(context.blobs.read)
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
    found = store.load(tx, id) if id else None
    return found.record if found else None


def _as_printed(record: Record, reading: ReportReading) -> Record:
    """The record under the folio that was printed (one born offline may say its provisional one),
    with the losses that were known when it was."""
    printed = report_reading.printed_record(record, reading)
    known = record.fields.get("bytes_lost") or {}
    said = {name: loss for name, loss in known.items() if name in printed.get("lost", ())}
    fields: dict[str, Any] = {"bytes_lost": said} if said != known else {}
    if printed["folio"] != record.fields.get("folio"):
        fields["folio"] = None
    return record.with_fields(fields) if fields else record


def _subject(
    tx: Transaction, context: ApplicationContext, record: Record, sha256: str, record_digest: str
) -> Subject:
    view = Ticket.of(record)
    catalogues = {name: _doc(tx, "catalogue", name) for name in CATALOGUES}
    organisation, site = catalogues["organisation"], _doc(tx, "site", view.site)
    asset = records.get(tx, "asset", view.asset)
    number = edition_number(_before(record, sha256), record_digest)
    return Subject(
        ticket=view,
        edition=Edition.of(
            organisation, site, number, context.settings.zone, context.settings.public_url
        ),
        asset=Asset.of(asset.id, asset.doc) if asset else None,
        customer=_doc(tx, "customer", view.customer),
        site=site,
        catalogues=catalogues,
    )


def _before(record: Record, sha256: str) -> Iterator[Mapping[str, Any]]:
    """The entries of the reports that were made before this one."""
    rows = record.entries.get("evidence", ())
    reports = (entry for entry in rows if entry.get("kind") == EvidenceKind.REPORT)
    return takewhile(lambda entry: entry.get("sha256") != sha256, reports)


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
