"""What a report that arrived says, noted once, and held against the office's own record. CL19."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from shared.operations.digest import canonical, digest, have_one_form, report_record
from shared.report.shown import NotShown, Shown
from shared.ticket.ticket import Record
from sync_server.database.tables import report_reading as table
from sync_server.database.transactions import Transaction
from sync_server.reports import pdf_rules
from sync_server.reports.pdf_rules import Finding, Rule
from sync_server.reports.report_file import (
    PHOTOS,
    NotAReport,
    read_report,
    said_lost,
    shown_holds,
)
from sync_server.runtime.context import ApplicationContext


@dataclass(frozen=True, slots=True)
class ReportReading:
    """A report read: what it carries, and what is wrong with the file itself.

    `title` has a line for each name that the file gives itself, mostly one.
    """

    record: Mapping[str, Any] | None
    strokes: list[Any] | None
    title: str
    images: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def opens(self) -> bool:
        """Whether there is anything to be read in it."""
        return all(finding.rule is not Rule.OPENS for finding in self.findings)


def read(pdf: bytes) -> ReportReading:
    """A report read; a third of a second, so never in a transaction."""
    try:
        file = read_report(pdf)
    except NotAReport as error:
        return ReportReading(None, None, "", frozenset(), (Finding(Rule.OPENS, error.reason),))
    title = "\n".join(dict.fromkeys((file.title, pdf_rules.title_in_metadata(pdf))))
    wrong = tuple(pdf_rules.file_findings(pdf))
    return ReportReading(file.record, file.strokes, title, file.images, wrong)


def note(tx: Transaction, sha256: str, reading: ReportReading, now: datetime) -> None:
    """Note what the report of this hash says; the first note stays."""
    if noted(tx, sha256) is None:
        tx.execute(
            insert(table).values(
                sha256=sha256, record=reading.record, strokes=reading.strokes,
                title=reading.title, images=sorted(reading.images),
                findings=[[f.rule.value, f.detail] for f in reading.findings], read_at=now,
            )
        )  # fmt: skip


def noted(tx: Transaction, sha256: str) -> ReportReading | None:
    """What was noted of the report of this hash."""
    row = tx.one_or_none(select(table).where(table.c.sha256 == sha256))
    if row is None:
        return None
    findings = tuple(Finding(Rule(rule), detail) for rule, detail in row.findings)
    return ReportReading(row.record, row.strokes, row.title, frozenset(row.images), findings)


def findings(reading: ReportReading, record: Mapping[str, Any]) -> list[Finding]:
    """All that is wrong with a report of ours; `record` is `digest.report_record` of it."""
    if not reading.opens:
        return list(reading.findings)
    return [*_content(reading, record), *reading.findings]


def report_findings(
    tx: Transaction,
    context: ApplicationContext,
    record: Record,
    sha256: str,
    record_digest: str | None,
) -> tuple[tuple[str, str], ...]:
    """What is wrong with the report that arrived, each in Spanish and English. CL19.

    `record_digest` is what the tablet finalised with; its report must carry that very record.
    """
    reading = noted_or_read(tx, context, sha256)
    ours = printed_record(record, reading)
    found = findings(reading, ours)
    if record_digest is not None and record_digest != digest(ours) and not found:
        found = [Finding(Rule.RECORD, "finalised with another digest")]
    return tuple(dict.fromkeys((f.sentence("es"), f.sentence("en")) for f in found))


def printed_record(record: Record, reading: ReportReading | None) -> dict[str, Any]:
    """The record that the report must carry, with what it says was shown."""
    return record_as_carried(record, (reading.record if reading else None) or {})


def record_as_carried(record: Record, carried: Mapping[str, Any]) -> dict[str, Any]:
    """What the office's record says to one who knows no more than the record `carried` does.

    One born offline may say its provisional folio, and one made before a loss was noticed says
    nothing of it. What was shown is known from the report alone: what it must be, the signature
    says. A report says no more notes than its tablet had, and needs none: those that it says must
    be the ticket's.
    """
    provisional = record.fields.get("provisional_folio")
    folio = provisional if provisional and carried.get("folio") == provisional else None
    ours = report_record(record, folio, lost=said_lost(carried), shown=carried.get("shown"))
    if NOTES not in ours["entries"]:
        return ours
    notes = _ids(carried, NOTES)
    kept = [note for note in ours["entries"][NOTES] if note["id"] in notes]
    return {**ours, "entries": {**ours["entries"], NOTES: kept}}


NOTES = "notes"


def _ids(attached: Mapping[str, Any], collection: str) -> frozenset[str]:
    entries = attached.get("entries")
    rows = entries.get(collection) if isinstance(entries, Mapping) else None
    rows = rows if isinstance(rows, list) else []
    return frozenset(str(row.get("id")) for row in rows if isinstance(row, Mapping))


def noted_or_read(tx: Transaction, context: ApplicationContext, sha256: str) -> ReportReading:
    """What was noted of it, or read now. Raises BlobMissing, BlobAltered, StoreDown."""
    found = noted(tx, sha256)
    # It was noted when its bytes arrived as a PDF; under another mime it is read here.
    return found if found is not None else read(context.blobs.read(sha256))


def _content(reading: ReportReading, record: Mapping[str, Any]) -> Iterator[Finding]:
    if not have_one_form(reading.record, record):
        yield Finding(
            Rule.RECORD, f"record.json differs in {', '.join(_differing(reading, record))}"
        )
    yield from _shown(record)
    if not have_one_form(reading.strokes, (record.get("sign_off") or {}).get("strokes") or []):
        yield Finding(Rule.STROKES, "strokes.json differs from the office's record")
    if any(str(record["folio"]) not in title for title in reading.title.split("\n")):
        yield Finding(Rule.FOLIO, reading.title, {"folio": record["folio"]})
    for entry in record["evidence"]:
        printed = entry.get("kind") in PHOTOS and entry.get("mime") == "image/jpeg"
        lost = entry["sha256"] in record.get("lost", ())
        if printed and not lost and entry["sha256"] not in reading.images:
            yield Finding(Rule.PHOTOS, entry["sha256"], {"photo": entry["sha256"][:16]})


def _shown(record: Mapping[str, Any]) -> Iterator[Finding]:
    """What was shown can be printed, is of this folio, and is what the signature names."""
    shown = record.get("shown")
    if shown is None:
        return  # a report of format 1
    try:
        read = Shown.of(shown)
    except NotShown as error:
        yield Finding(Rule.SHOWN, str(error))
        return
    if read.folio != record["folio"]:
        yield Finding(Rule.SHOWN, f"shown under {read.folio}")
    if shown_holds(record) is False:
        yield Finding(Rule.SHOWN, "another content was signed")


def _differing(reading: ReportReading, record: Mapping[str, Any]) -> list[str]:
    """The names of what the two records say differently."""
    attached = _flat(reading.record or {})
    ours = _flat(record)
    return sorted(n for n in {*attached, *ours} if attached.get(n) != ours.get(n)) or ["everything"]


def _flat(record: Mapping[str, Any]) -> dict[str, bytes]:
    """Each member in canonical form, those of `fields` and `entries` by their own names."""
    members = {n: v for n, v in record.items() if n not in ("fields", "entries")}
    for name in ("fields", "entries"):
        inner = record.get(name)
        members |= inner if isinstance(inner, Mapping) else {}
    return {name: canonical(value) for name, value in members.items()}
