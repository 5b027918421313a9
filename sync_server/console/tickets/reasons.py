"""Why a ticket stands in a queue, in words: what a list says before anybody opens one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from shared.ticket.ticket import State
from shared.words import NoWords, t
from sync_server.console.tickets.queues import Queue
from sync_server.console.tickets.rows import Reasons, first_words
from sync_server.console.web.page import Page
from sync_server.database.tables import conflict
from sync_server.database.transactions import Transaction

Reason = Callable[[Page, Row[Any]], str]


def reasons(tx: Transaction, page: Page, queue: Queue, rows: Sequence[Row[Any]]) -> Reasons:
    """The reason of each of these rows of a queue; none where the columns say it already."""
    if queue is Queue.CONFLICTS:
        return _contested(tx, page, rows)
    say = _SAID.get(queue)
    return {row.id: say(page, row) for row in rows} if say else {}


def escalation_reason(page: Page, event: Mapping[str, Any]) -> str:
    """Why somebody was called, in words: those of a person, or of the system's code."""
    reason = str(event.get("reason") or "")
    try:
        return t(f"mail.reason.{reason}", page.language) if reason.isidentifier() else reason
    except NoWords:
        return reason


def _to_assign(page: Page, row: Row[Any]) -> str:
    if row.state == State.NEW:
        return page.t("why.to_classify", ago=page.ago(row.created_at))
    if row.state == State.ESCALATED:
        return page.t("why.known")
    return page.t("why.to_assign", ago=page.ago(row.created_at))


def _escalated(page: Page, row: Row[Any]) -> str:
    events = (row.doc.get("escalation") or {}).get("events") or [{}]
    reason = first_words(escalation_reason(page, events[-1]))
    return page.t("why.escalated", level=row.escalation_level, reason=reason or "–")


def _rejected(page: Page, row: Row[Any]) -> str:
    missing = (row.doc.get("finalise_missing") or {}).get("missing") or []
    first = missing[0] if missing and isinstance(missing[0], Mapping) else {}
    said = (first.get("sentences") or {}).get(page.language) or first.get("sentence") or ""
    return page.tn("why.rejected", max(len(missing), 1), first=first_words(said))


def _open_since(page: Page, row: Row[Any]) -> str:
    return page.t("why.open", ago=page.ago(row.created_at))


def _contested(tx: Transaction, page: Page, rows: Sequence[Row[Any]]) -> Reasons:
    ids = [row.id for row in rows]
    query = select(conflict.c.ticket, conflict.c.field).where(
        conflict.c.ticket.in_(ids), conflict.c.resolved_at.is_(None)
    )
    fields: dict[str, list[str]] = {}
    for row in tx.rows(query.order_by(conflict.c.at)):
        fields.setdefault(row.ticket, []).append(_field(page, row.field))
    return {id: page.t("why.contested", fields=", ".join(said)) for id, said in fields.items()}


def _field(page: Page, name: str) -> str:
    try:
        return page.t(f"process.field.{name}")
    except NoWords:
        return name


_SAID: Mapping[Queue, Reason] = {
    Queue.TO_ASSIGN: _to_assign,
    Queue.OVER_24H: _open_since,
    Queue.ESCALATED: _escalated,
    Queue.REJECTED: _rejected,
    Queue.DIFFERING: lambda page, row: page.t("why.differing"),
    Queue.LATE: lambda page, row: page.t("why.late"),
    Queue.LOST: lambda page, row: page.t("why.lost"),
}
