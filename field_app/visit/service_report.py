"""The service report made on the tablet: rendered from the view, kept as evidence by its hash."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from field_app.device.device import Device
from field_app.store import evidence, foreign_photos, lost_files, tickets, view
from field_app.store.database import Database
from field_app.store.documents import document
from field_app.store.enrolment import enrolled
from field_app.store.evidence import EvidenceMissing, Kept, Rank
from field_app.visit import work
from shared.operations.digest import (
    canonical,
    known_folio,
    report_digest,
    report_record,
    sign_off_holds,
)
from shared.report.blocks import ServiceReport
from shared.report.conformity import consent
from shared.report.content import service_report
from shared.report.pdf import render
from shared.report.subject import Edition, Subject, edition_number
from shared.ticket.evidence import EvidenceKind
from shared.ticket.ticket import Record, Ticket
from shared.time.office_hours import ZONE
from shared.time.timestamps import wire_time

CATALOGUES = ("root_causes", "final_classifications", "parts", "people", "organisation")
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was rendered; `sha256` names its bytes, `record_digest` what they say.

    `is_new` when it became evidence only now.
    """

    sha256: str
    record_digest: str
    folio: str
    pdf: bytes
    content: ServiceReport
    is_new: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.folio}.pdf"


def contents(database: Database, ticket: str) -> ServiceReport:
    """What the report says, to be shown on a screen. Raises UnknownTicket."""
    return service_report(_subject(database, _record(database, ticket)))


@dataclass(frozen=True, slots=True)
class Handover:
    """What the customer reads before signing, and the text that they then agree to."""

    content: ServiceReport
    consent: str


def handover(database: Database, ticket: str) -> Handover:
    """The report as if nobody had signed: a void signature is not shown. Raises UnknownTicket."""
    record = _record(database, ticket)
    unsigned = replace(record, fields={k: v for k, v in record.fields.items() if k != "sign_off"})
    subject = _subject(database, unsigned)
    return Handover(service_report(subject), consent(subject))


def make_report(database: Database, device: Device, ticket: str) -> Report:
    """The report of what is shown now. One that carries a valid sign-off is kept as evidence,
    because the customer may be given it; a draft is not. Raises UnknownTicket, DiskLow."""
    record = _record(database, ticket)
    if sign_off_holds(record) and not Ticket.of(record).is_terminal:
        return keep_report(database, device, ticket)
    return _rendered(database, device, record)


def keep_report(database: Database, device: Device, ticket: str) -> Report:
    """The report of what is shown now, kept as evidence unless this very one is kept already."""
    report = _rendered(database, device, _record(database, ticket))
    record = _record(database, ticket)
    if any(entry.get("sha256") == report.sha256 for entry in _reports(record)):
        evidence.keep(database, report.pdf)
        return report
    kept = evidence.keep(database, report.pdf)
    _append(database, device, record, kept, report)
    return replace(report, is_new=True)


def made_again(database: Database, ticket: str, name: str) -> bool:
    """Whether the report of this hash, whose file is gone, could be made again: the record still
    says the same, so the bytes are the same."""
    record = view.viewed(database, ticket)
    if record is None:
        return False
    try:
        report = _render(database, record)
    except EvidenceMissing:
        return False
    if report.sha256 == name:
        evidence.keep(database, report.pdf)
    return report.sha256 == name


def _append(database: Database, device: Device, record: Record, kept: Kept, report: Report) -> None:
    now = device.now()
    entry = {
        "sha256": kept.sha256, "mime": PDF, "size": kept.size,
        "kind": EvidenceKind.REPORT.value, "taken_at": wire_time(now),
        "record_digest": report.record_digest, "folio": report.folio,
    }  # fmt: skip
    with database.transaction():
        evidence.note(database, kept, mime=PDF, rank=Rank.REPORT, ticket=record.id, at=now)
        work.append(database, device, record.id, "evidence", entry)


def _rendered(database: Database, device: Device, record: Record) -> Report:
    """The report; a photo that is found to be lost is said to be, here and to the office."""
    try:
        return _render(database, record)
    except EvidenceMissing:
        if not lost_files.lose_missing(database, record.id, device.now(), device.new_id):
            raise
    return _render(database, _record(database, record.id))


def _render(database: Database, record: Record) -> Report:
    subject = _subject(database, record)
    content = service_report(subject)
    strokes = (record.fields.get("sign_off") or {}).get("strokes") or []
    attachments = {
        "record.json": canonical(report_record(record)),
        "strokes.json": canonical(strokes),
    }
    photos = subject.pictures(lambda name: foreign_photos.read(database, name))
    pdf = render(content, photos, attachments)
    return Report(
        sha256=evidence.name_of(pdf),
        record_digest=report_digest(record),
        folio=known_folio(record),
        pdf=pdf,
        content=content,
    )


def _subject(database: Database, record: Record) -> Subject:
    ticket = Ticket.of(record)
    catalogues = {name: document(database, "catalogue", name) for name in CATALOGUES}
    site = document(database, "site", ticket.site)
    return Subject(
        ticket=ticket,
        edition=_edition(database, record, catalogues["organisation"], site),
        asset=tickets.asset(database, ticket.asset),
        customer=document(database, "customer", ticket.customer),
        site=site,
        catalogues=catalogues,
    )


def _edition(
    database: Database, record: Record, organisation: Mapping[str, Any], site: Mapping[str, Any]
) -> Edition:
    number = edition_number(_reports(record), report_digest(record))
    return Edition.of(organisation, site, number, ZONE, enrolled(database).server)


def _reports(record: Record) -> list[Mapping[str, Any]]:
    return [e for e in record.entries.get("evidence", ()) if e.get("kind") == EvidenceKind.REPORT]


def _record(database: Database, ticket: str) -> Record:
    record = view.viewed(database, ticket)
    if record is None:
        raise tickets.UnknownTicket
    return record
