"""Records that a tablet could not show: which, since when, and what to do. Nothing changes here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from sqlalchemy import Row
from starlette.responses import Response

from shared.words import NoWords
from sync_server.console.web.dependencies import require
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import unreadable_record
from sync_server.identity.permissions import Action
from sync_server.records import unreadable_records

router = APIRouter(include_in_schema=False)
place(
    "/unreadable", "nav.unreadable", "triangle-alert", Action.SEE_UNREADABLE, order=85,
    waiting=(unreadable_record, unreadable_records.still_so()),
)  # fmt: skip

MOST = 200


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """One record on one tablet, ready to be drawn; `link` where the console has a page of it."""

    kind: str
    name: str
    link: str
    id: str
    rev: int
    since: datetime
    tablet: str
    why: str
    remedy: str


@router.get("/unreadable")
def unreadable(page: Page = Depends(require(Action.SEE_UNREADABLE))) -> Response:
    """What tablets still cannot show, the oldest first."""
    with page.context.database.reading() as tx:
        formatting = Formatting(tx, page)
        rows = [_row(page, formatting, each) for each in unreadable_records.told_of(tx, MOST)]
    return page.show("unreadable.html", rows=rows)


def _row(page: Page, formatting: Formatting, row: Row[Any]) -> UnreadableRow:
    of_ticket = row.record == "ticket"
    named = row.record in ("customer", "site", "asset")
    return UnreadableRow(
        kind=_kind(page, row.record),
        name=formatting.record(row.record, row.id) if named else "",
        link=f"/tickets/{row.id}" if of_ticket else "",
        id=row.id,
        rev=row.rev,
        since=row.at,
        tablet=" · ".join(filter(None, (row.user, row.tablet))),
        why=row.why,
        remedy=page.t("unreadable.of_ticket" if of_ticket else "unreadable.of_record"),
    )


def _kind(page: Page, record: str) -> str:
    try:
        return page.t(f"unreadable.kind.{record}")
    except NoWords:
        return record
