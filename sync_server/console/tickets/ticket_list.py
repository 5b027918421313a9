"""All tickets: searched, filtered, and read a window at a time."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from sqlalchemy import ColumnElement, and_, or_, true
from starlette.responses import Response

from shared.operations.states import ACTIVE
from shared.ticket.people import Role
from shared.ticket.ticket import Priority, State
from shared.words.folding import folded
from sync_server.console.tickets.commands import codes
from sync_server.console.tickets.queues import Queue, tickets_in
from sync_server.console.tickets.reasons import reasons
from sync_server.console.tickets.rows import WINDOW, cursor, in_order, ticket_rows
from sync_server.console.web.dependencies import require
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.identity.permissions import Action
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)
place("/tickets", "nav.tickets", "ticket", Action.LIST_TICKETS, order=20, first=4)

OPEN, ENDED = "open", "ended"
MOST_WORDS = 8


@router.get("/tickets")
def tickets(
    request: Request, after: str = "", page: Page = Depends(require(Action.LIST_TICKETS))
) -> Response:
    """The list, or only its rows when htmx asks for more of them."""
    asked = Form({name: value.strip()[:200] for name, value in request.query_params.items()})
    with page.context.database.reading() as tx:
        values = _window(tx, page, asked, after)
        engineers = _engineers(tx)
    if request.headers.get("hx-request") and request.headers.get("hx-target") == "rows":
        return page.part("ticket_rows_found.html", **values)
    if after:
        return page.part("ticket_rows_more.html", **values)
    return page.show(
        "tickets.html", watching=page.may(Action.SEE_BOARD), engineers=engineers,
        states=codes(page, "state", list(State)),
        priorities=codes(page, "priority", list(Priority)), **values,
    )  # fmt: skip


def _window(tx: Transaction, page: Page, asked: Form, after: str) -> dict[str, Any]:
    queue = asked.value("queue")
    if queue in set(Queue) and page.may(Action.SEE_BOARD):
        found = list(tickets_in(tx, page.context, Queue(queue), page.now, 500))
        listed = ticket_rows(tx, page, found, reasons(tx, page, Queue(queue), found))
        return {"form": asked, "rows": listed, "more": "", "queue": queue}
    found = tx.rows(in_order(and_(*_conditions(page, asked)), after))
    shown, rest = found[:WINDOW], found[WINDOW:]
    more = _more(asked.values, cursor(shown[-1])) if rest else ""
    return {"form": asked, "rows": ticket_rows(tx, page, shown), "more": more, "queue": ""}


def _conditions(page: Page, asked: Form) -> Sequence[ColumnElement[bool]]:
    words = folded(asked.value("q")).split()[:MOST_WORDS]
    return [
        *_visible(page),
        *(ticket.c.search.contains(word, autoescape=True) for word in words),
        _in_state(asked.value("state")),
        _equal(ticket.c.priority, asked.value("priority"), set(Priority)),
        _assigned_to(asked.value("engineer")),
    ]


def _visible(page: Page) -> list[ColumnElement[bool]]:
    if page.actor.role is Role.ENGINEER:
        return [ticket.c.assignee == page.actor.id]
    return []


def _in_state(wanted: str) -> ColumnElement[bool]:
    if wanted == OPEN:
        return ticket.c.state.in_(ACTIVE)
    if wanted == ENDED:
        return ticket.c.state.not_in(ACTIVE)
    return _equal(ticket.c.state, wanted, set(State))


def _assigned_to(engineer: str) -> ColumnElement[bool]:
    if engineer == "nobody":
        return or_(ticket.c.assignee.is_(None), ticket.c.assignee == "")
    return ticket.c.assignee == engineer if engineer else true()


def _equal(column: ColumnElement[str], value: str, known: set[str]) -> ColumnElement[bool]:
    return column == value if value in {str(code) for code in known} else true()


def _engineers(tx: Transaction) -> list[tuple[str, str]]:
    return [(user.id, user.name) for user in users.all_of(tx, Role.ENGINEER)]


def _more(asked: Mapping[str, str], after: str) -> str:
    kept = {name: value for name, value in asked.items() if value and name != "after"}
    return "/tickets?" + urlencode({**kept, "after": after})
