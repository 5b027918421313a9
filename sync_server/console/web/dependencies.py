"""What console routes depend on: a sign-in session by cookie, and permission for an action."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from sync_server.console.web.page import Page
from sync_server.identity.permissions import Action
from sync_server.identity.sessions import Session, keep_session, session_of
from sync_server.runtime.context import ApplicationContext, the_context
from sync_server.web.form_input import submitted_already
from sync_server.web.form_keys import Answer, answer_of, claim_of
from sync_server.web.forms import Form

SECURE_COOKIE = "__Host-folio"
PLAIN_COOKIE = "folio_session"
"""Without TLS, as on one's own machine, browsers take no `__Host-` cookie."""


class SignInFirst(Exception):
    """Nobody is signed in; `path` is where they wanted to go, `form` what they sent."""

    def __init__(self, path: str, form: Form | None = None) -> None:
        super().__init__(path)
        self.path = path
        self.form = form


class DoneAlready(Exception):
    """This very form was done before: it is answered as it was then."""

    def __init__(self, page: Page, answer: Answer) -> None:
        super().__init__(answer.path)
        self.page = page
        self.answer = answer


class NotAllowed(Exception):
    """The visitor is known, and this is not theirs to do."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.request.url.path)
        self.page = page


class NotHere(Exception):
    """There is no such thing, or it is not the visitor's to know that there is."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.request.url.path)
        self.page = page


class CannotBeShown(Exception):
    """What is kept of this ticket has a form that nobody can read; it stays as it is."""

    def __init__(self, page: Page, id: str) -> None:
        super().__init__(id)
        self.page = page


class Require:
    """A dependency: the page, for whoever is signed in and may do `action`."""

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(
        self, request: Request, context: ApplicationContext = Depends(the_context)
    ) -> Page:
        page = entrance(request, context)
        if page.session is None:
            raise SignInFirst(wanted(request), submitted_already(request))
        if not page.may(self.action):
            raise NotAllowed(page)
        _not_twice(page, submitted_already(request))
        return replace(page, action=self.action)


def _not_twice(page: Page, form: Form | None) -> None:
    if form is None:
        return
    with page.context.database.reading() as tx:
        answer = answer_of(tx, claim_of(page.request.url.path, form), page.now)
    if answer is not None:
        raise DoneAlready(page, answer)


def require(action: Action) -> Callable[..., Page]:
    """The dependency of a route that only who may do `action` reaches."""
    return Require(action)


def entrance(request: Request, context: ApplicationContext = Depends(the_context)) -> Page:
    """The page for anybody, with their session if they have one."""
    return Page(request, context, _session(request, context), context.now())


def wanted(request: Request) -> str:
    """Where to go on after signing in: the page that was asked for, or that a form stands on."""
    if request.method != "GET":
        return page_of(request, request.url.path)
    if request.headers.get("hx-request"):
        return "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def page_of(request: Request, action: str) -> str:
    """The page on which a form stands that goes to `action`: the nearest that can be opened."""
    parts = action.strip("/").split("/")
    for many in range(len(parts), 0, -1):
        path = "/" + "/".join(parts[:many])
        if any(_opens(route, path) for route in request.app.routes):
            return path
    return "/"


def _opens(route: BaseRoute, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    return route.matches(scope)[0] is Match.FULL


def sign_in_address(path: str) -> str:
    return f"/sign-in?next={quote(path)}" if path != "/" else "/sign-in"


def give_cookie(answer: Response, request: Request, token: str) -> None:
    """Hand the session's token to the browser, and to nothing else in it."""
    secure = is_secure(request)
    answer.set_cookie(
        SECURE_COOKIE if secure else PLAIN_COOKIE, token, path="/", secure=secure,
        httponly=True, samesite="lax",
    )  # fmt: skip


def take_cookie(answer: Response, request: Request) -> None:
    """The browser forgets the token."""
    secure = is_secure(request)
    answer.delete_cookie(SECURE_COOKIE if secure else PLAIN_COOKIE, path="/", secure=secure)


def token_of(request: Request) -> str | None:
    """The token the browser sent, if any."""
    return request.cookies.get(SECURE_COOKIE if is_secure(request) else PLAIN_COOKIE)


def is_secure(request: Request) -> bool:
    """Whether the browser speaks TLS with us, itself or through a proxy."""
    context: ApplicationContext = request.app.state.context
    return request.url.scheme == "https" or context.settings.public_url.startswith("https:")


def _session(request: Request, context: ApplicationContext) -> Session | None:
    token = token_of(request)
    if not token:
        return None
    now = context.now()
    with context.database.reading() as tx:
        session = session_of(tx, token, now)
    if session and session.is_stale:
        context.database.write(lambda tx: keep_session(tx, token, now))
    return session
