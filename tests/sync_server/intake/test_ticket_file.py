"""A ticket out of a file, in the form of the demo's, with Spanish or English names."""

from typing import Any

import pytest

from shared.ticket.people import Actor, Role
from sync_server.intake.ticket_file import NotATicket, register
from sync_server.tickets import store
from tests.office import RunningOffice

SPANISH = {
    "abierto": "2026-03-09 08:52", "canal": "telefono", "naturaleza": "falla_tecnica",
    "tipo": "equipo_detenido", "prioridad": "alta", "cliente": "Hospital San Gabriel, Urgencias",
    "contacto": ["Lic. Marta Ibáñez", "55 5550 0101"],
    "equipo": {
        "marca": "Kyocera", "modelo": "TASKalfa 4054ci", "serie": "DEMO-KY4054-9999",
        "a_color": True, "contador_total": 284310, "contador_bn": 201554, "contador_color": 82756,
        "ubicacion": "PB, Admisión",
    },
    "descripcion": "Pantalla con código C6000 y no imprime recetas.",
}  # fmt: skip

ENGLISH: dict[str, Any] = {
    "channel": "phone", "nature": "technical_fault", "type": "equipment_down", "priority": "high",
    "customer": "Hospital San Gabriel", "site": "Urgencias",
    "requester": {"name": "Lic. Marta Ibáñez", "contact": "55 5550 0101"},
    "asset": {
        "make": "Kyocera", "model": "TASKalfa 4054ci", "serial": "DEMO-KY4054-9999",
        "colour": True, "meter": {"total": 284310, "bw": 201554, "colour": 82756},
        "location": "PB, Admisión",
    },
    "description": "Pantalla con código C6000 y no imprime recetas.",
}  # fmt: skip


def registered(office: RunningOffice, doc: Any) -> Any:
    actor = Actor(office.user(Role.CALL_CENTRE).id, Role.CALL_CENTRE)
    now = office.clock()
    folio = office.do(lambda tx: register(tx, office.context, doc, actor, now))
    found = office.ask(lambda tx: store.by_folio(tx, folio))
    assert found is not None
    return found.record.fields


def test_both_languages_say_the_same(office: RunningOffice):
    spanish, english = registered(office, SPANISH), registered(office, ENGLISH)
    for name in ("channel", "nature", "type", "priority", "description", "customer", "site"):
        assert spanish[name] == english[name]
    assert spanish["asset"] == english["asset"]
    assert office.known("asset", spanish["asset"])["meter"]["total"] == 284310
    assert office.known("site", spanish["site"])["name"] == "Urgencias"


SERIALS = (
    "DEMO-KY4054-9999", "demo ky4054 9999", "DEMOKY4054 9999", "ＤＥＭＯ-KY4054-9999",
    "DEMO\u2013KY4054\u20139999", "\u200bDEMO-KY4054-\u00ad9999", " DEMO\u00a0KY4054-9999 ",
)  # fmt: skip
CUSTOMERS = ("Óptica Ibáñez", "OPTICA IBANEZ", "O\u0301ptica Iba\u0301n\u0303ez", "óptica  ibáñez ",
             "Óptica\u00a0Ibáñez", "Óptica-Ibá\u200dñez")  # fmt: skip


def test_one_asset_one_customer_and_one_site_in_every_spelling(office: RunningOffice):
    asked = [
        {
            **ENGLISH,
            "asset": {**ENGLISH["asset"], "serial": serial},
            "customer": customer,
            "site": s,
        }
        for serial, customer in zip(SERIALS, (*CUSTOMERS, CUSTOMERS[0]), strict=True)
        for s in ("Sala de Exámenes", "sala de examenes")
    ]
    made = [registered(office, doc) for doc in asked]
    assert {name: len({each[name] for each in made}) for name in ("asset", "customer", "site")} == {
        "asset": 1, "customer": 1, "site": 1,
    }  # fmt: skip
    assert office.known("asset", made[0]["asset"])["serial"] == SERIALS[0]


def test_it_is_classified_and_counts_from_when_it_was_opened(office: RunningOffice):
    fields = registered(office, SPANISH)
    assert fields["state"] == "classified"
    assert fields["created_at"].startswith("2026-03-09T08:52:00")
    assert fields["due"]["response"].startswith("2026-03-09T16:00:00")


def test_folios_follow_one_another(office: RunningOffice):
    first, second = (registered(office, ENGLISH)["folio"] for _ in range(2))
    prefix, year, number = first.split("-")
    assert (prefix, len(number)) == ("SEI", 6)
    assert second == f"{prefix}-{year}-{int(number) + 1:06d}"


@pytest.mark.parametrize(
    "change",
    [
        {"channel": None}, {"description": " "}, {"channel": "paloma"}, {"priority": "urgentísima"},
        {"requester": 3}, {"asset": []}, {"asset": {"make": "x"}}, {"customer": 3},
        {"opened_at": "ayer"}, {"opened_at": 3},
    ],
)  # fmt: skip
def test_what_is_no_ticket_is_refused_with_a_sentence(
    office: RunningOffice, change: dict[str, Any]
):
    with pytest.raises(NotATicket):
        registered(office, {**ENGLISH, **change})


@pytest.mark.parametrize("doc", [None, [], "x", 3])
def test_what_is_no_object_is_refused(office: RunningOffice, doc: Any):
    with pytest.raises(NotATicket):
        registered(office, doc)
