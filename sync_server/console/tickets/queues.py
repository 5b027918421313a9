"""The supervisor's queues: which tickets and tablets wait for a decision, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, case, func, or_, select

from shared.operations.operation import Outcome
from shared.operations.states import ACTIVE, MOVES
from shared.sla.sla import TARGETS, WARN_AT, Clock
from shared.ticket.ticket import State
from shared.time.calendar import Calendar, add_business_time, business_time_between
from shared.time.pauses import PAUSING
from sync_server.console.tickets.rows import COLUMNS
from sync_server.database.tables import conflict, device, late_arrival, operation, ticket, user
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext


class Queue(StrEnum):
    """What waits for a decision, by the reason."""

    TO_ASSIGN = "to_assign"
    AT_RISK = "at_risk"
    OVER_24H = "over_24h"
    ESCALATED = "escalated"
    REJECTED = "rejected"
    DIFFERING = "differing"
    CONFLICTS = "conflicts"
    LATE = "late"
    LOST = "lost"
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
    Queue.DIFFERING: Look("shield-alert", "bad"),
    Queue.CONFLICTS: Look("git-compare-arrows", "warn"),
    Queue.LATE: Look("history", "warn"),
    Queue.LOST: Look("image", "warn"),
    Queue.SILENT: Look("wifi-off", "warn"),
}

SILENT_AFTER = timedelta(hours=9)
"""A tablet is silent after a working day without contact; default."""

UNRESOLVED = ticket.c.state.in_(ACTIVE) & ticket.c.finalised_at.is_(None)

CLOCKS: Mapping[Clock, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    Clock.RESPONSE: (ticket.c.due_response, ticket.c.responded_at),
    Clock.ON_SITE: (ticket.c.due_on_site, ticket.c.arrived_at),
    Clock.RESOLUTION: (ticket.c.due_resolution, ticket.c.finalised_at),
}
"""For each clock the instant by which, and the instant at which."""

RUNS = UNRESOLVED & ticket.c.state.not_in(PAUSING)
"""The clocks of the ticket run."""


def in_urgency(now: datetime) -> Sequence[ColumnElement[Any]]:
    """The order of a queue: what can still be saved, soonest first; what is lost, the latest loss
    first; then the rest, the newest first. Promises fall due in the order of the clocks.
    """
    terms = list(CLOCKS.values())
    saved = case(*((happened.is_(None) & (due >= now), due) for due, happened in terms))
    lost = case(*((happened.is_(None) & (due < now), due) for due, happened in reversed(terms)))
    standing = case((~RUNS, 2), (saved.is_not(None), 0), (lost.is_not(None), 1), else_=2)
    newest = (ticket.c.created_at.desc(), ticket.c.id.desc())
    return (standing, case((standing == 0, saved)), case((standing == 1, lost)).desc(), *newest)


def _without_engineer() -> ColumnElement[bool]:
    """Under way, and whoever has it was let go: somebody else must."""
    gone = select(user.c.id).where(user.c.active.is_(False))
    return ticket.c.state.in_(MOVES["assign"].sources) & ticket.c.assignee.in_(gone)


def condition(queue: Queue, now: datetime, calendar: Calendar) -> ColumnElement[bool]:
    """Which tickets are in a queue."""
    if queue is Queue.TO_ASSIGN:
        known = (ticket.c.state == State.ESCALATED) & ~ticket.c.escalation_waits
        unclaimed = ticket.c.state.in_((State.NEW, State.CLASSIFIED)) | known
        return unclaimed | _without_engineer()
    if queue is Queue.AT_RISK:
        return RUNS & or_(*_nearly_due(now, calendar))
    if queue is Queue.OVER_24H:
        return UNRESOLVED & (ticket.c.created_at < now - timedelta(hours=24))
    if queue is Queue.ESCALATED:
        return ticket.c.state.in_(ACTIVE) & ticket.c.escalation_waits
    if queue is Queue.REJECTED:
        return ticket.c.state.in_(ACTIVE) & ticket.c.finalise_rejected_at.is_not(None)
    if queue is Queue.DIFFERING:
        return ticket.c.report_differs
    if queue is Queue.CONFLICTS:
        waits = select(conflict.c.ticket).where(conflict.c.resolved_at.is_(None))
        return ticket.c.id.in_(waits)
    if queue is Queue.LATE:
        waits = select(late_arrival.c.ticket).where(late_arrival.c.seen_at.is_(None))
        return ticket.c.id.in_(waits)
    if queue is Queue.LOST:
        return ticket.c.closing & (_given("bytes_lost") > _given("accept_loss"))
    raise ValueError(f"{queue} holds no tickets")


def _given(command: str) -> ScalarSelect[int]:
    """How often a command was given to the ticket, and was done."""
    o = operation.c
    told = (o.ticket == ticket.c.id) & (o.command == command) & (o.outcome == Outcome.APPLIED)
    return select(func.count()).select_from(operation).where(told).scalar_subquery()


def _nearly_due(now: datetime, calendar: Calendar) -> Iterator[ColumnElement[bool]]:
    """For each promise: it is open, and no more than the last quarter of its target is left."""
    for priority, targets in TARGETS.items():
        for clock, target in targets.by_clock().items():
            due, happened = CLOCKS[clock]
            edge = add_business_time(now, target * (1 - WARN_AT), calendar)
            yield (ticket.c.priority == priority) & happened.is_(None) & (due <= edge)


def counts(tx: Transaction, context: ApplicationContext, now: datetime) -> dict[Queue, int]:
    """How much waits in each queue."""
    counted: dict[Queue, int] = {
        queue: int(tx.scalar(select(func.count()).where(condition(queue, now, context.calendar))))
        for queue in Queue
        if queue is not Queue.SILENT
    }
    counted[Queue.SILENT] = len(silent_devices(tx, context, now))
    return counted


def tickets_in(
    tx: Transaction, context: ApplicationContext, queue: Queue, now: datetime, most: int
) -> Sequence[Row[Any]]:
    """The first tickets of a queue, the most urgent that can still be saved before all others."""
    if queue is Queue.SILENT:
        return ()
    fits = condition(queue, now, context.calendar)
    return tx.rows(select(*COLUMNS).where(fits).order_by(*in_urgency(now)).limit(most))


def silent_devices(tx: Transaction, context: ApplicationContext, now: datetime) -> list[Row[Any]]:
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
        if business_time_between(row.seen_at, now, context.calendar) > SILENT_AFTER
    ]
