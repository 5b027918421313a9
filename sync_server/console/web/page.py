"""A page under way: who asks, in which language, and how the answer is drawn."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.ticket.fields import CAPTURED, REQUESTED
from shared.ticket.people import Actor, Role
from shared.time.zones import offsets, zone_called
from shared.words import language_of
from shared.words.zones import zone_words
from sync_server.console.web.navigation import Entry, entries
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import ALLOWED, Action, Assigned, can
from sync_server.identity.sessions import Session
from sync_server.identity.throttles import Throttles
from sync_server.identity.users import User
from sync_server.records import organisation
from sync_server.runtime.context import ApplicationContext
from sync_server.web import form_keys, kept_forms, statics, time_formatting
from sync_server.web.brand import brand
from sync_server.web.form_keys import Answer, Claim, claim_of
from sync_server.web.forms import Form
from sync_server.web.language import Words, language_of_browser
from sync_server.web.templates import environment

T = TypeVar("T")

TEMPLATES = Path(__file__).parents[1] / "templates"
TOLD = "folio_told"
THEME = "folio_theme"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Told:
    """A sentence shown once, above the page, about what was just done."""

    tone: str
    text: str


@dataclass(frozen=True)
class Page:
    """What every page knows. `session` is None only at the entrance; `site_zone` is that of its
    times where it is not the organisation's, `since` the first of them.
    """

    request: Request
    context: ApplicationContext
    session: Session | None
    now: datetime
    site_zone: ZoneInfo | None = None
    since: datetime | None = None
    action: Action | None = None
    """What the page asked leave for."""

    @property
    def user(self) -> User:
        """Who is signed in."""
        if self.session is None:
            raise LookupError("nobody is signed in here")
        return self.session.user

    @property
    def actor(self) -> Actor:
        """The visitor, in that of their roles which may do what the page asked leave for."""
        return self.user.actor(ALLOWED.get(self.action, ()) if self.action else ())

    def in_a_role(self, allowed: Container[Role]) -> Actor:
        """The visitor, in that of their roles which is allowed something else."""
        return self.user.actor(allowed)

    @property
    def actors(self) -> list[Actor]:
        """The visitor in each of their roles: the rights add up."""
        return [Actor(self.user.id, role) for role in self.user.roles]

    @property
    def address(self) -> str:
        """The network address of the visitor, as far as it is known."""
        return self.request.client.host if self.request.client else ""

    @property
    def throttles(self) -> Throttles:
        """What this process counts in its memory."""
        counted: Throttles = self.request.app.state.throttles
        return counted

    def may(self, action: Action, obj: Assigned | None = None) -> bool:
        """Whether the visitor may do this, to this object."""
        return any(can(actor, action, obj) for actor in self.actors)

    @property
    def language(self) -> str:
        """The visitor's own, else the first that their browser asks for and that we speak."""
        if self.session is not None:
            return language_of(self.session.user.locale)
        return language_of_browser(self.request)

    @property
    def theme(self) -> str | None:
        """`light` or `dark` when the visitor chose one; else the system's."""
        chosen = self.request.cookies.get(THEME)
        return chosen if chosen in THEMES else None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of every time on the page."""
        return self.site_zone or ZoneInfo(self.context.settings.zone)

    def at_site(self, site: Mapping[str, Any], since: datetime | None) -> "Page":
        """The same page with its times, from `since` on, in the zone of a site's document."""
        return replace(self, site_zone=zone_called(site.get("zone")), since=since)

    @property
    def zone_said(self) -> str:
        """The zone in words, with how far it is from UTC."""
        return zone_words(self.zone, offsets(self.zone, self.since, self.now), self.language)

    def t(self, key: str, /, **values: object) -> str:
        """Words of the console, or of another domain when the key names it."""
        return Words("office", self.language).t(key, **values)

    def tn(self, key: str, count: int, /, **values: object) -> str:
        """The same for words that depend on a number, in its plural form."""
        return Words("office", self.language).tn(key, count, **values)

    def moment(self, at: datetime | None) -> str:
        """An instant in the page's zone; a dash for none."""
        return time_formatting.moment(at, self.now, self.zone, self.language) if at else "–"

    def ago(self, at: datetime | None) -> str:
        """How long ago; a dash for never."""
        return time_formatting.ago(at, self.now, self.language) if at else "–"

    def blank(self, prefix: str = "") -> Form:
        """An empty form, for a page that draws several."""
        return Form(prefix=prefix)

    def month_options(self, months: Sequence[str]) -> list[tuple[str, str]]:
        """Months like 2026-03 with their names."""
        return [(m, f"{self.t(f'month_name.{int(m[5:])}')} {m[:4]}") for m in months]

    def show(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page. What was told once is told now, and forgotten."""
        told = self._told()
        answer = self.part(template, status, told=told, **values)
        if told:
            answer.delete_cookie(TOLD)
        return answer

    def part(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A piece of a page, for htmx to put in its place."""
        return HTMLResponse(self._draw(template, values), status)

    def back(self, path: str, told: str | None = None, tone: str = "good") -> Response:
        """After a form: on to `path`, where the words `told.<told>` are said."""
        answer = RedirectResponse(path, 303)
        if told:
            answer.set_cookie(TOLD, f"{tone}:{told}", 60, httponly=True, samesite="lax")
        return answer

    def answered(self, answer: Answer) -> Response:
        """After a form that was done now, or before."""
        return self.back(answer.path, answer.told or None, answer.tone)

    def once(
        self, form: Form, work: Callable[[Transaction], T | Answer], *claims: Claim
    ) -> T | Answer:
        """What became of a form, in one transaction with its key; see form_keys.

        What was kept of it for its writer goes with it.
        """
        action = self.request.url.path
        known_by = (claim_of(action, form), *claims)

        def done(tx: Transaction) -> T | Answer:
            outcome = form_keys.once(tx, known_by, self.now, lambda: work(tx))
            if isinstance(outcome, Answer):
                kept_forms.drop(tx, self.user.id, action)
            return outcome

        return self.context.database.write(done)

    def kept(self, action: str, prefix: str = "") -> Form | None:
        """What the visitor had typed into the form of `action` when their session was over."""
        with self.context.database.reading() as tx:
            found = kept_forms.of_action(tx, self.user.id, action, self.now)
        return Form(found.fields, prefix=prefix, kept_at=found.at) if found else None

    def form_key(self) -> str:
        """A key for one form that is drawn."""
        return token_urlsafe(12)

    def _told(self) -> Told | None:
        tone, _, name = self.request.cookies.get(TOLD, "").partition(":")
        if tone not in ("good", "warn", "bad") or not name.replace("_", "").isalpha():
            return None
        return Told(tone, self.t(f"told.{name}"))

    def _draw(self, template: str, values: dict[str, Any]) -> str:
        return (
            templates()
            .get_template(template)
            .render(
                page=self,
                t=self.t,
                tn=self.tn,
                moment=self.moment,
                ago=self.ago,
                may=lambda action, obj=None: self.may(Action(action), obj),
                static=statics.SHARED.address,
                language=self.language,
                theme=self.theme,
                path=self.request.url.path,
                brand=brand(),
                organisation=self._organisation,
                visitor=self.session.user if self.session else None,
                nav=self._navigation() if self.session else [],
                **{"told": None, "watching": False, **values},
            )
        )

    def _organisation(self) -> str:
        """Whose office this is."""
        with self.context.database.reading() as tx:
            return str(organisation.known(tx).get("organisation") or self.context.settings.name)

    def _navigation(self) -> list[Entry]:
        if self.request.headers.get("hx-request"):
            return []
        with self.context.database.reading() as tx:
            return entries(tx, self.may, self.request.url.path, self.language)


@cache
def templates() -> Environment:
    """The console's templates."""
    found = environment(TEMPLATES)
    found.filters["initials"] = initials
    found.globals |= {"requested": REQUESTED, "captured": CAPTURED}
    return found


def initials(name: str) -> str:
    """Two letters for a round picture: of the first and the last name."""
    words = [word for word in name.split() if word[:1].isalpha() and not word.endswith(".")]
    return "".join(word[0] for word in (words[:1] + words[1:2])).upper()
