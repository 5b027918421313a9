"""How the terms of a ticket were kept, as its closing writes it into the record."""

from datetime import datetime
from typing import Any

from shared.sla.reading import readings, resolved_at
from shared.sla.sla import SlaStatus, attention
from shared.ticket.ticket import Record, State
from shared.time.calendar import Calendar
from shared.time.pauses import pauses_of
from shared.time.timestamps import instant, wire_time


def result_at_close(record: Record, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """`attention` and `sla_result` of a ticket that closes `now`. R053, R054.

    Times in whole seconds; resolution is the moment of the engineer's finalisation, or the closing
    itself where there was none.
    """
    closed = record.with_fields({"state": State.CLOSED.value, "closed_at": wire_time(now)})
    opened = instant(record.fields.get("created_at")) or now
    resolved = resolved_at(closed) or now
    pauses = pauses_of(record.fields.get("paused"), now)
    spent = attention(opened, resolved, calendar, pauses)
    result: dict[str, Any] = {
        "attention": {
            "natural": int(spent.natural.total_seconds()),
            "gross": int(spent.gross.total_seconds()),
            "net": int(spent.net.total_seconds()),
        },
        "sla_result": {},
    }
    for reading in readings(closed, calendar, now):
        result["sla_result"][reading.clock.value] = {
            "due": wire_time(reading.due),
            "target": int(reading.target.total_seconds()),
            "elapsed": int(reading.elapsed.total_seconds()),
            "happened": wire_time(reading.happened) if reading.happened else None,
            "met": reading.status is not SlaStatus.BREACHED,
        }
    return result
