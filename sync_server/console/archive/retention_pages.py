"""Until when a report is kept, who holds it and why; and everything of a customer, to take away."""

from collections.abc import Mapping
from typing import IO

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync_server.archive import archive_search, customer_export, legal_holds
from sync_server.archive.archive_search import Archived
from sync_server.archive.customer_export import UnknownCustomer
from sync_server.archive.legal_holds import NoReason, NothingHeld
from sync_server.console.web.dependencies import NotHere, require
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.web.form_input import submitted
from sync_server.web.form_keys import Answer
from sync_server.web.forms import LONGEST_LINE, Form
from sync_server.web.zip_download import packed

router = APIRouter(include_in_schema=False)


@router.post("/archive/{id}/hold")
def hold(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.HOLD_ARCHIVED))
) -> Response:
    """Keep this ticket, or everything of its customer, whatever its term."""
    archived = _archived(page, id)
    named = {"customer": archived.customer} if form.flag("customer") else {}
    named = named if named.get("customer") else {"ticket_id": archived.ticket}
    reason = form.value("reason")[:LONGEST_LINE]
    try:
        return page.answered(page.once(form, lambda tx: _held(tx, page, id, reason, named)))
    except NoReason:
        return page.back(f"/archive/{id}", "hold_without_reason", "warn")


def _held(
    tx: Transaction, page: Page, id: str, reason: str, named: Mapping[str, str | None]
) -> Answer:
    legal_holds.hold(tx, page.context, page.actor, reason, page.now, **named)
    return Answer(f"/archive/{id}", "held")


@router.post("/archive/{id}/hold/{hold_id}/lift")
def lift(
    id: str,
    hold_id: str,
    form: Form = Depends(submitted),
    page: Page = Depends(require(Action.HOLD_ARCHIVED)),
) -> Response:
    """Lift a hold, with a reason; both stay on record."""
    archived = _archived(page, id)
    with page.context.database.reading() as tx:
        its = {row.id for row in legal_holds.of_ticket(tx, archived.ticket, archived.customer)}
    if hold_id not in its:
        raise NotHere(page)
    reason = form.value("reason")[:LONGEST_LINE]
    try:
        return page.answered(page.once(form, lambda tx: _lifted(tx, page, id, hold_id, reason)))
    except NoReason:
        return page.back(f"/archive/{id}", "hold_without_reason", "warn")
    except NothingHeld:
        return page.back(f"/archive/{id}", "hold_gone", "warn")


def _lifted(tx: Transaction, page: Page, id: str, hold_id: str, reason: str) -> Answer:
    legal_holds.lift(tx, page.actor, hold_id, reason, page.now)
    return Answer(f"/archive/{id}", "hold_lifted")


@router.post("/archive/{id}/customer")
def customer(id: str, page: Page = Depends(require(Action.EXPORT_CUSTOMER))) -> Response:
    """Everything that is kept about this report's customer, as one ZIP."""
    archived = _archived(page, id)
    if archived.customer is None:
        raise NotHere(page)
    name = archived.customer

    def fill(out: IO[bytes]) -> str:
        customer_export.pack(page.context, name, page.actor, page.now, out)
        return customer_export.file_name(name, page.now)

    try:
        return packed(fill)
    except UnknownCustomer as error:
        raise NotHere(page) from error


def _archived(page: Page, id: str) -> Archived:
    with page.context.database.reading() as tx:
        found = archive_search.one(tx, id)
    if found is None:
        raise NotHere(page)
    return found
