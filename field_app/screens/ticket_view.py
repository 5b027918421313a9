"""One ticket as its screens see it: read once for each drawing, with the ways to change it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from field_app.parts.field import Marks
from field_app.parts.saving_text import SavingText
from field_app.screens.page_state import PageState
from field_app.screens.steps import done_steps, following, ordered, route
from field_app.store.catalogue import Catalogue, Part, RootCause
from field_app.store.tickets import TicketDetail
from shared.closure.missing import Missing
from shared.sla.sla import ClockReading
from shared.ticket.asset import PastService
from shared.ticket.ticket import Ticket
from shared.words.figures import NotWhole, whole_figure

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

EDITABLE = frozenset({"work", "to_correct"})
"""Stages in which the engineer may still change what was captured."""


@dataclass(frozen=True, eq=False)
class TicketView:
    """`missing` is the checklist of now; `detail.missing` is what the office answered with."""

    page: PageState
    detail: TicketDetail
    missing: tuple[Missing, ...]
    catalogue: Catalogue
    sign_off: str
    step: str
    zone: ZoneInfo

    @property
    def zone_said(self) -> str:
        """The zone of all times on this ticket's screens, in words."""
        return self.page.zone_said(self.zone, self.ticket.created_at, self.page.minute)

    @property
    def id(self) -> str:
        return self.detail.ticket.id

    @property
    def ticket(self) -> Ticket:
        return self.detail.ticket

    @property
    def asked(self) -> bool:
        """Whether the engineer has finalised and nothing came back to be corrected."""
        return self.detail.stage not in EDITABLE

    @property
    def editable(self) -> bool:
        return not self.detail.read_only and not self.asked

    @property
    def may_take_focus(self) -> bool:
        """Whether a field may open the keyboard by itself. In a browser whose reader is on, what
        is typed after that can be lost: there one taps."""
        return self.editable and not self.page.web

    @property
    def done(self) -> frozenset[str]:
        return done_steps(self.ticket, self.missing, self.asked)

    @property
    def progress(self) -> tuple[int, int]:
        """Steps done, of how many."""
        return len(self.done), len(ordered())

    @property
    def marks(self) -> Marks:
        """The words under a field that saves itself."""
        say = self.page.say
        return Marks(
            say("field.typing"), say("field.kept"), say("field.unadded"), say("field.offered"),
            say("field.accept"), say("field.unprintable"),
        )  # fmt: skip

    def text(self, name: str, given: str) -> SavingText:
        """A text of this ticket that becomes an operation by itself; see field_app.visit.texts."""
        return self.page.texts.saving(
            self.id, name, given, lambda keeping: replace(keeping, refuse=self.page.too_long)
        )

    def count(self, name: str, given: int | None) -> SavingText:
        """A figure of this ticket, typed as the locale writes it."""
        page, shown = self.page, "" if given is None else str(given)

        def normal(text: str) -> str:
            try:
                return str(whole_figure(text, page.session.locale)) if text.strip() else ""
            except NotWhole:
                return text.strip()

        return page.texts.saving(
            self.id, name, shown,
            lambda keeping: replace(keeping, refuse=page.not_a_count, normal=normal),
        )  # fmt: skip

    def draft(self, name: str) -> SavingText:
        """A text that is kept, but added only when one says so."""
        return self.page.texts.draft(
            self.id, name, lambda keeping: replace(keeping, refuse=self.page.too_long)
        )

    def fresh(self) -> Ticket:
        """The ticket as it is at this moment: a field may have been saved since it was drawn."""
        return self.page.session.ticket(self.id).ticket

    def lacks(self, field: str) -> Missing | None:
        """What the checklist says of one field."""
        return next((item for item in self.missing if item.field == field), None)

    def set(self, **fields: Any) -> bool:
        """Write fields; whether they are kept."""
        return self.page.attempt(lambda: self.page.session.set_field(self.id, **fields))

    def append(self, collection: str, **entry: Any) -> bool:
        """Add an entry; whether it is kept."""
        return self.page.attempt(lambda: self.page.session.append(self.id, collection, **entry))

    def void(self, collection: str, entry: str) -> bool:
        """Take an entry back; it stays in the log."""
        reason = self.page.say("void.reason")
        return self.page.attempt(lambda: self.page.session.void(self.id, collection, entry, reason))

    def go(self, step: str) -> None:
        """To another screen of this ticket."""
        self.page.go(route(self.id, step))

    def go_on(self) -> None:
        """To the next step."""
        self.go(following(self.step))

    def urgent_term(self) -> ClockReading | None:
        """The term that runs out first of those still open."""
        return self.page.urgent_term(self.ticket.record, self.detail.stage)

    def cause(self) -> RootCause | None:
        """The root cause chosen, in the catalogue."""
        return self.find_cause(self.ticket.root_cause)

    def find_cause(self, code: str | None) -> RootCause | None:
        return next((cause for cause in self.catalogue.root_causes if cause.code == code), None)

    def cause_words(self, code: str) -> str:
        cause = self.find_cause(code)
        return cause.label(self.page.language) if cause else code

    def part(self, code: str) -> Part | None:
        return next((part for part in self.catalogue.parts if part.code == code), None)

    def part_words(self, code: str) -> str:
        part = self.part(code)
        return part.label(self.page.language) if part else code

    def likely_parts(self) -> tuple[Part, ...]:
        """Parts that go with the cause, or, before there is one, with the causes of earlier; what
        is in the van comes first."""
        causes = [self.ticket.root_cause] if self.ticket.root_cause else self._causes_before()
        codes = [code for c in causes if (cause := self.find_cause(c)) for code in cause.parts]
        found = [part for code in dict.fromkeys(codes) if (part := self.part(code)) is not None]
        return tuple(sorted(found, key=lambda part: not self.catalogue.stock.get(part.code)))[:4]

    def _causes_before(self) -> Iterable[str]:
        return dict.fromkeys(past.root_cause for past in self.history() if past.root_cause)

    def history(self) -> tuple[PastService, ...]:
        """Earlier services of this asset, the newest first."""
        past = self.detail.asset.history if self.detail.asset else ()
        return tuple(sorted(past, key=lambda p: p.opened_at or _LONG_AGO, reverse=True))


def read_view(page: PageState, ticket_id: str, step: str) -> TicketView:
    """The ticket as it stands now. Raises UnknownTicket."""
    session = page.session
    return TicketView(
        page=page,
        detail=session.ticket(ticket_id),
        missing=tuple(session.checklist(ticket_id)),
        catalogue=session.catalogue(),
        sign_off=session.sign_off_status(ticket_id),
        step=step,
        zone=session.zone(ticket_id),
    )
