"""The console's answers to trouble: each a page in the visitor's language that says what to do."""

from collections.abc import Callable

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from sync_server.blobs.store import StoreDown, StoreFull
from sync_server.console.administration import signing_in
from sync_server.console.web.dependencies import (
    CannotBeShown,
    DoneAlready,
    NotAllowed,
    NotHere,
    SignInFirst,
    entrance,
    sign_in_address,
)
from sync_server.console.web.page import Page
from sync_server.database.transactions import Damaged, NoSpace, ReadOnly, Unavailable
from sync_server.identity import audit_log
from sync_server.runtime.checkers import TooBusy
from sync_server.runtime.context import ApplicationContext
from sync_server.web.security_headers import HEADERS

log = structlog.get_logger(__name__)

PLAIN = "text/plain; charset=utf-8"

Answer = Callable[[Request, Exception], Response]


def answer_trouble(app: FastAPI) -> None:
    """Whatever a page raises is answered with a page."""
    for fault, answer in _answers().items():
        app.add_exception_handler(fault, answer)


async def too_much(request: Request) -> Response:
    """More came than any form or file of the console is long."""
    return await run_in_threadpool(_trouble, request, 413, "too_much")


def _answers() -> dict[type[Exception], Answer]:
    away = (Unavailable, OperationalError, StoreDown, NoSpace, StoreFull)
    return {
        SignInFirst: _sign_in_first,
        DoneAlready: _done_already,
        NotAllowed: _not_allowed,
        NotHere: _not_here,
        CannotBeShown: _cannot_be_shown,
        HTTPException: _http,
        RequestValidationError: _not_understood,
        Exception: _broken,
        **dict.fromkeys(away, _away),
        TooBusy: _busy,
        **dict.fromkeys((Damaged, ReadOnly), _stopped),
    }


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "not_here", 405: "not_here", 429: "wait"}.get(error.status_code, "not_understood")
    answer = _trouble(request, error.status_code, words)
    answer.headers.update(error.headers or {})  # when to come back, what is allowed
    return answer


def _not_understood(request: Request, error: Exception) -> Response:
    return _trouble(request, 400, "not_understood")


def _broken(request: Request, error: Exception) -> Response:
    log.error("unexpected fault", path=request.url.path, fault=repr(error)[:300])
    answer = _trouble(request, 500, "broken")
    # Starlette answers this one outside of the middleware that adds the security headers.
    answer.headers.update(HEADERS)
    return answer


def _away(request: Request, error: Exception) -> Response:
    log.warning("a page found no place to read or write", fault=repr(error)[:300])
    context: ApplicationContext = request.app.state.context
    full = isinstance(error, NoSpace | StoreFull)
    # Who is signed in can only be read where everything else is kept: nobody, then.
    page = Page(request, context, None, context.now())
    return _said(page, 507 if full else 503, "full" if full else "away")


def _busy(request: Request, error: Exception) -> Response:
    answer = _trouble(request, 503, "busy")
    answer.headers["Retry-After"] = "15"
    return answer


def _stopped(request: Request, error: Exception) -> Response:
    """The database itself: only whoever runs the office can do something about it."""
    context: ApplicationContext = request.app.state.context
    page = Page(request, context, None, context.now())
    return _said(page, 503, "damaged" if isinstance(error, Damaged) else "read_only")


def _cannot_be_shown(request: Request, error: Exception) -> Response:
    assert isinstance(error, CannotBeShown)
    log.error("a ticket cannot be shown", ticket=str(error), fault=repr(error.__cause__)[:300])
    return _said(error.page, 500, "cannot_be_shown")


def _trouble(request: Request, status: int, words: str) -> Response:
    return _said(entrance(request, request.app.state.context), status, words)


def _said(page: Page, status: int, words: str) -> Response:
    title, text = page.t(f"trouble.{words}"), page.t(f"trouble.{words}_text")
    return page.show("trouble.html", status, title=title, text=text)


def _sign_in_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    live = request.headers.get("hx-request") or request.url.path == "/console/live"
    if live:  # A page stays, with what is being written on it, and says so itself.
        return Response("Inicie sesión. / Sign in first.", 401, media_type=PLAIN)
    if request.method == "GET":
        return RedirectResponse(sign_in_address(error.path), 303)
    page = entrance(request, request.app.state.context)
    return signing_in.asked_again(page, error.path, error.form)


def _done_already(request: Request, error: Exception) -> Response:
    assert isinstance(error, DoneAlready)
    return error.page.answered(error.answer)


def _not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    page = error.page
    _write_down(page)
    return page.show(
        "trouble.html", 403, title=page.t("trouble.not_allowed"),
        text=page.t("trouble.not_allowed_text", role=page.t(f"process.role.{page.actor.role}")),
    )  # fmt: skip


def _write_down(page: Page) -> None:
    """Who asked for what is not theirs; of one who asks without end, no more than fits."""
    if page.throttles.denials.wait(page.actor.id, page.now):
        return
    what, detail = page.request.url.path[:200], {"method": page.request.method}
    page.context.database.write(
        lambda tx: audit_log.note(
            tx, page.actor, "denied.page", what, page.now, detail,
            person=page.actor.id, allowed=False,
        )
    )  # fmt: skip


def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotHere)
    page = error.page
    return page.show(
        "trouble.html", 404, title=page.t("trouble.not_here"), text=page.t("trouble.not_here_text")
    )
