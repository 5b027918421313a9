"""What went wrong, in a form that programs read: problem documents. RFC 9457."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared.operations.wire import content_digest
from sync_server.blobs.store import StoreDown, StoreFull
from sync_server.database.transactions import Damaged, NoSpace, ReadOnly, Unavailable
from sync_server.runtime.checkers import TooBusy

log = structlog.get_logger(__name__)

TYPES = "/problems/"
"""Where the types live: `/problems/gap`, relative to the office's address."""

MEDIA = "application/problem+json"

Handler = Callable[[Request, Exception], Awaitable[Response]]


class Problem(Exception):
    """An answer that is no success: `type` by its short name, more members where useful."""

    def __init__(
        self,
        status: int,
        type: str,
        title: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(f"{status} {type}: {title}")
        self.status = status
        self.headers = dict(headers or {})
        self.document = {
            "type": f"{TYPES}{type}",
            "title": title,
            "status": status,
            **({"detail": detail} if detail else {}),
            **members,
        }

    def response(self) -> Response:
        """The document with its digest."""
        content = json.dumps(self.document, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Digest": content_digest(content), **self.headers}
        return Response(content, self.status, headers, media_type=MEDIA)


def not_a_message(detail: str, **members: Any) -> Problem:
    """The body is no message of the contract."""
    return Problem(400, "message", "This is no message of the contract", detail, **members)


def full() -> Problem:
    """There is no room; nothing was applied."""
    return Problem(
        507, "full", "There is no room left in the office", headers={"Retry-After": "60"}
    )


def away() -> Problem:
    """Something below us does not answer; nothing was applied."""
    return Problem(503, "away", "The office cannot answer now", headers={"Retry-After": "5"})


def busy() -> Problem:
    """So many files are being looked at that this one has to come again; nothing is lost of it."""
    return Problem(
        503, "busy", "Too many files are being checked now", headers={"Retry-After": "15"}
    )


def damaged() -> Problem:
    """Pages of the database are not what was written; whoever runs the office must see to it."""
    return Problem(
        503, "damaged", "The office's database is damaged; nothing was applied",
        headers={"Retry-After": "300"},
    )  # fmt: skip


def read_only() -> Problem:
    """The office may not write where its data is."""
    return Problem(
        503, "read-only", "The office cannot write to its data folder; nothing was applied",
        headers={"Retry-After": "60"},
    )  # fmt: skip


def install(app: FastAPI) -> None:
    """Answer every fault under /api with a problem document; other paths keep their own pages."""
    app.add_exception_handler(Problem, _problem)
    faults: dict[type[Exception], Callable[[], Problem]] = {
        NoSpace: full, StoreFull: full, Unavailable: away, StoreDown: away, OperationalError: away,
        Damaged: damaged, ReadOnly: read_only, TooBusy: busy,
    }  # fmt: skip
    for fault, problem in faults.items():
        pages = app.exception_handlers.get(fault)
        app.add_exception_handler(fault, _of_api(_fixed(problem), pages))
    app.add_exception_handler(ClientDisconnect, _fixed(lambda: not_a_message("the body was cut")))
    pages = app.exception_handlers.get(HTTPException, http_exception_handler)
    app.add_exception_handler(HTTPException, _of_api(_http, pages))
    invalid = app.exception_handlers.get(RequestValidationError, _http)
    app.add_exception_handler(RequestValidationError, _of_api(_invalid, invalid))
    app.add_exception_handler(Exception, _of_api(_fault, app.exception_handlers.get(Exception)))


def _of_api(api: Handler, pages: Any) -> Handler:
    async def handler(request: Request, error: Exception) -> Response:
        if pages is None or request.url.path.startswith("/api/"):
            return await api(request, error)
        answer = pages(request, error)
        return await answer if hasattr(answer, "__await__") else answer  # type: ignore[no-any-return]

    return handler


def _fixed(problem: Callable[[], Problem]) -> Handler:
    async def handler(request: Request, error: Exception) -> Response:
        log.warning("answered with a problem", path=request.url.path, fault=str(error)[:300])
        return problem().response()

    return handler


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    title = str(error.detail) if isinstance(error, HTTPException) else "Bad request"
    headers = (error.headers if isinstance(error, HTTPException) else None) or {}
    return Problem(status, "http", title, headers=headers).response()


async def _invalid(request: Request, error: Exception) -> Response:
    return not_a_message("the address or a header has another form").response()


async def _fault(request: Request, error: Exception) -> Response:
    log.error("unexpected fault", path=request.url.path, exc_info=error)
    return Problem(500, "fault", "Something failed in the office; nothing was applied").response()
