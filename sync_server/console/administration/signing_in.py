"""Signing in and out."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from shared.ticket.people import Actor
from sync_server.console.web import known_browser
from sync_server.console.web.dependencies import entrance, give_cookie, take_cookie, token_of
from sync_server.console.web.navigation import first_page
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log, sessions, throttles, totp, users
from sync_server.identity.kept_secrets import UnreadableSecret
from sync_server.identity.throttles import Counted
from sync_server.identity.users import User
from sync_server.registers.packs import PACKS
from sync_server.runtime import setup
from sync_server.web import kept_forms, signed
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form
from sync_server.web.kept_forms import LONGEST_ACTION, KeptForm

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)

SECOND_STEP = "folio second step"
KEPT_FORM = "folio kept form"
KEPT = "kept"
CODE_WITHIN = timedelta(minutes=5)
"""Between the password and the code."""


@router.get("/sign-in")
def ask(next: str = "/", page: Page = Depends(entrance)) -> Response:
    """The form, or straight on for whoever is inside already; where nobody is, how to begin."""
    if page.session is not None:
        return RedirectResponse(here(next), 303)
    with page.context.database.reading() as tx:
        if not setup.is_done(tx):
            return page.show("not_set_up.html", 503, packs=PACKS)
    return page.show("sign_in.html", form=Form({"next": here(next)}))


@router.post("/sign-in")
def enter(form: Form = Depends(submitted), page: Page = Depends(entrance)) -> Response:
    """A session for whoever proves who they are; a new token every time."""
    database, email = page.context.database, form.value("email")
    with database.reading() as tx:
        person = users.by_email(tx, email)
    person = person if person and person.active else None
    counters = _counters(page, "email", email, person)
    with page.throttles.under_way.begun(database, counters, page.now) as wait:
        if wait:
            return refuse(page, form, page.tn("sign_in.wait", wait.seconds(page.now)), 429)
        is_proven = sessions.is_proven(person, form.value("password"))
        if person is None or not is_proven:
            database.write(lambda tx: _failed(tx, page, counters, "sign_in.failed", person))
            return refuse(page, form, page.t("sign_in.unknown"), 403)
    path, kept = here(form.value("next")), form.value(KEPT)
    with database.reading() as tx:
        needs_code = totp.has_secret(tx, person.id)
    if needs_code:
        return _ask_code(page, person.id, path, kept=kept)
    return let_in(page, person, path, counters, kept)


def asked_again(page: Page, path: str, form: Form | None) -> Response:
    """Their session was over when they sent a form: its words come back once they are in."""
    fields = kept_forms.worth_keeping(form) if form else {}
    values = {"next": path}
    if fields:
        said = {"action": page.request.url.path, "fields": dict(fields)}
        until = page.now + kept_forms.KEPT
        values[KEPT] = signed.signed(page.context.secret, KEPT_FORM, said, until)
    return page.show("sign_in.html", 401, form=Form(values))


@router.post("/sign-in/code")
def second(form: Form = Depends(submitted), page: Page = Depends(entrance)) -> Response:
    """The second step: the code on the phone of whoever has just proved their password."""
    database = page.context.database
    ticket = signed.read(page.context.secret, SECOND_STEP, form.value("ticket"), page.now) or {}
    with database.reading() as tx:
        person = users.get(tx, str(ticket.get("user")))
    if person is None or not person.active:
        return page.back("/sign-in", "start_again", "warn")
    path, typed, kept = here(str(ticket["path"])), form.value("code"), form.value(KEPT)
    counters = _counters(page, "code", person.id, person)
    with page.throttles.under_way.begun(database, counters, page.now) as wait:
        if wait:
            why = page.tn("sign_in.wait", wait.seconds(page.now))
            return _ask_code(page, person.id, path, why, 429, kept)
        try:
            is_good = database.write(
                lambda tx: totp.use(tx, page.context.secret, person.id, typed, page.now)
            )
        except UnreadableSecret:
            log.error("FOLIO_SECRET is not the one of before: no second step can be read")
            return _ask_code(page, person.id, path, page.t("sign_in.unreadable_secret"), 503, kept)
        if not is_good:
            database.write(lambda tx: _failed(tx, page, counters, "sign_in.wrong_code", person))
            return _ask_code(page, person.id, path, page.t("sign_in.wrong_code"), 403, kept)
    password = _counters(page, "email", person.email, person)
    return let_in(page, person, path, (*password, *counters), kept)


def _counters(page: Page, step: str, account: str, person: User | None) -> Sequence[Counted]:
    browser = known_browser.known(page, person.id) if person else None
    return throttles.of_sign_in(step, account, page.address, browser)


def _failed(
    tx: Transaction, page: Page, counters: Sequence[Counted], action: str, person: User | None
) -> None:
    """A try in vain is counted and written down, without a word of what was typed."""
    throttles.fail(tx, counters, page.now)
    where = {"address": page.address}
    id, name = (person.id, person.name) if person else (None, "")
    audit_log.note(
        tx, audit_log.NOBODY, action, name, page.now, where, person=id, allowed=False
    )  # fmt: skip


def _ask_code(
    page: Page, user: str, path: str, wrong: str = "", status: int = 200, kept: str = ""
) -> Response:
    ticket = signed.signed(
        page.context.secret, SECOND_STEP, {"user": user, "path": path}, page.now + CODE_WITHIN
    )
    return page.show("sign_in_code.html", status, ticket=ticket, wrong=wrong, kept=kept)


def let_in(
    page: Page, person: User, path: str, counters: Sequence[Counted], kept: str = ""
) -> Response:
    """Begin the session, end the one this browser had, forgive what failed before, and go on."""
    typed = signed.read(page.context.secret, KEPT_FORM, kept, page.now)
    token, old = secrets.token_urlsafe(32), token_of(page.request)
    agent = page.request.headers.get("user-agent", "")
    actor = Actor(person.id, person.role)

    def begin(tx: Transaction) -> None:
        if old:
            sessions.end_session(tx, old)
        throttles.forgive(tx, counters)
        sessions.start_session(tx, person, token, page.address, agent, page.now)
        where = {"address": page.address}
        audit_log.note(tx, actor, "sign_in.done", person.name, page.now, where, person=person.id)
        if typed:
            form = KeptForm(str(typed["action"])[:LONGEST_ACTION], typed["fields"], page.now)
            kept_forms.keep(tx, person.id, form)

    page.context.database.write(begin)
    actors = [Actor(person.id, role) for role in person.roles]
    answer = RedirectResponse(first_page(actors) if path == "/" else path, 303)
    give_cookie(answer, page.request, token)
    known_browser.remember(page, answer, person.id)
    return answer


@router.post("/sign-out")
def leave(page: Page = Depends(entrance)) -> Response:
    """The session ends here and in the browser."""
    token = token_of(page.request)
    if token:
        page.context.database.write(lambda tx: _leave(tx, page, token))
    answer = RedirectResponse("/sign-in", 303)
    take_cookie(answer, page.request)
    return answer


def _leave(tx: Transaction, page: Page, token: str) -> None:
    sessions.end_session(tx, token)
    if page.session is not None:
        person = page.session.user
        audit_log.note(tx, page.actor, "session.left", person.name, page.now, {}, person=person.id)


def refuse(page: Page, form: Form, reason: str, status: int) -> Response:
    """The form again, with the reason; the password is asked for anew."""
    form.wrong["password"] = reason
    return page.show("sign_in.html", status, form=form)


def here(path: str) -> str:
    """A path on this server, whatever a link said; anything else leads to the first page."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and not parts.scheme and not parts.netloc else "/"
