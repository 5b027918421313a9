"""Who came in or was turned away, who read, took away or changed what, besides the tickets, whose
history is their own: found by person, kind and day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Row
from starlette.responses import Response, StreamingResponse

from shared.words import NoWords
from sync_server.console.web.dependencies import require
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_export, audit_log, users
from sync_server.identity.audit_log import FAMILIES, Wanted
from sync_server.identity.permissions import Action
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)
place("/access", "nav.access", "key-round", Action.SEE_ACCESS_NOTES, order=100)

WINDOW = 100

ICONS = {
    "archive": "folder-archive", "person": "user-cog", "device": "tablet", "hold": "lock",
    "customer": "building-2", "rescue": "life-buoy", "sign_in": "key-round", "denied": "ban",
    "session": "log-out", "password": "key-round", "second_step": "shield-check",
    "key": "shield-alert", "audit": "download",
}  # fmt: skip
ASKED = ("person", "kind", "since", "until")


@dataclass(frozen=True, slots=True)
class Noted:
    """One note, ready to be drawn."""

    icon: str
    what: str
    object: str
    by: str
    at: datetime
    allowed: bool
    address: str


@router.get("/access")
def noted(
    request: Request,
    before: int | None = Query(None, ge=0, lt=2**63),
    page: Page = Depends(require(Action.SEE_ACCESS_NOTES)),
) -> Response:
    """The newest notes that fit, a window at a time."""
    asked = _asked(request)
    with page.context.database.reading() as tx:
        rows = audit_log.notes(tx, WINDOW + 1, before, wanted=_wanted(page, asked))
        formatting = Formatting(tx, page)
        notes = [_noted(page, formatting, row) for row in rows[:WINDOW]]
        people = [(user.id, user.name) for user in users.all_of(tx)]
    kept = {name: asked.value(name) for name in ASKED if asked.value(name)}
    more = urlencode({**kept, "before": rows[WINDOW - 1].id}) if len(rows) > WINDOW else ""
    kinds = [(family, page.t(f"access.kind.{family}")) for family in FAMILIES]
    return page.show(
        "access.html", notes=notes, more=more and f"/access?{more}", form=asked, kinds=kinds,
        people=people, file=f"/access/csv?{urlencode(kept)}",
    )  # fmt: skip


@router.get("/access/csv")
def exported(request: Request, page: Page = Depends(require(Action.EXPORT_AUDIT))) -> Response:
    """All that fits, as a file for a spreadsheet; that it was taken away is written down too."""
    asked = _asked(request)
    page.context.database.write(lambda tx: _taken_away(tx, page, asked))
    name = f"folio-audit-{page.now.astimezone(page.zone):%Y%m%d-%H%M}.csv"
    return StreamingResponse(
        _bytes(page, asked), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"',
                 "Cache-Control": "no-store"},
    )  # fmt: skip


def _bytes(page: Page, asked: Form) -> Iterator[bytes]:
    for line in audit_export.lines(page.context.database, _wanted(page, asked)):
        yield line.encode()


def _taken_away(tx: Transaction, page: Page, asked: Form) -> None:
    wanted = {name: asked.value(name) for name in ASKED if asked.value(name)}
    audit_log.note(tx, page.actor, "audit.exported", "", page.now, wanted, person=page.user.id)


def _asked(request: Request) -> Form:
    return Form({name: request.query_params.get(name, "").strip()[:80] for name in ASKED})


def _wanted(page: Page, asked: Form) -> Wanted:
    """The search as the log understands it; whole days of the organisation's zone."""
    family = asked.value("kind")
    until = _day(page, asked.value("until"), 1)
    return Wanted(
        person=asked.value("person"), family=family if family in FAMILIES else "",
        since=_day(page, asked.value("since")), until=until,
    )  # fmt: skip


def _day(page: Page, said: str, days: int = 0) -> datetime | None:
    """When a day begins that was typed as 2026-03-09; None for what is no day."""
    try:
        day = date.fromisoformat(said) + timedelta(days=days)
        return datetime(day.year, day.month, day.day, tzinfo=page.zone)
    except (ValueError, OverflowError):
        return None


def _noted(page: Page, formatting: Formatting, row: Row[Any]) -> Noted:
    family = row.action.partition(".")[0]
    named = formatting.person(row.object) if family in ("person", "rescue") else row.object or ""
    by = row.name or formatting.person(row.actor)
    address = str((row.detail or {}).get("address") or "")
    return Noted(
        ICONS.get(family, "info"), _word(page, row.action), named, by, row.at, row.allowed, address
    )


def _word(page: Page, action: str) -> str:
    try:
        return page.t(f"access.{action}")
    except NoWords:
        return action
