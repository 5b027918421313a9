"""What a supervisor decides: conflicts, late arrivals, and operations that nobody understood."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from sqlalchemy import Row, select
from starlette.responses import Response

from shared.operations.operation import Outcome
from shared.ticket.fields import FREE_TEXT
from sync_server.console.tickets import history
from sync_server.console.tickets.conflict_view import disputes
from sync_server.console.tickets.history import Happening
from sync_server.console.web.dependencies import require
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.console.web.refusal import refusal
from sync_server.database.tables import conflict, late_arrival, operation, parked, ticket
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.tickets import apply, conflicts, parked_operations
from sync_server.web.form_input import submitted
from sync_server.web.form_keys import Answer
from sync_server.web.forms import LONGEST_TEXT, Form

router = APIRouter(include_in_schema=False)
place(
    "/conflicts", "nav.conflicts", "git-compare-arrows", Action.SEE_CONFLICTS, order=40,
    waiting=(conflict, conflict.c.resolved_at.is_(None)),
)  # fmt: skip
place(
    "/late", "nav.late", "hourglass", Action.SEE_CONFLICTS, order=50,
    waiting=(late_arrival, late_arrival.c.seen_at.is_(None)),
)  # fmt: skip
place(
    "/parked", "nav.parked", "circle-parking", Action.SEE_PARKED, order=60,
    waiting=(parked, parked.c.settled_at.is_(None)),
)  # fmt: skip

MOST = 200


@dataclass(frozen=True, slots=True)
class Parked:
    """An operation kept as it came: `raw` is laid out when it is JSON."""

    operation: int
    ticket: str | None
    folio: str
    by: str
    device: str
    reason: str
    at: datetime
    raw: str


@router.get("/conflicts")
def all_conflicts(page: Page = Depends(require(Action.SEE_CONFLICTS))) -> Response:
    """Every conflict that waits for a person, oldest first."""
    with page.context.database.reading() as tx:
        rows = conflicts.open_all(tx)
        docs = _docs(tx, {row.ticket for row in rows})
        found = disputes(tx, Formatting(tx, page), rows, docs)
        return page.show("conflicts.html", disputes=found)


@router.post("/conflicts/{id}")
def decide(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.RESOLVE_CONFLICT))
) -> Response:
    """Let one of two values stand, or words that a person wrote; the other stays in the history."""
    with page.context.database.reading() as tx:
        row = tx.one_or_none(select(conflict).where(conflict.c.id == id))
    path = "/conflicts" if row is None or form.flag("from_list") else f"/tickets/{row.ticket}"
    if row is None:
        return page.back(path, "conflict_gone", "warn")
    choice = form.value("choice")
    written = choice == "written" and row.field in FREE_TEXT and form.value("text")
    if choice not in ("standing", "losing") and not written:
        return page.back(path, "conflict_choose", "warn")
    value = form.value("text")[:LONGEST_TEXT] if written else getattr(row, choice)
    try:
        return page.answered(page.once(form, lambda tx: _decided(tx, page, id, value, path)))
    except conflicts.NoSuchConflict:
        return page.back(path, "conflict_gone", "warn")


def _decided(tx: Transaction, page: Page, id: str, value: Any, path: str) -> Answer:
    result = apply.resolve(tx, page.context, page.actor, id, value, page.now)
    if result.outcome is Outcome.CONFLICT:
        return Answer(path, "edit_conflict", "warn")
    return Answer(path, "conflict")


@router.get("/late")
def late_queue(page: Page = Depends(require(Action.SEE_CONFLICTS))) -> Response:
    """Work that came for a ticket that had ended or gone to somebody else, and nobody has seen."""
    with page.context.database.reading() as tx:
        return page.show("late.html", arrivals=_late(tx, page))


@router.get("/parked")
def parked_queue(page: Page = Depends(require(Action.SEE_PARKED))) -> Response:
    """Operations that could not be applied, with their bytes."""
    with page.context.database.reading() as tx:
        return page.show("parked.html", parked=_parked(tx, page))


@router.post("/parked/{line}")
def settle(
    line: Annotated[int, Path(ge=0, lt=2**63)], page: Page = Depends(require(Action.SETTLE_PARKED))
) -> Response:
    """Somebody has dealt with it; the bytes stay in the log."""
    page.context.database.write(
        lambda tx: parked_operations.settle(tx, line, page.actor.id, page.now)
    )
    return page.back("/parked", "settled")


def _docs(tx: Transaction, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    query = select(ticket.c.id, ticket.c.doc).where(ticket.c.id.in_(ids))
    return {row.id: row.doc for row in tx.rows(query)}


def _late(tx: Transaction, page: Page) -> list[tuple[Row[Any], Happening]]:
    query = (
        select(late_arrival, ticket.c.folio, ticket.c.state)
        .join(ticket, ticket.c.id == late_arrival.c.ticket)
        .where(late_arrival.c.seen_at.is_(None))
        .order_by(late_arrival.c.at, late_arrival.c.id)
    )
    rows = tx.rows(query.limit(MOST))
    told = history.by_line(tx, page, [row.operation for row in rows])
    return [(row, told[row.operation]) for row in rows if row.operation in told]


def _parked(tx: Transaction, page: Page) -> list[Parked]:
    query = (
        select(parked, operation.c.ticket, operation.c.user, operation.c.device,
               operation.c.result, ticket.c.folio)
        .join(operation, operation.c.id == parked.c.operation)
        .outerjoin(ticket, ticket.c.id == operation.c.ticket)
        .where(parked.c.settled_at.is_(None))
        .order_by(parked.c.at)
    )  # fmt: skip
    formatting, devices = Formatting(tx, page), history.Devices(tx, page)
    return [
        Parked(
            row.operation, row.ticket, row.folio or "", formatting.person(row.user),
            devices.name(row.device),
            refusal(page, row.reason, (row.result or {}).get("values") or {}), row.at,
            laid_out(row.raw),
        )
        for row in tx.rows(query.limit(MOST))
    ]  # fmt: skip


def laid_out(raw: bytes) -> str:
    """Bytes to be read by a person: JSON on several lines, anything else as it is."""
    try:
        text = json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "backslashreplace")
    return text.encode("utf-8", "backslashreplace").decode()
