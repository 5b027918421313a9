"""Correcting the request: only what was changed is written, against what was on the screen.

What somebody else changed meanwhile is not overwritten: both values become a conflict.
"""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from shared.operations.operation import Outcome
from shared.ticket.ticket import Ticket
from sync_server.console.tickets.request_form import (
    check_request,
    choices,
    fields_of,
    form_of,
)
from sync_server.console.tickets.ticket_view import the_ticket
from sync_server.console.web.dependencies import require
from sync_server.console.web.page import Page
from sync_server.identity.permissions import Action
from sync_server.tickets.apply import office_operation
from sync_server.web.form_input import submitted
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
    base_rev = int(form.value("base_rev")) if form.value("base_rev").isdecimal() else 0
    if not form.is_good:
        was = {n.removeprefix(WAS): v for n, v in form.values.items() if n.startswith(WAS)}
        return _asked(page, ticket, form, was=was, base_rev=base_rev, status=422)
    before, now = fields_of(form, WAS), fields_of(form)
    changed = {name: value for name, value in now.items() if value != before[name]}
    if not changed:
        return page.back(f"/tickets/{id}", "edit_nothing")
    result = page.context.database.write(
        lambda tx: office_operation(
            tx, page.context, page.actor, id, "set", {"fields": changed}, min(base_rev, ticket.rev),
            page.now,
        )
    )  # fmt: skip
    if result.outcome is Outcome.CONFLICT:
        return page.back(f"/tickets/{id}", "edit_conflict", "warn")
    if result.outcome is not Outcome.APPLIED:
        return page.back(f"/tickets/{id}", "edit_ended", "warn")
    return page.back(f"/tickets/{id}", "edited")


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
