"""The asset (equipo): what it is, what it has counted, and what was done to it before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.ticket.profile import ASKS_METER
from shared.ticket.work import Meter
from shared.time.timestamps import instant

LEAP = 10
"""Times the last meter from which on a reading is asked about."""


@dataclass(frozen=True, slots=True)
class PastService:
    """One earlier ticket of the same asset."""

    folio: str
    opened_at: datetime | None
    closed_at: datetime | None
    description: str
    root_cause: str | None
    final_classification: str | None
    solution: str

    @classmethod
    def of(cls, doc: Mapping[str, Any]) -> "PastService":
        return cls(
            doc.get("folio") or "",
            instant(doc.get("opened_at")),
            instant(doc.get("closed_at")),
            doc.get("description") or "",
            doc.get("root_cause"),
            doc.get("final_classification"),
            doc.get("solution") or "",
        )


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset read from its record; `meter` is the last one known to the office."""

    id: str
    serial: str
    make: str
    model: str
    colour: bool
    location: str
    customer: str | None
    site: str | None
    meter: Meter | None
    history: tuple[PastService, ...]
    asks_meter: bool | None = None
    """Whether its meter is read, where that is said of this one machine."""

    @classmethod
    def of(cls, id: str, doc: Mapping[str, Any]) -> "Asset":
        return cls(
            id,
            doc.get("serial") or "",
            doc.get("make") or "",
            doc.get("model") or "",
            bool(doc.get("colour")),
            doc.get("location") or "",
            doc.get("customer"),
            doc.get("site"),
            Meter.of(doc.get("meter")),
            tuple(map(PastService.of, doc.get("history") or ())),
            doc.get(ASKS_METER),
        )

    def leaps(self, total: int) -> bool:
        """Whether a count is ten times the last one or more: rather a slip than so many pages."""
        return self.meter is not None and 0 < self.meter.total * LEAP <= total

    @property
    def name(self) -> str:
        """Make and model, as people call it."""
        return f"{self.make} {self.model}".strip()
