"""A finished piece of work, complete to the last rule, for tests that then break one thing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.closure.missing import Authorship, ChecklistFacts, OfficeFacts
from shared.operations.digest import sign_off_digest
from shared.ticket.asset import Asset
from shared.ticket.ticket import Record, Ticket

ENGINEER = "engineer-1"
OPENED = datetime.fromisoformat("2026-03-09T08:52:00-06:00")


def at(minutes: float) -> str:
    """RFC 3339, so many minutes after the ticket was opened."""
    return (OPENED + timedelta(minutes=minutes)).isoformat()


ASSET = Asset.of(
    "asset-1",
    {
        "serial": "DEMO-KY4054-0117", "make": "Kyocera", "model": "TASKalfa 4054ci",
        "colour": True, "meter": {"total": 284310, "bw": 201554, "colour": 82756},
    },
)  # fmt: skip

FIELDS: Mapping[str, Any] = {
    "folio": "SEI-2026-000101", "state": "in_analysis", "channel": "phone",
    "nature": "technical_fault", "type": "equipment_down", "priority": "high",
    "requester": {"name": "Lic. Marta Ibáñez", "contact": "55 5550 0101", "kind": "customer"},
    "customer": "customer-1", "site": "site-1", "asset": "asset-1",
    "description": "Pantalla con código C6000 y no imprime recetas.",
    "assignee": ENGINEER, "assignments": [{"engineer": ENGINEER, "since": at(5)}],
    "created_at": at(0), "mode": "on_site", "arrived_at": at(60), "departed_at": at(150),
    "history_reviewed": True, "serial_matched": True,
    "meter": {"total": 284342, "bw": 201580, "colour": 82762},
    "diagnosis": "El calefactor del fusor no alcanza temperatura; vida útil al 118 %.",
    "root_cause": "CR-FUS-01", "solution": "Se cambió el fusor y se reinició el contador.",
    "test_result": "passed", "tested_at": at(140), "final_classification": "FC01",
}  # fmt: skip

ENTRIES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "contacts": ({"id": "c1", "at": at(30), "how": "phone", "with": "Lic. Marta Ibáñez"},),
    "actions": ({"id": "a1", "at": at(100), "text": "Cambio de fusor"},),
    "parts_used": ({"id": "p1", "code": "REF-FUS-A3C", "quantity": 1},),
    "time_entries": ({"id": "t1", "start": at(60), "end": at(150), "kind": "work"},),
    "evidence": (
        {"id": "e1", "sha256": "a" * 64, "mime": "image/jpeg", "size": 1, "kind": "before"},
        {"id": "e2", "sha256": "b" * 64, "mime": "image/jpeg", "size": 1, "kind": "after"},
    ),
}

SIGN_OFF: Mapping[str, Any] = {
    "id": "s1", "outcome": "conformity", "name": "Marta Ibáñez", "position": "Administradora",
    "strokes": [[[10, 10, 0], [40, 60, 16], [80, 20, 33]]], "signed_at": at(149),
    "locale": "es", "text": "Recibí el servicio descrito.",
}  # fmt: skip

KNOWN = ChecklistFacts(
    asset=ASSET,
    compatible={"CR-FUS-01": frozenset({"FC01", "FC02", "FC12", "FC13"}), "OTRA": frozenset()},
    parts=frozenset({"REF-FUS-A3C"}),
    stock={"REF-FUS-A3C": 1},
    authors=(Authorship(ENGINEER, OPENED + timedelta(minutes=100)),),
)

REPORT = {"id": "e9", "sha256": "c" * 64, "mime": "application/pdf", "size": 1, "kind": "report"}


def unsigned(**fields: Any) -> Record:
    """The finished work before anybody signed, with these fields changed."""
    return Record("ticket-1", {**FIELDS, **fields}, dict(ENTRIES), rev=9)


def signed(record: Record | None = None, **statement: Any) -> Record:
    """The record, signed as it stands now."""
    record = record or unsigned()
    sign_off = {**SIGN_OFF, **statement}
    return record.with_fields(
        {"sign_off": {**sign_off, "digest": sign_off_digest(record, sign_off)}}
    )


def finished() -> Ticket:
    """On site, signed, reported: nothing is missing."""
    return Ticket.of(signed().with_entry("evidence", REPORT))


def office(**facts: Any) -> OfficeFacts:
    """The server's facts when every byte has arrived."""
    received = {"a" * 64: True, "b" * 64: True, "c" * 64: True}
    return OfficeFacts(**{"received": received, **facts})
