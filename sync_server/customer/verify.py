"""Anybody may ask whether a report is ours: by the code in its QR, or with the file itself.

The page names nobody: folio, dates and hashes only. The QR's code stands behind the `#` of the
address, which a browser keeps to itself; a script of three lines puts it into the question.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, File, HTTPException, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from shared.words.folding import joined
from sync_server.archive import archive_search
from sync_server.archive.archive_check import verify_online
from sync_server.archive.archive_search import Archived
from sync_server.customer import page
from sync_server.customer.registered import Facts, facts_of
from sync_server.identity import throttles
from sync_server.identity.throttles import Throttles, Wait
from sync_server.records import records
from sync_server.reports import file_check
from sync_server.reports.verify import Check, Finding, Verdict
from sync_server.runtime.context import ApplicationContext, the_context
from sync_server.web.fixed_answers import FixedAnswers

router = APIRouter(include_in_schema=False)

LARGEST = 32 * 1024 * 1024
AROUND = 64 * 1024
"""What a form adds to the file in it."""

REGISTERED = "registered"

CODE = 32
"""Digits of the record's digest in the QR."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page says of a code or a file.

    `standing` is the verdict over a file; of a code it is `registered` or `unknown`, for a code on
    paper proves nothing of the paper: `facts` are what it can be compared by.
    """

    standing: str
    meaning: str
    folio: str = ""
    archived: Archived | None = None
    finding: Finding | None = None
    facts: Facts | None = None


def customer(app: FastAPI) -> None:
    """Add what customers see to the office's app."""
    app.include_router(router)
    app.include_router(page.FILES.router)
    app.add_middleware(FixedAnswers, too_much=_too_much, path="/v")


AContext = Annotated[ApplicationContext, Depends(the_context)]


@router.get("/v")
def ask(request: Request, context: AContext) -> Response:
    """The page with nothing asked yet."""
    file_check.warm()
    return _page(request, context, None)


@router.get("/v/{folio}")
def ask_by_code(folio: str, request: Request, context: AContext, code: str = "") -> Response:
    """What is known of a folio with the code of its QR; without a code nothing is said."""
    answer = _looked_up(request, context, folio[:80], joined(code)) if code else None
    return _page(request, context, answer, folio[:80])


@router.post("/v", max_body_size=LARGEST + AROUND)
def ask_with_file(
    request: Request, context: AContext, file: Annotated[UploadFile, File()]
) -> Response:
    """The verdict over a file; it is looked at and not kept."""
    wait = _throttles(request).files.wait(throttles.network(_asker(request)), context.now())
    if wait:
        raise _later(wait, context.now())
    pdf = file.file.read(LARGEST + 1)
    if len(pdf) > LARGEST:
        return _too_large(request, context)
    finding = verify_online(context, pdf)
    with context.database.reading() as tx:
        found = archive_search.of_file(tx, finding.sha256)
    answer = Answer(
        finding.verdict, f"meaning.{finding.verdict}", finding.folio, found and found[0], finding
    )
    return _page(request, context, answer)


async def _too_much(request: Request) -> Response:
    return await run_in_threadpool(_too_large, request, request.app.state.context)


def _too_large(request: Request, context: ApplicationContext) -> Response:
    """The page for a file that is larger than any report of ours; it was not looked at."""
    finding = Finding(Verdict.UNKNOWN, (Check("opens_too_large", passed=False),))
    answer = Answer(finding.verdict, f"meaning.{finding.verdict}", finding=finding)
    page = _page(request, context, answer)
    page.status_code = 413
    return page


def _looked_up(request: Request, context: ApplicationContext, folio: str, code: str) -> Answer:
    """What is known of a folio; wrong codes of an address make it wait."""
    now, database = context.now(), context.database
    counters = throttles.of_codes("verify", _asker(request))
    with _throttles(request).under_way.begun(database, counters, now) as wait:
        if wait:
            raise _later(wait, now)
        answer = _known(context, folio, code)
        if answer.archived is None:
            database.write(lambda tx: throttles.fail(tx, counters, now))
    return answer


def _later(wait: Wait, now: datetime) -> HTTPException:
    return HTTPException(429, headers={"Retry-After": str(wait.seconds(now))})


def _throttles(request: Request) -> Throttles:
    counted: Throttles = request.app.state.throttles
    return counted


def _asker(request: Request) -> str:
    return request.client.host if request.client else ""


def _known(context: ApplicationContext, folio: str, code: str) -> Answer:
    with context.database.reading() as tx:
        versions = archive_search.of_folio(tx, folio)
    for one in versions:
        if len(code) == CODE and hmac.compare_digest(
            one.record_digest[:CODE].encode(), code.encode()
        ):
            with context.database.reading() as tx:
                facts = facts_of(tx, context, one)
            return Answer(REGISTERED, "known.registered", one.folio, one, facts=facts)
    # Whether the folio exists is no more told than its code.
    return Answer(Verdict.UNKNOWN, "known.unknown", folio)


def _page(
    request: Request, context: ApplicationContext, answer: Answer | None, folio: str = ""
) -> Response:
    archived = answer.archived if answer else None
    return page.show(
        request, context, "verify.html", "archive", _site(context, archived),
        answer=answer, folio=folio,
        megabytes=LARGEST >> 20, asked=request.method == "POST",
    )  # fmt: skip


def _site(context: ApplicationContext, archived: Archived | None) -> Mapping[str, Any]:
    """The document of the site that a report speaks of, whose zone its times are said in."""
    if archived is None:
        return {}
    with context.database.reading() as tx:
        site = records.get(tx, "site", archive_search.site_of(tx, archived.id))
    return site.doc if site else {}
