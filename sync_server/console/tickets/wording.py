"""Reports whose words the registers say otherwise by now: both texts, and «seen»."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from sqlalchemy import Row, select
from starlette.responses import Response

from sync_server.console.web.dependencies import require
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import register_difference, ticket
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.reports.pages_compared import Difference
from sync_server.tickets import register_differences
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)
place(
    "/wording", "nav.wording", "tag", Action.SEE_CONFLICTS, order=47,
    waiting=(register_difference, register_difference.c.seen_at.is_(None)),
)  # fmt: skip

MOST = 100


@dataclass(frozen=True, slots=True)
class RegisterWords:
    """One report, and where the registers say other words; `seen_by` once somebody has looked."""

    sha256: str
    ticket: str
    label: str
    customer: str
    engineer: str
    at: datetime
    words: Sequence[Difference]
    seen_by: str


@router.get("/wording")
def registers(page: Page = Depends(require(Action.SEE_CONFLICTS))) -> Response:
    """Every report that nobody has looked at, the oldest first."""
    with page.context.database.reading() as tx:
        found = told(tx, register_differences.unseen(tx, MOST), Formatting(tx, page))
        return page.show("wording.html", reports=found)


@router.post("/wording/{sha256}/seen")
def seen(
    sha256: str,
    form: Form = Depends(submitted),
    page: Page = Depends(require(Action.RESOLVE_CONFLICT)),
) -> Response:
    """Somebody has looked, and corrected what was to be corrected."""
    page.context.database.write(
        lambda tx: register_differences.mark_seen(tx, sha256, page.actor.id, page.now)
    )
    ticket = form.value("ticket")
    return page.back(f"/tickets/{ticket}" if ticket else "/wording", "registers_seen")


def told(tx: Transaction, rows: Sequence[Row[Any]], say: Formatting) -> list[RegisterWords]:
    """These rows as they are shown."""
    ids = [row.ticket for row in rows]
    tickets = {row.id: row for row in tx.rows(select(ticket).where(ticket.c.id.in_(ids)))}
    return [_told(row, tickets[row.ticket], say) for row in rows]


def _told(row: Row[Any], ticket: Row[Any], say: Formatting) -> RegisterWords:
    return RegisterWords(
        sha256=row.sha256,
        ticket=ticket.id,
        label=ticket.folio or ticket.id,
        customer=say.record("customer", ticket.customer),
        engineer=say.person(ticket.assignee),
        at=row.at,
        words=[Difference(*each) for each in row.words],
        seen_by=say.person(row.seen_by) if row.seen_at else "",
    )
