"""The service report made on the tablet: rendered from the view, kept as evidence by its hash."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from field_app.device.device import Device
from field_app.device.trouble import Trouble
from field_app.store import evidence, foreign_photos, lost_files, shown, tickets, view
from field_app.store.database import Database
from field_app.store.documents import document
from field_app.store.enrolment import enrolled
from field_app.store.evidence import EvidenceMissing, Kept, Rank
from field_app.visit import work
from shared.operations.digest import canonical, sign_off_holds
from shared.report.blocks import ServiceReport
from shared.report.content import as_signed, content, service_report, to_be_read
from shared.report.furniture import FILE as FURNITURE
from shared.report.furniture import furniture
from shared.report.pdf import render
from shared.report.shown import shown_digest
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


class ShownElsewhere(Trouble):
    """It was signed on another tablet, in words that ours would not be."""

    key = "sync.trouble.shown_elsewhere"


def contents(database: Database, ticket: str) -> ServiceReport:
    """What the report says, to be shown on a screen. Raises UnknownTicket."""
    record = recorded(database, ticket)
    try:
        return service_report(_printed(database, record))
    except ShownElsewhere:
        # To look at it is no reason to be refused it: making it is.
        return service_report(around(database, record))


def make_report(database: Database, device: Device, ticket: str) -> Report:
    """The report of what is shown now. One that carries a valid sign-off is kept as evidence,
    because the customer may be given it; a draft is not. Raises UnknownTicket, DiskLow,
    ShownElsewhere."""
    record = recorded(database, ticket)
    if sign_off_holds(record) and not Ticket.of(record).is_terminal:
        return keep_report(database, device, ticket)
    return _rendered(database, device, record)


def keep_report(database: Database, device: Device, ticket: str) -> Report:
    """The report of what is shown now, kept as evidence unless this very one is kept already.

    Raises UnknownTicket, DiskLow, ShownElsewhere.
    """
    report = _rendered(database, device, recorded(database, ticket))
    record = recorded(database, ticket)
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
    return _render(database, recorded(database, record.id))


def _render(database: Database, record: Record) -> Report:
    subject = _printed(database, record)
    report = service_report(subject)
    strokes = (record.fields.get("sign_off") or {}).get("strokes") or []
    attachments = {
        "record.json": subject.record_json,
        "strokes.json": canonical(strokes),
        FURNITURE: canonical(furniture(subject)),
    }
    photos = subject.pictures(lambda name: foreign_photos.read(database, name))
    pdf = render(report, photos, attachments)
    return Report(
        sha256=evidence.name_of(pdf),
        record_digest=subject.digest,
        folio=subject.folio,
        pdf=pdf,
        content=report,
    )


def _printed(database: Database, record: Record) -> Subject:
    """What the pages are printed from, under the number of this edition."""
    subject = around(database, record)
    subject = replace(subject, shown=_shown(database, subject),
                      carries_shown=enrolled(database).report_format >= 2)  # fmt: skip
    number = edition_number(_reports(record), subject.digest)
    return replace(subject, edition=replace(subject.edition, number=number))


def _shown(database: Database, subject: Subject) -> Mapping[str, Any] | None:
    """The frozen content: of a signature that holds, that which was signed.

    None for a signature that names none, as Folio 0.1.0 took them: it is printed as it was then.
    """
    if not subject.sign_off_holds:
        return content(subject).document()
    sign_off = subject.ticket.record.fields["sign_off"]
    signed = sign_off.get("shown")
    if signed is None:
        return None
    frozen = shown.kept(database, signed) or _worded_alike(subject)
    if shown_digest(frozen) != signed:
        raise ShownElsewhere
    return frozen


def _worded_alike(subject: Subject) -> dict[str, Any]:
    """What this tablet would have shown: the very same, where its catalogues are those of then."""
    read = to_be_read(subject.unsigned)
    return as_signed(read, subject).document()


def around(database: Database, record: Record) -> Subject:
    """A record with what this tablet knows around it."""
    ticket = Ticket.of(record)
    catalogues = {name: document(database, "catalogue", name) for name in CATALOGUES}
    site = document(database, "site", ticket.site)
    return Subject(
        ticket=ticket,
        edition=Edition.of(catalogues["organisation"], site, 1, ZONE, enrolled(database).server),
        asset=tickets.asset(database, ticket.asset),
        customer=document(database, "customer", ticket.customer),
        site=site,
        catalogues=catalogues,
    )


def _reports(record: Record) -> list[Mapping[str, Any]]:
    return [e for e in record.entries.get("evidence", ()) if e.get("kind") == EvidenceKind.REPORT]


def recorded(database: Database, ticket: str) -> Record:
    """The record as this tablet sees it. Raises UnknownTicket."""
    record = view.viewed(database, ticket)
    if record is None:
        raise tickets.UnknownTicket
    return record
