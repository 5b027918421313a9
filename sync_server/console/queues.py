"""The supervisor's queues: which tickets and tablets wait for a decision, and why."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from shared.calendar import Calendar, business_time_between
from shared.sla import TARGETS, WARN_AT, Clock
from shared.states import ACTIVE
from shared.ticket import State
from sync_server.console import promises
from sync_server.console.rows import COLUMNS, clocks, in_order
from sync_server.database import Transaction
from sync_server.office import Office
from sync_server.schema import conflict, device, late_arrival, ticket, user


class Queue(StrEnum):
    """UX.md, Supervisor's console."""

    TO_ASSIGN = "to_assign"
    AT_RISK = "at_risk"
    OVER_24H = "over_24h"
    ESCALATED = "escalated"
    REJECTED = "rejected"
    CONFLICTS = "conflicts"
    LATE = "late"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Look:
    """How a queue is drawn when something waits in it."""

    icon: str
    tone: str


LOOKS: Mapping[Queue, Look] = {
    Queue.TO_ASSIGN: Look("user-plus", "accent"),
    Queue.AT_RISK: Look("clock-alert", "bad"),
    Queue.OVER_24H: Look("hourglass", "warn"),
    Queue.ESCALATED: Look("flame", "bad"),
    Queue.REJECTED: Look("clipboard-list", "warn"),
    Queue.CONFLICTS: Look("git-compare-arrows", "warn"),
    Queue.LATE: Look("history", "warn"),
    Queue.SILENT: Look("wifi-off", "warn"),
}

SILENT_AFTER = timedelta(hours=9)
"""A tablet is silent after a working day without contact; default."""

_MINUTE = timedelta(minutes=1)
_LONGEST_SEARCH = 60 * 24 * 60
"""In minutes: sixty days back there are more than the 34 hours of the slowest warning."""

UNRESOLVED = ticket.c.state.in_(ACTIVE) & ticket.c.finalised_at.is_(None)


def condition(queue: Queue, now: datetime, calendar: Calendar) -> ColumnElement[bool]:
    """Which tickets are in a queue; of AT_RISK, those whose clocks must be read to know."""
    if queue is Queue.TO_ASSIGN:
        return ticket.c.state.in_((State.NEW, State.CLASSIFIED))
    if queue is Queue.AT_RISK:
        return UNRESOLVED & or_(*_old_enough(now, calendar))
    if queue is Queue.OVER_24H:
        return UNRESOLVED & (ticket.c.created_at < now - timedelta(hours=24))
    if queue is Queue.ESCALATED:
        raised = or_(ticket.c.state == State.ESCALATED, ticket.c.escalation_level > 0)
        return ticket.c.state.in_(ACTIVE) & raised
    if queue is Queue.REJECTED:
        return ticket.c.state.in_(ACTIVE) & ticket.c.finalise_rejected_at.is_not(None)
    if queue is Queue.CONFLICTS:
        waits = select(conflict.c.ticket).where(conflict.c.resolved_at.is_(None))
        return ticket.c.id.in_(waits)
    if queue is Queue.LATE:
        waits = select(late_arrival.c.ticket).where(late_arrival.c.seen_at.is_(None))
        return ticket.c.id.in_(waits)
    raise ValueError(f"{queue} holds no tickets")


def _old_enough(now: datetime, calendar: Calendar) -> Iterator[ColumnElement[bool]]:
    # Pauses only make a ticket younger than its opening says: nothing at risk is left out here.
    columns = {
        Clock.RESPONSE: ticket.c.responded_at,
        Clock.ON_SITE: ticket.c.arrived_at,
        Clock.RESOLUTION: ticket.c.finalised_at,
    }
    for priority, targets in TARGETS.items():
        for clock, target in targets.by_clock().items():
            edge = business_time_ago(now, target * WARN_AT, calendar)
            yield (
                (ticket.c.priority == priority)
                & columns[clock].is_(None)
                & (ticket.c.created_at <= edge)
            )


def business_time_ago(now: datetime, span: timedelta, calendar: Calendar) -> datetime:
    """The latest minute from which `span` of business time has run until `now`."""
    minutes = bisect_left(
        range(_LONGEST_SEARCH),
        span,
        key=lambda minutes: business_time_between(now - minutes * _MINUTE, now, calendar),
    )
    return now - minutes * _MINUTE


def counts(tx: Transaction, office: Office, now: datetime) -> dict[Queue, int]:
    """How much waits in each queue."""
    counted: dict[Queue, int] = {
        queue: int(tx.scalar(select(func.count()).where(condition(queue, now, office.calendar))))
        for queue in Queue
        if queue not in (Queue.AT_RISK, Queue.SILENT)
    }
    counted[Queue.AT_RISK] = len(at_risk(tx, office, now))
    counted[Queue.SILENT] = len(silent_devices(tx, office, now))
    return counted


def tickets_in(
    tx: Transaction, office: Office, queue: Queue, now: datetime, most: int
) -> Sequence[Row[Any]]:
    """The first tickets of a queue: those at risk by the time left, others the newest first."""
    if queue is Queue.SILENT:
        return ()
    if queue is Queue.AT_RISK:
        return at_risk(tx, office, now)[:most]
    return tx.rows(in_order(condition(queue, now, office.calendar), most=most - 1))


def at_risk(tx: Transaction, office: Office, now: datetime) -> list[Row[Any]]:
    """Unresolved tickets of which a clock has run three quarters or out, the most urgent first."""
    found = []
    for row in tx.rows(select(*COLUMNS).where(condition(Queue.AT_RISK, now, office.calendar))):
        read = clocks(row, office.calendar, now)
        urgent = promises.most_urgent(read)
        if urgent is not None and promises.is_at_risk(read):
            found.append((urgent.left, row.id, row))
    return [row for _, _, row in sorted(found, key=lambda item: item[:2])]


def silent_devices(tx: Transaction, office: Office, now: datetime) -> list[Row[Any]]:
    """Tablets in use that have not been heard of for a working day, the longest silent first."""
    query = (
        select(device, user.c.name.label("engineer"))
        .join(user, user.c.id == device.c.user)
        .where(device.c.revoked_at.is_(None), device.c.successor.is_(None), user.c.active)
        .order_by(device.c.seen_at)
    )
    return [
        row
        for row in tx.rows(query)
        if business_time_between(row.seen_at, now, office.calendar) > SILENT_AFTER
    ]
