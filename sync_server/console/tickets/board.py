"""The supervisor's board: what waits for a decision, and what has just happened; live."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from sync_server.console.tickets.history import Happening, latest
from sync_server.console.tickets.queues import (
    LOOKS,
    Look,
    Queue,
    counts,
    silent_devices,
    tickets_in,
)
from sync_server.console.tickets.reasons import reasons
from sync_server.console.tickets.rows import TicketRow, ticket_rows
from sync_server.console.web.dependencies import SignInFirst, entrance, require
from sync_server.console.web.navigation import first_page, place
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action

router = APIRouter(include_in_schema=False)
place("/", "nav.board", "layout-dashboard", Action.SEE_BOARD, order=10, first=1)

MOST = 25
MOST_HAPPENINGS = 9


@dataclass(frozen=True, slots=True)
class Tile:
    """One queue as the board shows it."""

    queue: Queue
    look: Look
    count: int
    chosen: bool


@router.get("/")
def board(queue: str = "", page: Page = Depends(entrance)) -> Response:
    """The board for those who have one; for others the first page of their day."""
    if page.session is None:
        raise SignInFirst("/")
    if not page.may(Action.SEE_BOARD):
        return RedirectResponse(first_page(page.actors), 303)
    with page.context.database.reading() as tx:
        return page.show("board.html", watching=True, **_seen(tx, page, queue))


@router.get("/console/board")
def board_now(queue: str = "", page: Page = Depends(require(Action.SEE_BOARD))) -> Response:
    """The moving part of the board, asked for again whenever something moved."""
    with page.context.database.reading() as tx:
        return page.part("board_now.html", **_seen(tx, page, queue))


def _seen(tx: Transaction, page: Page, wanted: str) -> dict[str, Any]:
    waiting = counts(tx, page.context, page.now)
    queue = _chosen(waiting, wanted)
    found = tickets_in(tx, page.context, queue, page.now, MOST)
    rows: list[TicketRow] = ticket_rows(tx, page, found, reasons(tx, page, queue, found))
    happenings: list[Happening] = latest(tx, page, MOST_HAPPENINGS)
    silent = silent_devices(tx, page.context, page.now) if queue is Queue.SILENT else []
    return {
        "tiles": [Tile(q, LOOKS[q], waiting[q], q is queue) for q in Queue],
        "queue": queue,
        "count": waiting[queue],
        "rows": rows,
        "silent": silent,
        "happenings": happenings,
    }


def _chosen(waiting: dict[Queue, int], wanted: str) -> Queue:
    if wanted in set(Queue):
        return Queue(wanted)
    return next((queue for queue in Queue if waiting[queue]), Queue.TO_ASSIGN)
