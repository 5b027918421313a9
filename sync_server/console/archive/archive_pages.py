"""The archive for the back office: found by folio, serial, customer, engineer, month or seal."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from shared.ticket.people import Role
from sync_server.archive import (
    archive_check,
    archive_export,
    archive_search,
    legal_holds,
    retention,
    seals_waiting,
)
from sync_server.archive.archive_search import Archived, Wanted
from sync_server.archive.seals_waiting import SealsWaiting
from sync_server.console.web.dependencies import NotHere, require
from sync_server.console.web.files import DAMAGED, damaged, handed
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.identity.permissions import Action
from sync_server.messages import notices
from sync_server.records import records
from sync_server.tickets import cross_rendering
from sync_server.web.forms import Form
from sync_server.web.zip_download import packed

router = APIRouter(include_in_schema=False)
place("/archive", "nav.archive", "folder-archive", Action.SEE_ARCHIVE, order=70, first=2)

WINDOW = 50
MOST_AT_ONCE = 200
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
SEALS = ("sealed", "stamped", "waiting")


@router.get("/archive")
def archive(
    request: Request, offset: int = 0, page: Page = Depends(require(Action.SEE_ARCHIVE))
) -> Response:
    """What is archived and fits, newest first, a window at a time."""
    asked = Form({name: value.strip()[:200] for name, value in request.query_params.items()})
    offset = max(0, min(offset, 10**6))
    with page.context.database.reading() as tx:
        shelf = archive_search.search(tx, wanted(asked, page.context.settings.zone), WINDOW, offset)
        engineers = [(u.id, u.name) for u in users.all_of(tx, Role.ENGINEER)]
        unsealed = seals_waiting.waiting(tx)
    more = _more(asked, offset + WINDOW) if shelf.total > offset + WINDOW else ""
    values: dict[str, Any] = {"form": asked, "shelf": shelf, "more": more}
    if request.headers.get("hx-target") == "rows":
        return page.part("archive_found.html", **values)
    if offset:
        return page.part("archive_more.html", **values)
    offered = months(page.now.astimezone(page.zone))
    return page.show(
        "archive.html",
        engineers=engineers,
        months=offered,
        seals=SEALS,
        unsealed=_unsealed(page, unsealed),
        ending=_ending(page),
        **values,
    )


def _unsealed(page: Page, waiting: SealsWaiting | None) -> str:
    """How many seals wait and why, in words; empty when none does."""
    if waiting is None:
        return ""
    words = page.tn("seal.wait", waiting.count)
    return f"{words} {page.t(f'seal.why.{waiting.cause}')}"


def _ending(page: Page) -> tuple[str, str]:
    """(urgency, words) of a certificate that will end, or has ended; empty words when it holds."""
    left = seals_waiting.warning(page.context.settings, page.now)
    if left is None:
        return "", ""
    key = f"seal.{seals_waiting.ending(left)}"
    words = page.tn(key, left) if left > 0 else page.t(key)
    return seals_waiting.urgency(left), words


@router.get("/archive/zip")
def many(request: Request, page: Page = Depends(require(Action.SEE_ARCHIVE))) -> Response:
    """The chosen reports in one ZIP with a list of them."""
    chosen = request.query_params.getlist("id")[:MOST_AT_ONCE]
    with page.context.database.reading() as tx:
        found = [one for id in dict.fromkeys(chosen) if (one := archive_search.one(tx, id))]
    if not found:
        return page.back("/archive", "nothing_chosen", "warn")
    try:
        return packed(
            lambda out: archive_export.several(page.context, found, page.actor, page.now, out)
        )
    except DAMAGED as error:
        return damaged(page, error)


@router.get("/archive/month/{month}")
def whole_month(month: str, page: Page = Depends(require(Action.SEE_ARCHIVE))) -> Response:
    """Everything closed in a month, as one ZIP."""
    if not MONTH.fullmatch(month):
        raise NotHere(page)
    try:
        return packed(
            lambda out: archive_export.month(page.context, month, page.actor, page.now, out)
        )
    except DAMAGED as error:
        return damaged(page, error)


@router.get("/archive/check")
def check(page: Page = Depends(require(Action.SEE_ARCHIVE))) -> Response:
    """«Verificar integridad»: the chain, every record, every file read again."""
    faults = archive_check.check_archive(page.context)
    with page.context.database.reading() as tx:
        total = archive_search.search(tx, Wanted(), 1, 0).total
    return page.part("archive_checked.html", faults=faults, total=total)


@router.get("/archive/{id}")
def preview(id: str, page: Page = Depends(require(Action.SEE_ARCHIVE))) -> Response:
    """One archived report: what is known of it, its seal, its pages."""
    with page.context.database.reading() as tx:
        archived = _the_archived(tx, page, id)
        site = records.get(tx, "site", archive_search.site_of(tx, id))
        page = page.at_site(site.doc if site else {}, archived.closed_at)
        versions = archive_search.of_ticket(tx, archived.ticket)
        term = retention.term_of(tx, archived.ticket, page.context.settings.retention_years)
        holds = legal_holds.of_ticket(tx, archived.ticket, archived.customer)
        mails = notices.reports_of(tx, archived.ticket, archived.id)
        printed = cross_rendering.noted(tx, archived.report_sha256 or "")
        cause = None if archived.sealed_at else seals_waiting.why(tx, archived.id)
    return page.show(
        "archived.html",
        archived=archived,
        versions=versions,
        term=term,
        holds=holds,
        mails=mails,
        printed=printed,
        unsealed=page.t(f"seal.why.{cause}") if cause else "",
    )


@router.get("/archive/{id}/pdf")
def pdf(id: str, download: str = "", page: Page = Depends(require(Action.SEE_REPORT))) -> Response:
    """The archived PDF, sealed where it has a seal; for an engineer only that of their ticket."""
    with page.context.database.reading() as tx:
        archived = _the_archived(tx, page, id)
        if not page.may(Action.SEE_REPORT, Keeper(archived.engineer)):
            raise NotHere(page)
    try:
        document = archive_export.document(page.context, archived, page.actor, page.now)
    except DAMAGED as error:
        return damaged(page, error)
    return handed(document.content, "application/pdf", document.name, shown=not download)


class Keeper:
    """Whose report it is, for the question whether an engineer may see it."""

    def __init__(self, assignee: str | None) -> None:
        self.assignee = assignee


def wanted(asked: Form, zone: str) -> Wanted:
    """The search as the archive understands it."""
    month, seal = asked.value("month"), asked.value("seal")
    return Wanted(
        text=asked.value("q"),
        serial=asked.value("serial"),
        customer=asked.value("customer"),
        engineer=asked.value("engineer"),
        month=month if MONTH.fullmatch(month) else "",
        seal=seal if seal in SEALS else "",
        zone=zone,
    )


def months(now: datetime, many: int = 24) -> Sequence[str]:
    """The last months as 2026-03, the newest first; `now` in the organisation's zone."""
    count = now.year * 12 + now.month - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(count, count - many, -1)]


def _the_archived(tx: Transaction, page: Page, id: str) -> Archived:
    found = archive_search.one(tx, id)
    if found is None:
        raise NotHere(page)
    return found


def _more(asked: Form, offset: int) -> str:
    kept = {name: value for name, value in asked.values.items() if value and name != "offset"}
    return "/archive?" + urlencode({**kept, "offset": offset})
