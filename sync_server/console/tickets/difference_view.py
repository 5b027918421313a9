"""Reports whose pages say something else than their record: both texts, for a person to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.responses import Response

from shared.ticket.ticket import Ticket
from sync_server.console.tickets.commands import STEPS, Command, commands_for, waiting_report
from sync_server.console.web.dependencies import require
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import ticket as table
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.reports.pages_compared import Difference
from sync_server.tickets import cross_rendering, store

router = APIRouter(include_in_schema=False)
place(
    "/differing", "nav.differing", "shield-alert", Action.SEE_CONFLICTS, order=45,
    waiting=(table, table.c.report_differs),
)  # fmt: skip

MOST = 50

DECISIONS = ("accept_report", "return_report")


@dataclass(frozen=True, slots=True)
class DifferingReport:
    """One report that waits: whose it is, what was compared, where pages and record part."""

    ticket: str
    label: str
    customer: str
    engineer: str
    sha256: str
    at: datetime
    how: str
    differences: Sequence[Difference]
    decisions: Sequence[Command]


@router.get("/differing")
def differing(page: Page = Depends(require(Action.SEE_CONFLICTS))) -> Response:
    """Every report that waits for a person, the oldest first."""
    with page.context.database.reading() as tx:
        formatting = Formatting(tx, page)
        query = select(table.c.id).where(table.c.report_differs)
        ids = tx.scalars(query.order_by(table.c.finalised_at, table.c.id).limit(MOST))
        found = [store.load(tx, id) for id in ids]
        tickets = [Ticket.of(each.record) for each in found if each is not None]
        reports = [differing_report(tx, page, ticket, formatting) for ticket in tickets]
        return page.show("differing.html", reports=[each for each in reports if each is not None])


def differing_report(
    tx: Transaction, page: Page, ticket: Ticket, formatting: Formatting
) -> DifferingReport | None:
    """The report of this ticket that waits for a person, if one does."""
    sha256 = waiting_report(ticket)
    row = cross_rendering.noted(tx, sha256) if sha256 else None
    if sha256 is None or row is None:
        return None
    return DifferingReport(
        ticket=ticket.id,
        label=ticket.label,
        customer=formatting.record("customer", ticket.customer),
        engineer=formatting.person(ticket.assignee),
        sha256=sha256,
        at=row.at,
        how=row.how,
        differences=[Difference(*each) for each in row.differing],
        decisions=[c for c in commands_for(tx, page, ticket) if c.name in DECISIONS],
    )


assert set(DECISIONS) <= set(STEPS)
