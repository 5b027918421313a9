"""Correcting the request: only what was changed is written, against what was on the screen.

What somebody else changed meanwhile is not overwritten: both values become a conflict.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from shared.operations.operation import Outcome
from shared.ticket.ticket import Ticket
from sync_server.console.tickets.request_form import (
    check_request,
    choices,
    corrected,
    form_of,
)
from sync_server.console.tickets.ticket_view import the_ticket
from sync_server.console.web.dependencies import require
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.tickets.apply import office_operation
from sync_server.web.form_input import submitted
from sync_server.web.form_keys import Answer
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)

WAS = "was-"


@router.get("/tickets/{id}/edit")
def ask(id: str, page: Page = Depends(require(Action.EDIT_TICKET))) -> Response:
    """The form with what the ticket says now, and its revision."""
    with page.context.database.reading() as tx:
        ticket = the_ticket(tx, page, id)
    if ticket.is_terminal:
        return page.back(f"/tickets/{id}", "edit_ended", "warn")
    kept = page.kept(page.request.url.path)
    if kept is not None:
        return _asked(page, ticket, kept, was=_was(kept), base_rev=_seen(kept))
    form = form_of(ticket)
    return _asked(page, ticket, form, was=form.values, base_rev=ticket.rev)


@router.post("/tickets/{id}/edit")
def correct(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.EDIT_TICKET))
) -> Response:
    """Write what was changed since the form was opened."""
    with page.context.database.reading() as tx:
        ticket = the_ticket(tx, page, id)
    check_request(page, form)
    base_rev = _seen(form)
    if not form.is_good:
        return _asked(page, ticket, form, was=_was(form), base_rev=base_rev, status=422)
    changed = corrected(form, WAS, ticket)
    if not changed:
        return page.back(f"/tickets/{id}", "edit_nothing")
    seen = min(base_rev, ticket.rev)
    return page.answered(page.once(form, lambda tx: _written(tx, page, id, changed, seen)))


def _written(
    tx: Transaction, page: Page, id: str, changed: Mapping[str, Any], base_rev: int
) -> Answer:
    body = {"fields": changed}
    result = office_operation(tx, page.context, page.actor, id, "set", body, base_rev, page.now)
    if result.outcome is Outcome.CONFLICT:
        return Answer(f"/tickets/{id}", "edit_conflict", "warn")
    if result.outcome is not Outcome.APPLIED:
        return Answer(f"/tickets/{id}", "edit_ended", "warn")
    return Answer(f"/tickets/{id}", "edited")


def _was(form: Form) -> Mapping[str, str]:
    """What the form showed at first."""
    return {n.removeprefix(WAS): v for n, v in form.values.items() if n.startswith(WAS)}


def _seen(form: Form) -> int:
    """The revision that was on the screen when the form was opened."""
    said = form.value("base_rev")
    return int(said) if said.isdecimal() and len(said) < 16 else 0


def _asked(
    page: Page,
    ticket: Ticket,
    form: Form,
    *,
    was: object,
    base_rev: int,
    status: int = 200,
) -> Response:
    return page.show(
        "correction.html", status, ticket=ticket, form=form, was=was, base_rev=base_rev,
        choices=choices(page),
    )  # fmt: skip
