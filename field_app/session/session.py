"""The one changing thing on the tablet: what the screens read, and everything they may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from field_app.session.onboarding import Onboarding
from field_app.session.session_state import Locked, NotEnrolled
from field_app.session.session_state import Stage as Stage
from field_app.store import answers, catalogue, drafts, evidence, tickets, view, waiting
from field_app.store.catalogue import Catalogue
from field_app.store.documents import document
from field_app.store.ticket_index import Shelf
from field_app.store.tickets import TicketDetail, Window
from field_app.store.waiting import Waiting
from field_app.visit import capture, closing, handover, service_report, texts, work
from field_app.visit.closing import SignOffStatus, Statement
from field_app.visit.handover import Handover
from field_app.visit.service_report import Report
from shared.closure.missing import Missing
from shared.operations.digest import shown_content
from shared.report.blocks import ServiceReport
from shared.sla.reading import readings
from shared.sla.sla import ClockReading
from shared.ticket.asset import PastService
from shared.ticket.ticket import Record
from shared.time.office_hours import calendar_of
from shared.words import language_of, t

RECURRENCE = timedelta(days=90)
"""«Radar de reincidencia». R122."""


class Session(Onboarding):
    """Every change is durable when its method returns; the screen may then say «Guardado»."""

    # Reads

    def today(
        self, search: str = "", filter: str = "open", offset: int = 0, limit: int = 50
    ) -> Window:
        """«Mi día»: a window on one shelf (open, waiting, done) or all."""
        shelf = None if filter == "all" else Shelf(filter)
        return tickets.window(self.database, search=search, shelf=shelf, offset=offset, limit=limit)

    def counts(self) -> Mapping[str, int]:
        return tickets.counts(self.database)

    def ticket(self, ticket: str) -> TicketDetail:
        return tickets.detail(self.database, ticket)

    def catalogue(self) -> Catalogue:
        me = self.user
        if me is None:
            raise NotEnrolled
        return catalogue.catalogue(self.database, me.id)

    def terms(self, record: Record, now: datetime) -> tuple[ClockReading, ...]:
        """Each term of a ticket as it stands, on the office's calendar."""
        organisation = document(self.database, "catalogue", "organisation")
        return readings(record, calendar_of(organisation.get("calendar")), now)

    def zone(self, ticket: str | None = None) -> ZoneInfo:
        """In which zone a ticket's times are said; without a ticket, the organisation's."""
        return tickets.zone(self.database, ticket)

    def recurrence(self, ticket: str) -> list[PastService]:
        """«Radar de reincidencia»: same asset, same cause, within 90 days."""
        read = self.ticket(ticket).ticket
        since = self.now() - RECURRENCE
        return tickets.recurrence(self.database, read.asset, read.root_cause, since)

    def checklist(self, ticket: str) -> list[Missing]:
        return closing.checklist(self.database, ticket)

    def thumbnail(self, sha256: str) -> bytes | None:
        return evidence.thumbnail(self.database, sha256)

    def evidence(self, sha256: str) -> bytes:
        return evidence.read(self.database, sha256)

    def waiting(self) -> list[Waiting]:
        return waiting.waiting(self.database)

    def low_space(self) -> int | None:
        """Megabytes left when that is little, else None."""
        free = evidence.free_space(self.database)
        return free // 1_000_000 if free < self.settings.space_warning else None

    # Work

    def set_field(self, ticket: str, **fields: Any) -> None:
        self._working()
        if work.set_fields(self.database, self.device, ticket, fields) is not None:
            self._worked()

    def append(self, ticket: str, collection: str, **entry: Any) -> str:
        self._working()
        id = work.append(self.database, self.device, ticket, collection, entry)
        self._worked()
        return id

    def void(self, ticket: str, collection: str, id: str, reason: str) -> None:
        self._working()
        work.void(self.database, self.device, ticket, collection, id, reason)
        self._worked()

    def command(self, ticket: str, name: str, **body: Any) -> None:
        self._working()
        work.command(self.database, self.device, ticket, name, body)
        self._worked()

    def arrive(self, ticket: str) -> None:
        self._working()
        work.arrive(self.database, self.device, ticket)
        self._worked()

    def create_ticket(self, **fields: Any) -> str:
        self._working()
        ticket = work.create(self.database, self.device, fields)
        self._worked()
        return ticket

    def keep_photo(self, ticket: str, kind: str, data: bytes, caption: str = "") -> str:
        self._working()
        id = capture.keep_photo(
            self.database, self.device, self.settings, ticket, kind, data, caption
        )
        self._worked()
        return id

    def keep_file(self, ticket: str, kind: str, data: bytes, mime: str, caption: str = "") -> str:
        self._working()
        id = capture.keep_file(self.database, self.device, ticket, kind, data, mime, caption)
        self._worked()
        return id

    def acknowledge(self, ticket: str) -> None:
        """A person has seen the conflicts and changes of a ticket."""
        answers.acknowledge(self.database, ticket)
        self.changed()

    # Texts

    def text_draft(self, ticket: str, name: str) -> texts.Draft | None:
        """What was typed and is no operation yet."""
        return texts.draft(self.database, ticket, name)

    def draft_text(self, ticket: str, name: str, text: str, base: str) -> None:
        """Keep it as a draft; `base` is what the record said when it was begun."""
        texts.save(self.database, ticket, name, text, base)

    def drop_text(self, ticket: str, name: str) -> None:
        texts.drop(self.database, ticket, name)

    def keep_text(self, ticket: str, name: str, text: str) -> None:
        """Make an operation of it where the record says something else; the draft ends."""
        self._working()
        texts.keep(self.database, self._scribe(), ticket, name, text)
        self._worked()

    def unadded(self, ticket: str) -> list[texts.Draft]:
        """Texts that are only drafts: not added yet, or not to be written as they stand."""
        return texts.unadded(self.database, ticket)

    @property
    def locale(self) -> str:
        """How figures are written: as in flet.toml, or as in the language chosen instead."""
        first = self.settings.locale
        return first if language_of(first) == self.language else self.language

    # Drafts and preferences

    def draft(self, ticket: str, name: str) -> Any | None:
        return drafts.draft(self.database, ticket, name)

    def save_draft(self, ticket: str, name: str, value: Any) -> None:
        drafts.save_draft(self.database, ticket, name, value)

    def drop_draft(self, ticket: str, name: str) -> None:
        drafts.drop_draft(self.database, ticket, name)

    def preference(self, name: str, default: Any = None) -> Any:
        return self._database.fact(f"preference:{name}", default) if self._database else default

    def set_preference(self, name: str, value: Any) -> None:
        self.database.remember(f"preference:{name}", value)
        self.changed()

    def set_language(self, language: str) -> None:
        self.database.remember("language", language)
        self.changed()

    # Signing and closing

    def begin_signing(self, ticket: str) -> None:
        """Hand the tablet to the customer: locked to this ticket until the PIN, restarts too.

        Nothing is only a draft then: raises NotAdded while something is.
        """
        self._working()
        work.changeable(self.database, ticket)
        self._keep_texts(ticket)
        self.database.remember("signing", ticket)
        self.signing = ticket
        self.changed()

    def end_signing(self, digits: str) -> None:
        """Take the tablet back. Raises WrongPin, PinWait, PinBlocked."""
        self._try_pin(digits)
        self.database.remember("signing", None)
        self.signing, self._unlocked = None, True
        self.changed()

    def shown(self, ticket: str) -> dict[str, Any]:
        """What the customer has before their eyes, as it will be bound to their signature."""
        record = view.viewed(self.database, ticket)
        if record is None:
            raise tickets.UnknownTicket
        return shown_content(record)

    def sign(
        self, ticket: str, outcome: str, *, strokes: Sequence[Any] | None = None, **said: Any
    ) -> None:
        """Keep the customer's word. `said`: the other members of closing.Statement."""
        self._working()
        ink = self.draft(ticket, handover.STROKES) or () if strokes is None else strokes
        closing.sign(self.database, self.device, ticket, Statement(outcome, strokes=ink, **said))
        self._worked()

    def sign_off_status(self, ticket: str) -> SignOffStatus:
        return closing.sign_off_status(self.database, ticket)

    def preview(self, ticket: str) -> ServiceReport:
        return service_report.contents(self.database, ticket)

    def handover(self, ticket: str) -> Handover:
        """What the customer reads and agrees to, in their language."""
        return handover.handover(self.database, ticket)

    def keep_read(self, ticket: str, read: Handover) -> None:
        """The customer has read it to its end: this is what they sign."""
        handover.keep_read(self.database, ticket, read)

    def report(self, ticket: str) -> Report:
        report = service_report.make_report(self.database, self.device, ticket)
        if report.is_new:
            self._worked()
        return report

    def finalise(self, ticket: str) -> list[Missing]:
        self._working()
        self._keep_texts(ticket)
        missing = closing.finalise(self.database, self.device, ticket)
        self._worked()
        return missing

    # The office

    def sync_now(self) -> None:
        """Start a round now, whatever the schedule says."""
        self._office.poke()

    def rescue_package(self, passphrase: str) -> bytes:
        """«Paquete de rescate». Raises WeakPassphrase."""
        return self._office.rescue(self.database, passphrase)

    def rescue_name(self) -> str:
        """A file name for it."""
        return f"folio-{self.now():%Y%m%d-%H%M}.rescue"

    # Below

    def _working(self) -> None:
        if self.stage not in (Stage.OPEN, Stage.SIGNING):
            raise Locked

    def _keep_texts(self, ticket: str) -> None:
        texts.keep_all(self.database, self._scribe(), ticket)
        if texts.unadded(self.database, ticket):
            raise texts.NotAdded

    def _scribe(self) -> texts.Scribe:
        return texts.Scribe(self.device, self.locale, t("tablet.void.reason", self.language))

    def _worked(self) -> None:
        self.changed()
        self._office.nudge()
