"""What was promised for a ticket, by when, and whether it was kept: the clocks, for one record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.sla.sla import (
    TARGETS,
    Clock,
    ClockReading,
    Course,
    SlaStatus,
    Targets,
    attention,
    due,
    read_clocks,
)
from shared.ticket.ticket import Mode, Record
from shared.time.calendar import Calendar
from shared.time.pauses import Pause
from shared.time.timestamps import instant, wire_time


def due_of(record: Record, calendar: Calendar) -> dict[str, str | None] | None:
    """The ticket's `due`, from its priority, its opening and its pauses; None without them."""
    opened, targets = instant(record.fields.get("created_at")), _targets(record)
    if opened is None or targets is None:
        return None
    terms = due(opened, targets, calendar, pauses_of(record, None))
    return {
        "response": wire_time(terms.response),
        "on_site": wire_time(terms.on_site) if terms.on_site else None,
        "resolution": wire_time(terms.resolution),
    }


def pauses_of(record: Record, now: datetime | None) -> tuple[Pause, ...]:
    """The stretches in which the clocks stood still; one that lasts is cut at `now`, if given."""
    spans = [
        (instant(span.get("from")), instant(span.get("to")) or now)
        for span in record.fields.get("paused") or ()
    ]
    return tuple(Pause(since, until) for since, until in spans if since and until and since < until)


def result_at_close(
    record: Record, arrived: datetime | None, calendar: Calendar, now: datetime
) -> dict[str, Any]:
    """`attention` and `sla_result` of a ticket that closes `now`. R053, R054.

    `arrived` is corrected by the tablet's clock. Times in whole seconds; resolution is the moment
    of the engineer's finalisation, or the closing itself where there was none.
    """
    opened = instant(record.fields.get("created_at")) or now
    resolved = _resolved(record) or now
    spent = attention(opened, resolved, calendar, pauses_of(record, now))
    result: dict[str, Any] = {
        "attention": {
            "natural": int(spent.natural.total_seconds()),
            "gross": int(spent.gross.total_seconds()),
            "net": int(spent.net.total_seconds()),
        },
        "sla_result": {},
    }
    for reading in readings(record, arrived, resolved, calendar, now):
        result["sla_result"][reading.clock.value] = {
            "due": wire_time(reading.due),
            "target": int(reading.target.total_seconds()),
            "elapsed": int(reading.elapsed.total_seconds()),
            "happened": wire_time(reading.happened) if reading.happened else None,
            "met": reading.status is not SlaStatus.BREACHED,
        }
    return result


def readings(
    record: Record,
    arrived: datetime | None,
    resolved: datetime | None,
    calendar: Calendar,
    now: datetime,
) -> tuple[ClockReading, ...]:
    """The three clocks as they stand `now`; none for a ticket without a priority. R026.

    `arrived` is corrected by the tablet's clock; `resolved` is None while the work goes on.
    """
    targets = _targets(record)
    if targets is None:
        return ()
    happened = {
        Clock.RESPONSE: instant(record.fields.get("responded_at")),
        Clock.ON_SITE: arrived,
        Clock.RESOLUTION: resolved,
    }
    opened = instant(record.fields.get("created_at")) or now
    known = {clock: at for clock, at in happened.items() if at}
    return read_clocks(Course(opened, pauses_of(record, now), known), targets, calendar, now)


def _resolved(record: Record) -> datetime | None:
    return instant((record.fields.get("finalised") or {}).get("at"))


def _targets(record: Record, targets: Mapping[str, Targets] = TARGETS) -> Targets | None:
    promised = targets.get(record.fields.get("priority") or "")
    if promised is not None and record.fields.get("mode") == Mode.REMOTE:
        return replace(promised, on_site=None)
    return promised
