"""Tickets in a list: what a row says, and the windowed query behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, Select, or_, select

from shared.sla.reading import most_urgent, readings
from shared.sla.sla import ClockReading
from shared.ticket.ticket import Record
from shared.time.calendar import Calendar
from sync_server.console.tickets import sla_badges
from sync_server.console.tickets.sla_badges import Promise
from sync_server.console.web import badges
from sync_server.console.web.badges import Mark
from sync_server.console.web.page import Page
from sync_server.database.tables import record, ticket, user
from sync_server.database.transactions import Transaction

log = structlog.get_logger(__name__)

WINDOW = 50

FIRST_WORDS = 120
"""Characters of what was reported that a row has room for."""

COLUMNS = tuple(column for column in ticket.c if column.name not in ("written", "search"))


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket of a list, ready to be drawn."""

    id: str
    folio: str
    customer: str
    asset: str
    serial: str
    requester: str
    description: str
    reason: str
    state: Mark
    priority: Mark
    flags: Sequence[Mark]
    engineer: str
    created_at: datetime
    promise: Promise | None


Reasons = Mapping[str, str]
"""Why each ticket is in a list, in words, by its id."""


def ticket_rows(
    tx: Transaction, page: Page, rows: Sequence[Row[Any]], reasons: Reasons = MappingProxyType({})
) -> list[TicketRow]:
    """The rows of a list with the names that they only have ids of."""
    labels = _labels(tx, rows)
    people = _people(tx, {row.assignee for row in rows})
    calendar, language = page.context.calendar, page.language
    return [
        _row(row, labels, people, calendar, page.now, language, reasons.get(row.id, ""))
        for row in rows
    ]


def in_order(condition: ColumnElement[bool], after: str = "", most: int = WINDOW) -> Select[Any]:
    """Tickets that fit, newest first; `after` is the `cursor` of the last one seen."""
    query = select(*COLUMNS).where(condition)
    if after:
        created, _, id = after.partition("|")
        try:
            edge = datetime.fromisoformat(created)
        except ValueError:
            edge = None
        if edge is not None and edge.tzinfo is not None:
            older = ticket.c.created_at < edge
            query = query.where(or_(older, (ticket.c.created_at == edge) & (ticket.c.id < id)))
    return query.order_by(ticket.c.created_at.desc(), ticket.c.id.desc()).limit(most + 1)


def cursor(row: Row[Any]) -> str:
    """Where a row stands in the order of `in_order`."""
    return f"{row.created_at.isoformat()}|{row.id}"


def clocks(row: Row[Any], calendar: Calendar, now: datetime) -> Sequence[ClockReading]:
    """The terms of a ticket's row."""
    return readings(Record.from_wire(row.id, row.doc, row.entries, row.rev), calendar, now)


def _row(
    row: Row[Any],
    labels: dict[tuple[str, str], str],
    people: dict[str, str],
    calendar: Calendar,
    now: datetime,
    language: str,
    reason: str,
) -> TicketRow:
    try:
        urgent = most_urgent(clocks(row, calendar, now))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        # Its own page says that it cannot be shown; the others of the list are.
        log.exception("the terms of a ticket cannot be read", ticket=row.id)
        urgent = None
    return TicketRow(
        row.id,
        row.folio or row.provisional_folio or row.id[:8],
        labels.get(("customer", row.customer), row.requester),
        labels.get(("asset", row.asset), ""),
        row.serial or "",
        row.requester,
        first_words(row.doc.get("description")),
        reason,
        badges.state(row.state, language),
        badges.priority(row.priority, language),
        badges.flags(row.doc.get("flags") or (), language),
        people.get(row.assignee, ""),
        row.created_at,
        sla_badges.promise(urgent, language) if urgent else None,
    )


def first_words(text: Any, most: int = FIRST_WORDS) -> str:
    """The beginning of what somebody wrote, in one line."""
    words = " ".join(text.split()) if isinstance(text, str) else ""
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]} …"


def _labels(tx: Transaction, rows: Sequence[Row[Any]]) -> dict[tuple[str, str], str]:
    ids = {id for row in rows for id in (row.customer, row.asset) if id}
    query = select(record.c.record, record.c.id, record.c.doc).where(
        record.c.record.in_(("customer", "asset")), record.c.id.in_(ids)
    )
    return {(row.record, row.id): _label(row.record, row.doc) for row in tx.rows(query)}


def _label(kind: str, doc: dict[str, Any]) -> str:
    if kind == "asset":
        return f"{doc.get('make') or ''} {doc.get('model') or ''}".strip()
    return str(doc.get("name") or "")


def _people(tx: Transaction, ids: Iterable[str | None]) -> dict[str, str]:
    query = select(user.c.id, user.c.name).where(user.c.id.in_({id for id in ids if id}))
    return {row.id: row.name for row in tx.rows(query)}
