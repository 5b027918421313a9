"""The people and things of the tablet's own tests, and a clock that goes when it is told to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from field_app.device.device import Device

NOW = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
ENGINEER = {"id": "eng-1", "name": "Luis Cano", "role": "engineer", "email": "luis@example.com"}
TICKET = "018f0000-0000-7000-8000-000000000001"
SECOND = "018f0000-0000-7000-8000-000000000002"
STROKES = [[[100, 200, 0], [300, 240, 40], [500, 180, 90]], [[520, 200, 200], [620, 260, 260]]]


class Clock:
    """Now, until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def device(folder: Path, clock: Clock | None = None, seed: int = 1) -> Device:
    """A machine whose chance repeats itself."""
    return Device(folder, clock or Clock(), Random(seed).randbytes, platform="test", name="tableta")


def ticket_fields() -> dict[str, Any]:
    """A ticket as the office assigns it."""
    return {
        "folio": "SEI-2026-000101", "state": "assigned", "channel": "phone",
        "nature": "technical_fault", "type": "equipment_down", "priority": "high",
        "requester": {"name": "Lic. Marta Ibáñez", "contact": "55 5550 0101", "kind": "customer"},
        "customer": "cus-1", "site": "site-1", "asset": "asset-1", "assignee": ENGINEER["id"],
        "assignments": [{"engineer": ENGINEER["id"], "since": "2026-03-09T08:00:00-06:00"}],
        "description": "Pantalla con código C6000 y no imprime recetas.",
        "created_at": "2026-03-09T08:52:00-06:00",
        "due": {"response": "2026-03-09T10:00:00-06:00", "resolution": "2026-03-09T17:00:00-06:00"},
    }  # fmt: skip


def documents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(record, id, doc) of everything around the ticket."""
    yield "customer", "cus-1", {"name": "Hospital San Gabriel", "locale": "es-MX"}
    yield "site", "site-1", {"name": "Urgencias", "address": "Av. Uno 1", "customer": "cus-1"}
    yield "asset", "asset-1", {
        "serial": "DEMO-KY4054-0117", "make": "Kyocera", "model": "TASKalfa 4054ci",
        "colour": True, "location": "PB, Admisión", "customer": "cus-1", "site": "site-1",
        "meter": {"total": 284310, "bw": 201554, "colour": 82756},
        "history": [{
            "folio": "SEI-2026-000007", "opened_at": "2026-02-10T09:00:00-06:00",
            "closed_at": "2026-02-10T12:00:00-06:00", "description": "C6000",
            "root_cause": "CR-FUS-01", "final_classification": "FC01", "solution": "Fusor nuevo",
        }],
    }  # fmt: skip
    yield "stock", ENGINEER["id"], {"items": {"REF-FUS-A3C": 1}}
    yield "catalogue", "root_causes", {"items": [{
        "code": "CR-FUS-01", "label": {"es": "Calefactor del fusor", "en": "Fuser heater"},
        "family": "FUS", "classifications": ["FC01", "FC02"],
    }]}  # fmt: skip
    yield "catalogue", "final_classifications", {"items": [
        {"code": "FC01", "label": {"es": "Desgaste por vida útil", "en": "Worn out"}},
        {"code": "FC09", "label": {"es": "Error de usuario", "en": "User error"}},
    ]}  # fmt: skip
    yield "catalogue", "parts", {"items": [
        {"code": "REF-FUS-A3C", "label": {"es": "Fusor A3 color", "en": "A3 colour fuser"}},
        {"code": "REF-LSU", "label": {"es": "Láser", "en": "Laser"}, "special": True},
    ]}  # fmt: skip
    yield "catalogue", "people", {"items": [ENGINEER]}
    yield "catalogue", "organisation", {"name": "Servicio en Sitio"}
    yield "answer", "ans-1", {
        "title": {"es": "C6000: fusor"}, "text": {"es": "Revise el fusor."}, "codes": ["C6000"],
        "types": [],
    }  # fmt: skip


def photo(colour: str = "navy", size: tuple[int, int] = (640, 480)) -> bytes:
    """A real JPEG."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()
