"""Registering a ticket that came by telephone, by mail, or by word of mouth."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends
from sqlalchemy import Row, select
from starlette.responses import Response

from shared.operations.states import ACTIVE, MOVES
from shared.time.zones import zone_called
from sync_server.console.tickets.request_form import (
    CLASSIFIED,
    check_request,
    choices,
    fields_of,
)
from sync_server.console.web.dependencies import require
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.records import records
from sync_server.tickets import folios
from sync_server.tickets.apply import office_operation
from sync_server.web.form_input import submitted
from sync_server.web.form_keys import Answer, claim_of_words
from sync_server.web.forms import LONGEST_LINE, Form

router = APIRouter(include_in_schema=False)
place("/tickets/new", "nav.new_ticket", "plus", Action.REGISTER_TICKET, order=30)

PLACES = (
    "customer_name",
    "site_name",
    "site_address",
    "site_zone",
    "serial",
    "make",
    "model",
    "location",
)
MOST_SUGGESTIONS = 500


@router.get("/tickets/new")
def ask(page: Page = Depends(require(Action.REGISTER_TICKET))) -> Response:
    """The empty form; a call is the commonest way in. What was typed before is there again."""
    return _asked(page, page.kept("/tickets/new") or Form({"channel": "phone", "classify": "1"}))


@router.get("/tickets/new/places")
def places(
    customer_name: str = "", page: Page = Depends(require(Action.REGISTER_TICKET))
) -> Response:
    """The sites and assets of a customer, to be chosen from while one types."""
    with page.context.database.reading() as tx:
        return page.part("places.html", **_suggested(tx, customer_name))


@router.post("/tickets/new")
def register(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.REGISTER_TICKET))
) -> Response:
    """A new ticket with its folio; first a question when the asset has one open already (R119)."""
    check_request(page, form)
    _check_classification(page, form)
    form.require(page.t("form.required"), "customer_name", "site_name")
    form.limit(page.tn("form.too_long", LONGEST_LINE), LONGEST_LINE, *PLACES)
    if form.value("site_zone") and zone_called(form.value("site_zone")) is None:
        form.wrong["site_zone"] = page.t("new.no_zone")
    with page.context.database.reading() as tx:
        asset = records.labelled(tx, "asset", form.value("serial"))
    if form.value("serial") and asset is None:
        form.require(page.t("new.new_asset"), "make", "model")
    if not form.is_good:
        return _asked(page, form, 422)
    same_words = claim_of_words(page.request.url.path, form)
    done = page.once(form, lambda tx: _registered(tx, page, form), same_words)
    return page.answered(done) if isinstance(done, Answer) else _asked(page, form, 409, done)


def _check_classification(page: Page, form: Form) -> None:
    """Who leaves it classified says all three; nothing is left new in silence. R021."""
    if form.flag("classify") and page.may(Action.EDIT_TICKET):
        form.require(page.t("new.to_classify"), *CLASSIFIED)


def _registered(tx: Transaction, page: Page, form: Form) -> Answer | Sequence[Row[Any]]:
    """The ticket, or those that are open for its asset: asked when nobody else registers one."""
    folios.in_turn(tx, page.context.settings, page.now)
    asset = records.labelled(tx, "asset", form.value("serial"))
    similar = _similar(tx, asset.id) if asset else []
    if similar and not form.flag("confirmed"):
        return similar
    id = page.context.new_id()
    _register(tx, page, form, id)
    return Answer(f"/tickets/{id}", "registered")


def _asked(page: Page, form: Form, status: int = 200, similar: Sequence[Row[Any]] = ()) -> Response:
    with page.context.database.reading() as tx:
        customers = [stored.label for stored in records.all_of(tx, "customer")]
        suggested = _suggested(tx, form.value("customer_name"))
    return page.show(
        "new_ticket.html", status, form=form, choices=choices(page), similar=similar,
        customers=customers[:MOST_SUGGESTIONS], may_classify=page.may(Action.EDIT_TICKET),
        **suggested,
    )  # fmt: skip


def _suggested(tx: Transaction, customer_name: str) -> dict[str, Any]:
    customer = records.labelled(tx, "customer", customer_name.strip())
    mine = customer.id if customer else None
    sites = [s for s in records.all_of(tx, "site") if mine and s.doc.get("customer") == mine]
    assets = [a for a in records.all_of(tx, "asset") if mine in (None, a.doc.get("customer"))]
    return {"sites": sites[:MOST_SUGGESTIONS], "assets": assets[:MOST_SUGGESTIONS]}


def _similar(tx: Transaction, asset: str) -> list[Row[Any]]:
    query = select(ticket.c.id, ticket.c.folio, ticket.c.created_at, ticket.c.doc).where(
        ticket.c.asset == asset, ticket.c.state.in_(ACTIVE)
    )
    return tx.rows(query.order_by(ticket.c.created_at.desc()).limit(5))


def _register(tx: Transaction, page: Page, form: Form, id: str) -> None:
    customer = _customer(tx, page, form)
    site = _site(tx, page, form, customer)
    asset = _asset(tx, page, form, customer, site)
    fields = {name: value for name, value in fields_of(form).items() if value is not None}
    fields |= {"customer": customer, "site": site, **({"asset": asset} if asset else {})}
    _operate(tx, page, id, "create", {"fields": fields})
    if form.flag("classify") and page.may(Action.EDIT_TICKET):
        _operate(tx, page, id, "command", {"name": "classify"})


def _operate(tx: Transaction, page: Page, id: str, kind: str, body: dict[str, Any]) -> None:
    actor = page.actor if kind == "create" else page.in_a_role(MOVES[body["name"]].roles)
    office_operation(tx, page.context, actor, id, kind, body, now=page.now)


def _customer(tx: Transaction, page: Page, form: Form) -> str:
    known = records.labelled(tx, "customer", form.value("customer_name"))
    if known:
        return known.id
    id = page.context.new_id()
    doc = {"name": form.value("customer_name"), "locale": "es", "contract": form.value("contract")}
    records.put(tx, "customer", id, doc, page.now)
    return id


def _site(tx: Transaction, page: Page, form: Form, customer: str) -> str:
    name = form.value("site_name")
    known = next(iter(records.sites_of(tx, customer, name)), None)
    if known:
        return known.id
    id = page.context.new_id()
    zone = {"zone": form.value("site_zone")} if form.value("site_zone") else {}
    doc = {"name": name, "address": form.value("site_address"), "customer": customer, **zone}
    records.put(tx, "site", id, doc, page.now)
    return id


def _asset(tx: Transaction, page: Page, form: Form, customer: str, site: str) -> str | None:
    serial = form.value("serial")
    if not serial:
        return None
    known = records.labelled(tx, "asset", serial)
    if known:
        return known.id
    id = page.context.new_id()
    doc = {
        "serial": serial, "make": form.value("make"), "model": form.value("model"),
        "colour": form.flag("colour"), "location": form.value("location"),
        "customer": customer, "site": site, "meter": None, "history": [],
    }  # fmt: skip
    records.put(tx, "asset", id, doc, page.now)
    return id
