"""The terms of a ticket as a list or a page shows them: how much is left, in words and colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.sla.left import time_left
from shared.sla.sla import ClockReading, SlaStatus

TONES: Mapping[SlaStatus, str] = {
    SlaStatus.RUNNING: "",
    SlaStatus.WARNING: "warn",
    SlaStatus.MET: "good",
    SlaStatus.BREACHED: "bad",
}

ICONS: Mapping[SlaStatus, str] = {
    SlaStatus.RUNNING: "clock",
    SlaStatus.WARNING: "clock-alert",
    SlaStatus.MET: "circle-check",
    SlaStatus.BREACHED: "circle-alert",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock, ready to be drawn; `percent` of its target is gone, at most 100."""

    clock: str
    said: str
    tone: str
    icon: str
    due: datetime
    percent: int


def promise(reading: ClockReading, language: str) -> Promise:
    """A reading in words and colours."""
    return Promise(
        reading.clock.value,
        time_left(reading, language),
        TONES[reading.status],
        ICONS[reading.status],
        reading.due,
        max(0, min(100, round(reading.fraction * 100))),
    )
