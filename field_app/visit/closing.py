"""The way out of a ticket: the customer's word, the report, the checklist, and the asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from field_app.device.device import Device
from field_app.device.settings import read_settings
from field_app.device.trouble import Trouble
from field_app.store import drafts, evidence, operation_queue, tickets, view
from field_app.store.database import Database
from field_app.store.documents import document
from field_app.store.enrolment import enrolled
from field_app.store.evidence import Rank
from field_app.visit import handover, service_report, work
from field_app.visit.capture import JPEG
from field_app.visit.handover import FORM, READ, STROKES
from field_app.visit.service_report import Report
from shared.closure.checklist import closure_checklist, current_version
from shared.closure.facts import Fetched, checklist_facts
from shared.closure.missing import ChecklistFacts, Missing
from shared.operations.digest import sign_off_digest, sign_off_holds
from shared.report.photos import prepare
from shared.report.signature import preview
from shared.ticket.evidence import EvidenceKind
from shared.ticket.sign_off import SIGNED, SignOff, is_enough_ink
from shared.ticket.ticket import Record, Ticket
from shared.ticket.work import not_voided
from shared.time.timestamps import wire_time
from shared.words import t

SIGNATURE_PIXELS = (900, 300)


class SignatureEmpty(Trouble):
    """Somebody said they sign, and left no line."""

    key = "sync.trouble.signature_empty"


class SignatureShort(Trouble):
    """The lines are too short to be anybody's signature."""

    key = "sync.trouble.signature_short"


class SignOffStatus(StrEnum):
    """Whether there is a sign-off, and whether it still speaks of what is shown."""

    NONE = "none"
    VALID = "valid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Statement:
    """What the customer said: `outcome` is a SignOffOutcome; `typed` with `witness` replaces ink.

    `text` is exactly what they agreed to, in the language of `locale`; `rating` 1–5 or None.
    """

    outcome: str
    name: str = ""
    position: str = ""
    reason: str = ""
    remarks: str = ""
    strokes: Sequence[Any] = ()
    typed: str = ""
    witness: str = ""
    text: str = ""
    locale: str = "es-MX"
    rating: int | None = None
    comment: str = ""


def sign(database: Database, device: Device, ticket: str, statement: Statement) -> None:
    """Bind the customer's statement to exactly what they read.

    Raises SignatureEmpty, SignatureShort, ReadAgain, DiskLow.
    The sign-off, its picture, the rating and the end of the drafts are one transaction.
    """
    sign_off = _sign_off(database, device, statement)
    read = SignOff.of(sign_off)
    if statement.outcome in SIGNED and not (read and read.is_signed):
        raise SignatureEmpty
    if statement.outcome in SIGNED and statement.strokes and not is_enough_ink(statement.strokes):
        raise SignatureShort
    picture = _picture(database, device, statement.strokes)
    with database.transaction():
        record = work.changeable(database, ticket)
        rated: dict[str, Any] = {}
        if statement.rating is not None:
            rated["satisfaction"] = {"rating": statement.rating, "comment": statement.comment}
        said = record.with_fields({**rated, "sign_off": sign_off})
        sign_off["shown"] = handover.freeze(database, said, statement.locale)
        digest = sign_off_digest(record, sign_off)
        work.sign(database, device, ticket, {**sign_off, "digest": digest})
        _replace_picture(database, device, record, picture)
        if rated:
            work.set_fields(database, device, ticket, rated)
        for name in (STROKES, FORM, READ):
            drafts.drop_draft(database, ticket, name)


def _sign_off(database: Database, device: Device, statement: Statement) -> dict[str, Any]:
    said = {
        name: getattr(statement, name)
        for name in ("outcome", "name", "position", "reason", "remarks", "typed", "witness",
                     "text", "locale")
        if getattr(statement, name)
    }  # fmt: skip
    place = device.position()
    return {
        "id": device.new_id(),
        **said,
        "strokes": [[list(point) for point in stroke] for stroke in statement.strokes],
        "signed_at": wire_time(device.now()),
        "device": {
            "name": device.name,
            "app": read_settings().version,
            "clock_offset": round(enrolled(database).skew.total_seconds(), 1),
        },
        **({"place": dict(place)} if place else {}),
    }


def _picture(database: Database, device: Device, strokes: Sequence[Any]) -> evidence.Kept | None:
    """The ink as a picture, for whoever cannot draw vectors. The vectors are what counts."""
    zone = device.now().tzinfo
    if not any(strokes) or zone is None:
        return None
    return evidence.keep(database, prepare(preview(strokes, *SIGNATURE_PIXELS), zone).jpeg)


def _replace_picture(
    database: Database, device: Device, record: Record, picture: evidence.Kept | None
) -> None:
    for entry in not_voided(record.entries, "evidence"):
        if entry.get("kind") == EvidenceKind.SIGNATURE:
            work.void(database, device, record.id, "evidence", entry["id"], t("sync.signed_again"))
    if picture is None:
        return
    now = device.now()
    evidence.note(database, picture, mime=JPEG, rank=Rank.SIGNATURE, ticket=record.id, at=now)
    entry = {
        "sha256": picture.sha256, "mime": JPEG, "size": picture.size,
        "kind": EvidenceKind.SIGNATURE.value, "taken_at": wire_time(now),
    }  # fmt: skip
    work.append(database, device, record.id, "evidence", entry)


def sign_off_status(database: Database, ticket: str) -> SignOffStatus:
    """«El informe cambió. La firma anterior ya no es válida.» when VOID. Raises UnknownTicket."""
    record = view.viewed(database, ticket)
    if record is None:
        raise tickets.UnknownTicket
    if not record.fields.get("sign_off"):
        return SignOffStatus.NONE
    return SignOffStatus.VALID if sign_off_holds(record) else SignOffStatus.VOID


def checklist(database: Database, ticket: str) -> list[Missing]:
    """All that is missing as far as the tablet can know. Raises UnknownTicket."""
    record = view.viewed(database, ticket)
    if record is None:
        raise tickets.UnknownTicket
    read = Ticket.of(record)
    return closure_checklist(read, _known(database, read))


def _known(database: Database, ticket: Ticket) -> ChecklistFacts:
    me = enrolled(database)
    fetched = Fetched(
        asset=document(database, "asset", ticket.asset),
        stock=document(database, "stock", me.user.id),
        root_causes=document(database, "catalogue", "root_causes"),
        parts=document(database, "catalogue", "parts"),
        final_classifications=document(database, "catalogue", "final_classifications"),
        organisation=document(database, "catalogue", "organisation"),
    )
    captured = (
        (operation.kind, me.user.id, operation.captured_at)
        for operation in operation_queue.of_ticket(database, ticket.id)
    )
    return checklist_facts(ticket, fetched, captured, me.skew)


def finalise(database: Database, device: Device, ticket: str) -> list[Missing]:
    """Ask the office to close. What is missing comes back, and then nothing was asked.

    The report is made, kept and named in the command. Raises CommandRefused, DiskLow, ReadOnly,
    ShownElsewhere, TicketClosed, UnknownTicket.
    """
    work.changeable(database, ticket)
    missing = checklist(database, ticket)
    if missing:
        return missing
    report = service_report.keep_report(database, device, ticket)
    work.command(database, device, ticket, "finalise", _asking(report))
    return []


def _asking(report: Report) -> Mapping[str, Any]:
    return {
        "record_digest": report.record_digest, "report": report.sha256, "folio": report.folio,
        "checklist": current_version(),
    }  # fmt: skip
