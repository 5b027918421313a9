"""One ticket as its page shows it, gathered in one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from shared.operations.digest import sign_off_holds
from shared.operations.merge import Versioned
from shared.sla.reading import readings
from shared.ticket.asset import Asset
from shared.ticket.evidence import Evidence, Loss
from shared.ticket.people import SYSTEM
from shared.ticket.records import checked
from shared.ticket.ticket import Ticket
from shared.ticket.work import Note
from sync_server.archive import archive_search
from sync_server.console.tickets import history, sla_badges, wording
from sync_server.console.tickets.checklist import Checklist, checklist
from sync_server.console.tickets.commands import Command, commands_for
from sync_server.console.tickets.conflict_view import Dispute, disputes
from sync_server.console.tickets.difference_view import DifferingReport, differing_report
from sync_server.console.tickets.history import Happening
from sync_server.console.tickets.sla_badges import Promise
from sync_server.console.tickets.strokes import Drawing, drawing
from sync_server.console.tickets.waiting_view import Waiting, attention_words, waiting
from sync_server.console.tickets.wording import RegisterWords
from sync_server.console.web import badges
from sync_server.console.web.badges import Mark
from sync_server.console.web.dependencies import CannotBeShown, NotHere
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.page import Page
from sync_server.database.tables import blob, outbox
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.records import records
from sync_server.tickets import (
    conflicts,
    evidence_rights,
    late_arrivals,
    merging,
    notes,
    operation_log,
    register_differences,
    store,
)
from sync_server.tickets.notes import NoteAuthor


@dataclass(frozen=True, slots=True)
class File:
    """A piece of evidence, and whether its bytes are here; `loss` when its tablet lost them,
    `loss_reason` in words."""

    evidence: Evidence
    kind: str
    is_here: bool
    is_readable: bool
    loss: Loss | None = None
    loss_reason: str = ""

    @property
    def is_picture(self) -> bool:
        return self.evidence.mime.startswith("image/")


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note, who wrote it and as what; `internal` when it was written in the office."""

    text: str
    at: datetime | None
    by: str
    role: str
    internal: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """Everything on a ticket's page; `tag` changes whenever any of it does."""

    ticket: Ticket
    tag: str
    state: Mark
    priority: Mark
    flags: Sequence[Mark]
    clocks: Sequence[Promise]
    formatting: Formatting
    asset: Asset | None
    customer: Mapping[str, Any]
    site: Mapping[str, Any]
    photos: Sequence[File]
    reports: Sequence[File]
    archived: Sequence[Any]
    signature: Drawing | None
    sign_off_holds: bool
    checklist: Checklist
    disputes: Sequence[Dispute]
    differing: DifferingReport | None
    registers: Sequence[RegisterWords]
    late: Sequence[tuple[Row[Any], Happening]]
    notes: Sequence[NoteLine]
    happenings: Sequence[Happening]
    waiting: Waiting
    attention: str
    merged: Sequence[Row[Any]]
    merged_to: str
    commands: Sequence[Command]

    @property
    def doc(self) -> Mapping[str, Any]:
        """The record's fields as they are."""
        return self.ticket.record.fields


def the_ticket(tx: Transaction, page: Page, id: str) -> Ticket:
    """The ticket, if there is one and the visitor may see it. Raises NotHere, CannotBeShown."""
    return _known(tx, page, id)[0]


def _known(tx: Transaction, page: Page, id: str) -> tuple[Ticket, Versioned]:
    found = store.load(tx, id)
    if found is None:
        raise NotHere(page)
    try:
        ticket = Ticket.of(found.record)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise CannotBeShown(page, id) from error
    if not page.may(Action.SEE_TICKET, ticket):
        raise NotHere(page)
    return ticket, found


def at_its_site(tx: Transaction, page: Page, id: str) -> Page:
    """The page with all times of this ticket in the zone of its site. Raises NotHere."""
    ticket = the_ticket(tx, page, id)
    return page.at_site(_doc(tx, "site", ticket.site), ticket.created_at)


