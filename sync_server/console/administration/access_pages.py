"""Who has read, taken away or changed what, besides the tickets, whose history is their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row
from starlette.responses import Response

from shared.words import NoWords
from sync_server.console.web.dependencies import require
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.identity import audit_log
from sync_server.identity.permissions import Action

router = APIRouter(include_in_schema=False)
place("/access", "nav.access", "key-round", Action.SEE_ACCESS_NOTES, order=100)

WINDOW = 100

ICONS = {"archive": "folder-archive", "person": "user-cog", "device": "tablet", "hold": "lock",
         "customer": "building-2", "rescue": "life-buoy"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noted:
    """One note, ready to be drawn."""

    icon: str
    what: str
    object: str
    by: str
    at: datetime


@router.get("/access")
def noted(
    before: int | None = Query(None, ge=0, lt=2**63),
    page: Page = Depends(require(Action.SEE_ACCESS_NOTES)),
) -> Response:
    """The newest notes, a window at a time."""
    with page.context.database.reading() as tx:
        rows = audit_log.notes(tx, WINDOW + 1, before)
        formatting = Formatting(tx, page)
        notes = [_noted(page, formatting, row) for row in rows[:WINDOW]]
    more = f"/access?before={rows[WINDOW - 1].id}" if len(rows) > WINDOW else ""
    return page.show("access.html", notes=notes, more=more)


def _noted(page: Page, formatting: Formatting, row: Row[Any]) -> Noted:
    family = row.action.partition(".")[0]
    named = formatting.person(row.object) if family in ("person", "rescue") else row.object or ""
    by = row.name or formatting.person(row.actor)
    return Noted(ICONS.get(family, "info"), _word(page, row.action), named, by, row.at)


def _word(page: Page, action: str) -> str:
    try:
        return page.t(f"access.{action}")
    except NoWords:
        return action
