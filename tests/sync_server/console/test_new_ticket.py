"""A call is taken: the ticket has its folio, its place and its equipment, and no double."""

from typing import Any

import pytest

from sync_server.records import records
from tests import cast
from tests.sync_server.console.browser import said

CALL = {
    "channel": "phone", "requester_name": "Lic. Marta Ibáñez", "requester_contact": "55 5550 0101",
    "requester_kind": "customer", "description": "No imprime",
    "customer_name": "Hospital San Gabriel",
    "site_name": "Urgencias", "serial": cast.SERIAL, "nature": "technical_fault",
    "type": "technical_fault", "priority": "medium", "classify": "1",
}  # fmt: skip


@pytest.fixture
def call_centre(browse):
    return browse("call_centre")


def registered(office, page: str) -> dict[str, Any]:
    id = page.split('action="/tickets/')[1].split("/")[0]
    return dict(office.fields(id))


def test_a_call_becomes_a_classified_ticket_of_what_is_known(call_centre, office):
    page = call_centre.done("/tickets/new", **CALL)
    assert "Ticket registrado" in page
    fields = registered(office, page)
    assert fields["folio"].startswith("SEI-")
    assert fields["state"] == "classified"
    assert (fields["customer"], fields["asset"]) == (cast.CUSTOMER, cast.ASSET)
    assert fields["site"] == cast.SITE
    assert fields["due"]["resolution"]


def test_what_is_known_is_found_in_another_spelling(call_centre, office):
    spelled = {"customer_name": "hospítal  SAN GABRIEL", "site_name": "URGENCIAS",
               "serial": "demo\u2013ky4054 0117"}  # fmt: skip
    places = call_centre.see("/tickets/new/places", params=spelled)
    assert "Urgencias" in places
    fields = registered(office, call_centre.done("/tickets/new", **{**CALL, **spelled}))
    assert (fields["customer"], fields["asset"]) == (cast.CUSTOMER, cast.ASSET)
    assert fields["site"] == cast.SITE


def test_what_is_not_known_yet_is_added(call_centre, office):
    page = call_centre.done(
        "/tickets/new",
        **{**CALL, "customer_name": "Taller Luna", "site_name": "Centro", "site_address": "Av. 1",
           "serial": "NEW-1", "make": "Brother", "model": "L6200", "colour": "1"},
    )  # fmt: skip
    fields = registered(office, page)
    assert office.known("customer", fields["customer"])["name"] == "Taller Luna"
    assert office.known("site", fields["site"])["customer"] == fields["customer"]
    asset = office.known("asset", fields["asset"])
    assert (asset["serial"], asset["make"], asset["colour"]) == ("NEW-1", "Brother", True)
    again = call_centre.done(
        "/tickets/new",
        **{**CALL, "customer_name": "Taller Luna", "site_name": "Centro", "serial": ""},
    )
    assert registered(office, again)["customer"] == fields["customer"]
    assert registered(office, again)["site"] == fields["site"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"customer_name": ""}, "Falta este dato"),
        ({"description": ""}, "Falta este dato"),
        ({"channel": "pigeon"}, "Elija una de las opciones"),
        ({"serial": "UNKNOWN-1"}, "escriba marca y modelo"),
        ({"site_name": "x" * 501}, "demasiado largo"),
    ],
)
def test_a_bad_call_is_not_registered_and_keeps_what_was_typed(call_centre, office, bad, why):
    answer = call_centre.submit("/tickets/new", **{**CALL, "impact": "Lo escrito", **bad})
    assert answer.status_code == 422
    assert why in said(answer)
    assert "Lo escrito" in answer.text
    assert "Todavía no hay tickets" in call_centre.see("/tickets")
    assert not office.ask(lambda tx: records.labelled(tx, "asset", "UNKNOWN-1"))


def test_equipment_that_has_an_open_ticket_asks_before_a_second_one(call_centre, office):
    first = office.fields(office.ticket())["folio"]
    answer = call_centre.submit("/tickets/new", **CALL)
    assert answer.status_code == 409
    assert first in said(answer)
    assert "Este equipo ya tiene un ticket abierto" in said(answer)
    page = call_centre.done("/tickets/new", **CALL, confirmed="1")
    assert registered(office, page)["folio"] != first


def test_the_account_executive_registers_and_does_not_classify(browse, office):
    page = browse("account_executive").see("/tickets/new")
    assert "Dejarlo clasificado" not in page
    page = browse("account_executive").done("/tickets/new", **CALL)
    assert "Nuevo" in page
    assert "Clasificó" not in page


def test_places_are_those_of_the_customer(call_centre):
    mine = call_centre.see("/tickets/new/places", params={"customer_name": "Hospital San Gabriel"})
    assert 'value="Urgencias"' in mine
    assert cast.SERIAL in mine
    assert 'value="Urgencias"' not in call_centre.see("/tickets/new/places")
