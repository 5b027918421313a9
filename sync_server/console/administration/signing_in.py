"""Signing in and out."""

import secrets
from math import ceil
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import RedirectResponse, Response

from shared.ticket.people import Actor
from sync_server.console.web.dependencies import entrance, give_cookie, take_cookie, token_of
from sync_server.console.web.navigation import first_page
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity import sessions, totp, users
from sync_server.identity.sessions import Try, Wait
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)

CODE_WITHIN = 5 * 60
"""Seconds between the password and the code."""


@router.get("/sign-in")
def ask(next: str = "/", page: Page = Depends(entrance)) -> Response:
    """The form, or straight on for whoever is inside already."""
    if page.session is not None:
        return RedirectResponse(here(next), 303)
    return page.show("sign_in.html", form=Form({"next": here(next)}))


@router.post("/sign-in")
def enter(
    request: Request, form: Form = Depends(submitted), page: Page = Depends(entrance)
) -> Response:
    """A session for whoever proves who they are; a new token every time."""
    address = request.client.host if request.client else ""
    context, now = page.context, page.now
    attempt = context.database.write(
        lambda tx: sessions.begin(tx, form.value("email"), address, now)
    )
    if isinstance(attempt, Wait):
        seconds = max(1, ceil((attempt.until - now).total_seconds()))
        return refuse(page, form, page.tn("sign_in.wait", seconds), 429)
    if not sessions.is_proven(attempt, form.value("password")):
        return refuse(page, form, page.t("sign_in.unknown"), 403)
    path = here(form.value("next"))
    with context.database.reading() as tx:
        needs_code = attempt.user and totp.secret_of(tx, attempt.user.id)
    if needs_code and attempt.user:
        return _ask_code(page, attempt.user.id, path)
    return let_in(page, attempt, address, path)


@router.post("/sign-in/code")
def second(
    request: Request, form: Form = Depends(submitted), page: Page = Depends(entrance)
) -> Response:
    """The second step: the code on the phone of whoever has just proved their password."""
    address = request.client.host if request.client else ""
    try:
        ticket = _signer(page).loads(form.value("ticket"), max_age=CODE_WITHIN)
        id, path = str(ticket["user"]), here(str(ticket["path"]))
    except (BadSignature, KeyError, TypeError):
        return page.back("/sign-in", "start_again", "warn")
    with page.context.database.reading() as tx:
        person = users.get(tx, id)
    if person is None:
        return page.back("/sign-in", "start_again", "warn")
    attempt = page.context.database.write(
        lambda tx: sessions.begin(tx, person.email, address, page.now)
    )
    if isinstance(attempt, Wait):
        seconds = max(1, ceil((attempt.until - page.now).total_seconds()))
        return _ask_code(page, id, path, page.tn("sign_in.wait", seconds), 429)
    typed = form.value("code")
    if not page.context.database.write(lambda tx: totp.use(tx, id, typed, page.now)):
        return _ask_code(page, id, path, page.t("sign_in.wrong_code"), 403)
    return let_in(page, attempt, address, path)


def _ask_code(page: Page, user: str, path: str, wrong: str = "", status: int = 200) -> Response:
    ticket = _signer(page).dumps({"user": user, "path": path})
    return page.show("sign_in_code.html", status, ticket=ticket, wrong=wrong)


def _signer(page: Page) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(page.context.secret, salt="folio second step")


def let_in(page: Page, attempt: Try, address: str, path: str) -> Response:
    """Begin the session, end the one this browser had, and go on."""
    if attempt.user is None:
        raise LookupError("nobody was proven")
    token, old = secrets.token_urlsafe(32), token_of(page.request)
    agent = page.request.headers.get("user-agent", "")

    def begin(tx: Transaction) -> None:
        if old:
            sessions.end_session(tx, old)
        sessions.succeed(tx, attempt, token, address, agent, page.now)

    page.context.database.write(begin)
    actor = Actor(attempt.user.id, attempt.user.role)
    answer = RedirectResponse(first_page(actor) if path == "/" else path, 303)
    give_cookie(answer, page.request, token)
    return answer


@router.post("/sign-out")
def leave(page: Page = Depends(entrance)) -> Response:
    """The session ends here and in the browser."""
    token = token_of(page.request)
    if token:
        page.context.database.write(lambda tx: sessions.end_session(tx, token))
    answer = RedirectResponse("/sign-in", 303)
    take_cookie(answer, page.request)
    return answer


def refuse(page: Page, form: Form, reason: str, status: int) -> Response:
    """The form again, with the reason; the password is asked for anew."""
    form.wrong["password"] = reason
    return page.show("sign_in.html", status, form=form)


def here(path: str) -> str:
    """A path on this server, whatever a link said; anything else leads to the first page."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and not parts.scheme and not parts.netloc else "/"