def look(tx: Transaction, page: Page, id: str) -> TicketView:
    """Everything that the visitor may see of this ticket. Raises NotHere."""
    ticket, versioned = _known(tx, page, id)
    formatting = Formatting(tx, page)
    files, received = _files(tx, ticket, formatting)
    asset = records.get(tx, "asset", ticket.asset)
    told = history.of_ticket(tx, page, id)
    return TicketView(
        ticket=ticket,
        tag=tag(tx, ticket),
        state=badges.state(ticket.state, page.language),
        priority=badges.priority(ticket.priority, page.language),
        flags=badges.flags(ticket.flags, page.language),
        clocks=[
            sla_badges.promise(reading, page.language)
            for reading in readings(ticket.record, page.context.calendar, page.now)
        ],
        formatting=formatting,
        asset=Asset.of(asset.id, checked("asset", asset.id, asset.doc).doc) if asset else None,
        customer=_doc(tx, "customer", ticket.customer),
        site=_doc(tx, "site", ticket.site),
        photos=[f for f in files if f.evidence.kind not in ("report", "signature")],
        reports=[f for f in files if f.evidence.kind == "report"],
        archived=archive_search.of_ticket(tx, id),
        signature=drawing(ticket.sign_off.strokes) if ticket.sign_off else None,
        sign_off_holds=sign_off_holds(ticket.record),
        checklist=checklist(tx, ticket, received),
        disputes=disputes(tx, formatting, conflicts.open_of(tx, id), {id: ticket.record.fields}),
        differing=differing_report(tx, page, ticket, formatting),
        registers=wording.told(tx, register_differences.of_ticket(tx, id), formatting),
        late=_late(tx, page, id),
        notes=_notes(tx, page, ticket, formatting),
        happenings=told,
        waiting=waiting(tx, page, versioned),
        attention=attention_words(page, ticket.record),
        merged=merging.merged_into(tx, ticket.folio),
        merged_to=_id_of(tx, ticket.record.fields.get("merged_into")),
        commands=commands_for(tx, page, ticket),
    )


def tag(tx: Transaction, ticket: Ticket) -> str:
    """Something that differs when the page would: the log's end, and which files are here."""
    names = evidence_rights.granted(tx, ticket.id)
    here = tx.scalar(select(func.count()).where(blob.c.sha256.in_(names))) if names else 0
    seen = [row.seen_at is not None for row in late_arrivals.of_ticket(tx, ticket.id)]
    told = [row.seen_at is not None for row in register_differences.of_ticket(tx, ticket.id)]
    lines = len(operation_log.history(tx, ticket.id))
    mails = select(func.count(), func.count(outbox.c.sent_at), func.count(outbox.c.dead_at))
    mailed = ".".join(str(n) for n in tx.execute(mails.where(outbox.c.ticket == ticket.id)).one())
    merged = merging.how_many_merged_into(tx, ticket.folio)
    looked = f"{sum(seen)}.{len(seen)}-{sum(told)}.{len(told)}"
    return f"{ticket.rev}-{lines}-{here}-{looked}-{mailed}-{merged}"


def _id_of(tx: Transaction, folio: Any) -> str:
    found = store.by_folio(tx, folio) if isinstance(folio, str) and folio else None
    return found.record.id if found else ""


def _doc(tx: Transaction, kind: str, id: str | None) -> Mapping[str, Any]:
    stored = records.get(tx, kind, id)
    return checked(kind, stored.id, stored.doc).doc if stored else {}


def _files(
    tx: Transaction, ticket: Ticket, formatting: Formatting
) -> tuple[list[File], dict[str, bool]]:
    names = evidence_rights.granted(tx, ticket.id)
    rows = tx.rows(select(blob.c.sha256, blob.c.readable).where(blob.c.sha256.in_(names)))
    received = {row.sha256: row.readable is not False for row in rows}
    files = [
        File(e, formatting.phrases.code("evidence", e.kind), e.sha256 in received,
             received.get(e.sha256, True), *_loss(ticket, e, formatting))
        for e in ticket.evidence
    ]  # fmt: skip
    return files, received


def _loss(ticket: Ticket, file: Evidence, formatting: Formatting) -> tuple[Loss | None, str]:
    loss = ticket.bytes_lost.get(file.sha256)
    return loss, formatting.phrases.code("loss", loss.reason) if loss else ""


def _notes(tx: Transaction, page: Page, ticket: Ticket, formatting: Formatting) -> list[NoteLine]:
    authors = notes.authors(tx, [ticket.id] if ticket.notes else [])[ticket.id]
    return [_note(note, authors.get(note.id), page, formatting) for note in ticket.notes]


def _note(note: Note, author: NoteAuthor | None, page: Page, formatting: Formatting) -> NoteLine:
    if author is None:
        return NoteLine(note.text, note.at, page.t("ticket.note_by_nobody"), "", internal=True)
    by = formatting.person(author.user)
    role = "" if author.user == SYSTEM.id else page.t(f"process.role.{author.role}")
    return NoteLine(note.text, note.at, by, role, author.in_office)


def _late(tx: Transaction, page: Page, id: str) -> list[tuple[Row[Any], Happening]]:
    told = {}
    rows = late_arrivals.of_ticket(tx, id)
    if rows:
        told = history.by_line(tx, page, [row.operation for row in rows])
    return [(row, told[row.operation]) for row in rows if row.operation in told]
