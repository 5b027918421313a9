"""The state of one open page: the tablet's session, and what only this page knows.

The session is one for the process and speaks from any thread; Flet draws a page again only when
something observable of that page changes on its loop. The page state is that something.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import flet as ft

from field_app.device.trouble import Trouble
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import DANGER, OK, RAIL_FROM, SIDE_BY_SIDE_FROM, Brand
from field_app.screens.page_texts import PageTexts
from field_app.session.session import Session, Stage
from field_app.session.status import SyncStatus
from field_app.store.ticket_index import WorkStage
from shared.sla.reading import most_urgent
from shared.sla.sla import ClockReading
from shared.ticket.shapes import LONGEST_TEXT
from shared.ticket.ticket import Record
from shared.time.zones import offsets
from shared.words import t, tn, word_of
from shared.words.figures import NotWhole, whole_figure
from shared.words.zones import zone_words

log = logging.getLogger("folio.screen")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class News:
    """A sentence to be read once, with its colour; gone when dismissed or on another screen."""

    words: str
    tone: ft.Colors


@ft.observable
class Strip:
    """The sync status, apart from it: it moves often, and only the strip is drawn again."""

    def __init__(self, status: SyncStatus) -> None:
        self.status = status


@ft.observable
class PageState:
    """What screens read and call. Plain attributes; a change of one draws its readers again."""

    def __init__(
        self,
        session: Session,
        brand: Brand,
        *,
        width: float,
        height: float,
        web: bool = False,
        has_camera: bool = False,
    ) -> None:
        self.session = session
        self.brand = brand
        self.strip = Strip(session.status)
        self.revision = session.revision
        self.stage: Stage = session.stage
        self.language: str = session.language
        self.minute = session.now().replace(second=0, microsecond=0)
        self.theme: str = session.preference("theme", session.settings.theme)
        self.width = width
        self.height = height
        self.web = web
        self.has_camera = has_camera
        # A service belongs to the page it is made on, and is made once.
        self.picker = ft.FilePicker()
        self.share = ft.Share()
        self.clipboard = ft.Clipboard()
        self.news: News | None = None
        self.search = ""
        self.searched = TextInHand()
        self.shelf = "open"
        self.limit = 50
        self._touched = session.now()
        self.texts = PageTexts(session, self.attempt)

    @property
    def is_open(self) -> bool:
        """Whether screens may be drawn: locking redraws them once more, and then not."""
        return self.session.stage is Stage.OPEN

    @property
    def narrow(self) -> bool:
        """A phone: one column, a bar at the bottom."""
        return self.width < RAIL_FROM

    @property
    def side_by_side(self) -> bool:
        """Room for a list beside its detail."""
        return self.width >= SIDE_BY_SIDE_FROM

    def say(self, key: str, **values: object) -> str:
        """Words of the screens."""
        return t(f"tablet.{key}", self.language, **values)

    def say_count(self, key: str, count: int, **values: object) -> str:
        """Words of the screens that depend on a number, in its plural form."""
        return tn(f"tablet.{key}", count, self.language, **values)

    def term(self, key: str) -> str:
        """A code of the process in words; one of another version, or no code at all, as it is."""
        return word_of(key, self.language)

    def urgent_term(self, record: Record, stage: str) -> ClockReading | None:
        """The term that runs out first; none once the engineer has finalised, until the office
        says when the work was done."""
        if stage == WorkStage.ASKED:
            return None
        return most_urgent(self.session.terms(record, self.minute))

    def too_long(self, text: str) -> str:
        """What to say of a text that no operation can carry; nothing of any other."""
        if len(text) <= LONGEST_TEXT:
            return ""
        return self.say("field.too_long", count=f"{len(text):,}", most=f"{LONGEST_TEXT:,}")

    def not_a_count(self, text: str) -> str:
        """What to say of what stands in a number field; nothing of a count, or of no text."""
        try:
            if text.strip():
                whole_figure(text, self.session.locale)
        except NotWhole as error:
            return self.say(f"field.{error.why}")
        return ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that belong to no ticket: the organisation's."""
        return self.session.zone()

    def zone_said(self, zone: ZoneInfo, *times: datetime | None) -> str:
        """A zone in words, with how far from UTC it is at these times."""
        return zone_words(zone, offsets(zone, *times), self.language)

    def now(self) -> datetime:
        """The device's clock."""
        return self.session.now()

    def mirror(self) -> None:
        """Take over what the session has become. On the page's loop."""
        self.strip.status = self.session.status
        self.stage = self.session.stage
        self.language = self.session.language
        self.theme = self.session.preference("theme", self.session.settings.theme)
        self.revision = self.session.revision
        if self.stage not in (Stage.OPEN, Stage.SIGNING):
            self.texts.let_go()

    def paused(self) -> None:
        """Nobody may come back to this page: what was typed is kept now."""
        self.texts.keep_all()

    def tick(self) -> None:
        """A minute has begun: terms are counted anew, and an idle tablet locks itself."""
        now = self.session.now()
        self.minute = now.replace(second=0, microsecond=0)
        idle = (now - self._touched).total_seconds() / 60
        if self.stage is Stage.OPEN and idle >= self.session.settings.idle_minutes:
            self.texts.keep_all()
            self.session.lock()

    def resized(self, width: float, height: float) -> None:
        """The window has another size."""
        self.width, self.height = width, height

    def touch(self) -> None:
        """Somebody is using the tablet."""
        self._touched = self.session.now()

    def tell(self, words: str, tone: ft.Colors = OK) -> None:
        """Show a sentence above the screen."""
        self.news = News(words, tone)

    def open_ticket(self, id: str) -> None:
        """The ticket's first screen."""
        self.go(f"/tickets/{id}")

    def go(self, route: str) -> None:
        """Another screen."""
        self.touch()
        self.news = None
        self.texts.keep_all()
        ft.context.page.navigate(route)

    def attempt(self, action: Callable[[], object]) -> bool:
        """Do it now; a trouble is told in its own words. Whether it was done."""
        self.touch()
        try:
            action()
        except Trouble as trouble:
            self.tell(trouble.sentence(self.language), DANGER)
            return False
        except Exception as fault:
            self._failed(fault)
            return False
        return True

    async def attempt_away(self, action: Callable[..., T], *args: Any) -> T | None:
        """Do it off the loop, for what takes long; None when a trouble was told instead."""
        self.touch()
        try:
            return await asyncio.to_thread(action, *args)
        except Trouble as trouble:
            self.tell(trouble.sentence(self.language), DANGER)
            return None
        except Exception as fault:
            self._failed(fault)
            return None

    def _failed(self, fault: Exception) -> None:
        log.error("what was asked for failed", exc_info=fault)
        self.tell(self.say("net.failed"), DANGER)


FaceContext: Any = ft.create_context(None)


def use_page_state() -> PageState:
    """The state of the page that this component is on; it is drawn again when that changes."""
    page = ft.use_context(FaceContext)
    assert isinstance(page, PageState)
    return page
