"""Do the pages of a report that arrived say what its record says? Asked before it is granted.

A report that carries what was shown is compared with itself (`pages_compared`). One of format 1
carries ids where its pages have words: it is printed out of the record that the office has merged,
and what then is another byte may well be yesterday's catalogue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

import structlog
from sqlalchemy import Row, insert, select

from shared.operations.digest import canonical, digest, have_one_form, lost_bytes
from shared.operations.operation import Outcome
from shared.report.content import service_report
from shared.report.furniture import furniture
from shared.report.pdf import render
from shared.report.subject import Edition, Subject, edition_number
from shared.ticket.asset import Asset
from shared.ticket.evidence import EvidenceKind
from shared.ticket.ticket import Record, Ticket
from shared.words import t
from sync_server.database.tables import blob, evidence, operation
from sync_server.database.tables import cross_rendering as table
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.reports import file_check, pages_compared, registers_compared, report_reading
from sync_server.reports.pages_compared import Comparison, Difference, How, first_difference
from sync_server.reports.report_reading import ReportReading
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import notes, register_differences, store

log = structlog.get_logger(__name__)

CATALOGUES = ("root_causes", "final_classifications", "parts", "people", "organisation")


def comparable(context: ApplicationContext, sha256: str) -> list[str]:
    """The reports, not compared yet, that are whole with their photos now that this file is here.

    A tablet sends its report before the photos: the last of them is what it waits for. Those that
    the tablet lost are waited for by nobody.
    """
    with context.database.reading() as tx:
        e = evidence.c
        concerned = select(e.ticket).where(e.sha256 == sha256)
        rows = tx.rows(select(e.ticket, e.sha256, e.kind).where(e.ticket.in_(concerned)))
        names = {row.sha256 for row in rows}
        here = {sha256, *tx.scalars(select(blob.c.sha256).where(blob.c.sha256.in_(names)))}
        lost = {ticket: _lost(tx, ticket) for ticket in {row.ticket for row in rows}}
        compared = {*tx.scalars(select(table.c.sha256).where(table.c.sha256.in_(names)))}
    reports = [row for row in rows if row.kind == EvidenceKind.REPORT]
    lacking = {
        row.ticket for row in rows
        if row not in reports and row.sha256 not in here | lost[row.ticket]
    }  # fmt: skip
    return [
        report.sha256 for report in reports
        if report.sha256 in here - compared and report.ticket not in lacking
    ]  # fmt: skip


def _lost(tx: Transaction, ticket: str) -> set[str]:
    found = store.load(tx, ticket)
    return set(lost_bytes(found.record)) if found else set()


def compare(
    context: ApplicationContext, sha256: str, just_read: ReportReading | None
) -> Comparison | None:
    """The pages of this report against its record; None where no ticket names it.

    `just_read` is its reading when it is only arriving. Before anything is closed on its arrival:
    closing moves the asset's meter on. Raises BlobMissing, BlobAltered, StoreDown.
    """
    with context.database.reading() as tx:
        reading = report_reading.noted(tx, sha256) or just_read
        found = _ticket_of(tx, sha256)
        if found is None or reading is None or reading.record is None:
            return None
        return _compared(tx, context, found, sha256, reading)


def must_be_decided(
    tx: Transaction, context: ApplicationContext, record: Record, sha256: str | None, now: datetime
) -> bool:
    """Whether a person has to look at this ticket's report before anybody else gets it.

    One that was not compared when it came is compared now; one that a person accepted waits for
    nobody.
    """
    if sha256 is None or accepted(tx, record.id, sha256) is not None:
        return False
    row = noted(tx, sha256)
    if row is None:
        found = _compared_now(tx, context, record, sha256)
        note(tx, sha256, found, now)
        return found.differs
    return bool(row.differs)


def accepted(tx: Transaction, ticket: str, sha256: str) -> Row[Any] | None:
    """The line of the log with which a person accepted this report as it is, the last one."""
    rows = tx.rows(
        select(operation)
        .where(operation.c.ticket == ticket, operation.c.command == "accept_report")
        .where(operation.c.outcome == Outcome.APPLIED.value)
        .order_by(operation.c.position.desc())
    )
    return next((row for row in rows if row.message["body"].get("report") == sha256), None)


def note(tx: Transaction, sha256: str, comparison: Comparison, now: datetime) -> None:
    """Note what was found; a later look does not change it."""
    if noted(tx, sha256) is None:
        tx.execute(
            insert(table).values(
                sha256=sha256, same=comparison.same, detail=comparison.detail, at=now,
                how=comparison.how.value, differs=comparison.differs,
                differing=[[d.where, d.record, d.pages] for d in comparison.differences],
            )
        )  # fmt: skip
        register_differences.note(tx, sha256, comparison.registers, now)


def noted(tx: Transaction, sha256: str) -> Row[Any] | None:
    """What was noted of the report of this hash."""
    return tx.one_or_none(select(table).where(table.c.sha256 == sha256))


def _compared_now(
    tx: Transaction, context: ApplicationContext, record: Record, sha256: str
) -> Comparison:
    try:
        reading = report_reading.noted_or_read(tx, context, sha256)
        if reading.record is not None:
            return _compared(tx, context, record, sha256, reading)
    except Exception as fault:
        # Whatever goes wrong here keeps no tablet's work: what was not compared is never claimed.
        log.warning("a report could not be printed again", report=sha256, fault=repr(fault)[:300])
        return Comparison(How.NOTHING, detail=type(fault).__name__)
    return Comparison(How.NOTHING, detail="no record is attached")


def _compared(
    tx: Transaction, context: ApplicationContext, found: Record, sha256: str, reading: ReportReading
) -> Comparison:
    content = context.blobs.read(sha256)
    assert reading.record is not None
    subject = _subject(tx, context, found, sha256, digest(reading.record))
    if "shown" in reading.record:
        subject = replace(subject, shown=reading.record["shown"])
        carried = file_check.compare(content, furniture(subject))
        carried = carried or Comparison(How.NOTHING, detail="no shown content is attached")
        return replace(carried, registers=_registers(found, subject, reading, content))
    return _with_internal_words(
        tx, found.id, reading, _of_format_1(context, found, subject, reading, content)
    )


def _registers(
    found: Record, subject: Subject, reading: ReportReading, content: bytes
) -> tuple[Difference, ...]:
    """What the registers say otherwise than this report of the very record that we merged."""
    said = report_reading.printed_record(found, reading)
    if canonical(said) != canonical(reading.record):
        return ()  # the closing is refused for it, with more to say
    subject = replace(subject, ticket=Ticket.of(_as_printed(found, said)))
    try:
        return registers_compared.otherwise(subject, pages_compared.furniture_in(content))
    except Exception as fault:
        # Told or not, it decides nothing: the comparison of the pages does.
        log.warning("registers could not be compared", ticket=found.id, fault=repr(fault)[:300])
        return ()


def _with_internal_words(
    tx: Transaction, ticket: str, reading: ReportReading, found: Comparison
) -> Comparison:
    """A tablet that was last told by an office of 0.1.0 prints and carries the office's notes: a
    person looks at them before the customer does."""
    carried = ((reading.record or {}).get("entries") or {}).get(notes.NOTES) or ()
    authors = notes.authors(tx, [ticket])[ticket] if carried else {}
    ours = [n for n in carried if (author := authors.get(n["id"])) and author.in_office]
    if not ours:
        return found
    where = t("office.differing.internal")
    told = tuple(Difference(where, "", str(note.get("text") or "")) for note in ours)
    return replace(found, how=How.VALUES, differs=True, differences=(*told, *found.differences))


def _of_format_1(
    context: ApplicationContext,
    found: Record,
    subject: Subject,
    reading: ReportReading,
    content: bytes,
) -> Comparison:
    said = report_reading.printed_record(found, reading)
    if not have_one_form(said, reading.record):
        return Comparison(How.NOTHING, detail="another record is attached")
    printed = _as_printed(found, said)
    subject = replace(subject, ticket=Ticket.of(printed))
    # One that was lost since may stand in the report and nowhere else.
    inside = pages_compared.pictures_in(content)
    photos = subject.pictures(lambda name: inside.get(name) or context.blobs.read(name))
    ours = render(service_report(subject), photos, _attachments(reading))
    if content == ours:
        return Comparison(How.BYTES)
    return pages_compared.by_values(content, subject, first_difference(content, ours))


def _ticket_of(tx: Transaction, sha256: str) -> Record | None:
    id = tx.scalar(
        select(evidence.c.ticket)
        .where(evidence.c.sha256 == sha256, evidence.c.kind == EvidenceKind.REPORT.value)
        .limit(1)
    )
    found = store.load(tx, id) if id else None
    return found.record if found else None


def _as_printed(record: Record, said: Mapping[str, Any]) -> Record:
    """The record as it was when its report was printed, which carries `said`: with no more notes
    and losses, and under its provisional folio if born offline."""
    known = record.fields.get("bytes_lost") or {}
    lost = {name: loss for name, loss in known.items() if name in said.get("lost", ())}
    fields: dict[str, Any] = {"bytes_lost": lost} if lost != known else {}
    if said["folio"] != record.fields.get("folio"):
        fields["folio"] = None
    entries = {**record.entries, notes.NOTES: tuple(said["entries"].get(notes.NOTES, ()))}
    printed = replace(record, entries=entries)
    return printed.with_fields(fields) if fields else printed


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
