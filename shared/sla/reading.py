"""How each promised term of a ticket stands: one reading, for console, tablet and report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.sla.sla import TARGETS, Clock, ClockReading, Course, Targets, due, read_clocks
from shared.ticket.ticket import TERMINAL, Mode, Record, State
from shared.ticket.work import not_voided
from shared.time.calendar import Calendar, in_utc
from shared.time.pauses import pauses_of
from shared.time.timestamps import instant, wire_time

ELSEWHERE = frozenset({State.MERGED, State.REFERRED})
"""Attended in another ticket, or by others: no clock of this one runs."""


def readings(record: Record, calendar: Calendar, now: datetime) -> tuple[ClockReading, ...]:
    """Every term that this ticket promises, as it stands `now` (zoned); the open ones of an ended
    ticket as they stood when it ended.

    None of a ticket whose priority or opening is not known, none of one attended elsewhere, and
    no arrival of remote work. What a tablet's clock said counts corrected by the skew that the
    office measured. PROCESS.md, SLA; R026, R054.
    """
    if record.state in ELSEWHERE:
        return ()
    ended = instant(record.fields.get("closed_at")) if record.state in TERMINAL else None
    return read_terms(record, calendar, ended or now, resolved_at(record))


def read_terms(
    record: Record, calendar: Calendar, at: datetime, resolved: datetime | None
) -> tuple[ClockReading, ...]:
    """The terms at one instant of the work, whatever has become of the ticket since."""
    targets = targets_of(record)
    opened = instant(record.fields.get("created_at"))
    if targets is None or opened is None:
        return ()
    happened = happened_at(record, resolved)
    promised = record.fields.get("due") or {}
    course = Course(
        opened,
        pauses_of(record.fields.get("paused"), at),
        {clock: when for clock, when in happened.items() if when is not None},
        {clock: when for clock in Clock if (when := instant(promised.get(clock)))},
    )
    return read_clocks(course, targets, calendar, at)


def happened_at(record: Record, resolved: datetime | None) -> dict[Clock, datetime | None]:
    """When each term was answered, as far as it was."""
    return {
        Clock.RESPONSE: first_response(record),
        Clock.ON_SITE: _corrected(record, record.fields.get("arrived_at")),
        Clock.RESOLUTION: resolved,
    }


def first_response(record: Record) -> datetime | None:
    """A person's first word to the requester, or the beginning of the work. PROCESS.md, SLA."""
    contacts = not_voided(record.entries, "contacts")
    spoken = (_corrected(record, contact.get("at")) for contact in contacts)
    known = (instant(record.fields.get("responded_at")), *spoken)
    return min((at for at in known if at is not None), key=in_utc, default=None)


def _corrected(record: Record, said: str | None) -> datetime | None:
    """A time that a tablet's clock said, by the office's."""
    if said is None:
        return None
    return instant(said) - timedelta(milliseconds=record.fields.get("clock_skew") or 0)


def resolved_at(record: Record) -> datetime | None:
    """The engineer's finalisation; the closing of a ticket that nobody finalised."""
    done = instant((record.fields.get("finalised") or {}).get("at"))
    return done or instant(record.fields.get("closed_at"))


def targets_of(record: Record) -> Targets | None:
    """What is promised for this priority and mode of work; None while there is no priority."""
    promised = TARGETS.get(record.fields.get("priority") or "")
    if promised is not None and record.fields.get("mode") == Mode.REMOTE:
        return replace(promised, on_site=None)
    return promised


def promise(record: Record, calendar: Calendar) -> Mapping[str, Any] | None:
    """The ticket's `due`, from its priority, its opening and its pauses; None without them."""
    opened, targets = instant(record.fields.get("created_at")), targets_of(record)
    if opened is None or targets is None:
        return None
    terms = due(opened, targets, calendar, pauses_of(record.fields.get("paused"), None))
    return {
        "response": wire_time(terms.response),
        "on_site": wire_time(terms.on_site) if terms.on_site else None,
        "resolution": wire_time(terms.resolution),
    }


def most_urgent(read: Sequence[ClockReading]) -> ClockReading | None:
    """The term to look at in a list: of those still open, the one with the least left."""
    still = [reading for reading in read if reading.happened is None]
    if still:
        return min(still, key=lambda reading: reading.left)
    return read[-1] if read else None
