"""The people and things of the tests: the demo organisation's own, so that one story is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.ticket.people import Role
from sync_server import demo
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext

NAMES: Mapping[Role, str] = {
    Role.ENGINEER: "Luis Cano",
    Role.SUPERVISOR: "Sofía Rivas",
    Role.CALL_CENTRE: "Carmen Solís",
    Role.MANAGER: "Gustavo Leal",
    Role.DIRECTOR: "Diana Ortega",
    Role.ACCOUNT_EXECUTIVE: "Ernesto Vela",
    Role.BACK_OFFICE: "Beatriz Olmos",
    Role.ADMINISTRATOR: "Adriana Mora",
}

CUSTOMER, SITE, ASSET = "customer-1", "site-1", "asset-1"
SERIAL = "DEMO-KY4054-0117"

TICKET: Mapping[str, Any] = {
    "channel": "phone", "nature": "technical_fault", "type": "equipment_down", "priority": "high",
    "requester": {"name": "Lic. Marta Ibáñez", "contact": "55 5550 0101", "kind": "customer"},
    "customer": CUSTOMER, "site": SITE, "asset": ASSET,
    "description": "Pantalla con código C6000 y no imprime recetas; es el único equipo del área.",
}  # fmt: skip

RECORDS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("customer", CUSTOMER): {
        "name": "Hospital San Gabriel", "locale": "es-MX", "contract": "SA-2024-017",
        "email": "compras@example.com",
    },
    ("site", SITE): {
        "name": "Urgencias", "address": "Av. de los Insurgentes 100, Ciudad de México",
        "customer": CUSTOMER,
    },
    ("asset", ASSET): {
        "serial": SERIAL, "make": "Kyocera", "model": "TASKalfa 4054ci", "colour": True,
        "location": "PB, Admisión", "customer": CUSTOMER, "site": SITE,
        "meter": {"total": 284310, "bw": 201554, "colour": 82756}, "history": [],
    },
}  # fmt: skip


def furnish(tx: Transaction, context: ApplicationContext, engineer: str, now: datetime) -> None:
    """The catalogues, one customer with a site and an asset, and the engineer's van."""
    demo.put_catalogues(tx, context, now)
    for (record, id), doc in RECORDS.items():
        records.put(tx, record, id, doc, now)
    records.put(tx, "stock", engineer, {"items": {"REF-FUS-A3C": 1, "REF-ROD-KIT": 2}}, now)
