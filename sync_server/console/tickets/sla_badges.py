"""The clocks of a ticket as a list or a page shows them: how much is left, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.sla.sla import TARGETS, Clock, ClockReading, Course, SlaStatus, read_clocks
from shared.ticket.ticket import TERMINAL, Mode, Record, State
from shared.time.calendar import Calendar
from shared.time.timestamps import instant
from sync_server.tickets.sla_status import pauses_of
from sync_server.web.time_formatting import time_left

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


ELSEWHERE = (State.MERGED, State.REFERRED)
"""Attended in another ticket, or by others: no clock of this one runs."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock, ready to be drawn; `percent` of its target is gone, at most 100."""

    clock: str
    said: str
    tone: str
    icon: str
    due: datetime
    percent: int


def readings(
    doc: Mapping[str, Any],
    happened: Mapping[Clock, datetime | None],
    calendar: Calendar,
    now: datetime,
) -> Sequence[ClockReading]:
    """Every clock that this ticket promises, at `now`; none before it has a priority.

    `happened` holds the instants corrected by the tablet's skew. An ended ticket's open clocks
    stand where they stood when it ended.
    """  # fmt: skip
    targets = TARGETS.get(doc.get("priority") or "")
    opened = instant(doc.get("created_at"))
    if targets is None or opened is None or doc.get("state") in ELSEWHERE:
        return ()
    until = instant(doc.get("closed_at")) if doc.get("state") in TERMINAL else None
    course = Course(
        opened,
        pauses_of(Record("", doc), until or now),
        {clock: at for clock, at in happened.items() if at is not None},
    )
    read = read_clocks(course, targets, calendar, until or now)
    remote = doc.get("mode") == Mode.REMOTE
    return [reading for reading in read if not (remote and reading.clock is Clock.ON_SITE)]


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


def most_urgent(read: Sequence[ClockReading]) -> ClockReading | None:
    """The clock to look at in a list: of those still running, the one with the least left."""
    running = [reading for reading in read if reading.happened is None]
    if running:
        return min(running, key=lambda reading: reading.left)
    return read[-1] if read else None
