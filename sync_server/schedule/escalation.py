"""Who must hear of it now: escalations that time and work bring about, raised by the system."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import select

from shared.operations.operation import Kind, Outcome
from shared.sla.escalation import Escalation, Facts, escalations
from shared.sla.reading import readings, resolved_at
from shared.sla.sla import Clock, SlaStatus
from shared.ticket.people import SYSTEM, Role
from shared.ticket.ticket import TERMINAL, Record, Ticket
from shared.words import language_of, t
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.messages import notices
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.one_of_many import one_of_many
from sync_server.tickets import store
from sync_server.tickets.apply import office_operation


def escalate(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Raise everything that is to be raised by `now` (zoned), once for each cause: how many."""
    tally: Counter[str] = Counter()
    with context.database.reading() as tx:
        special = _special_parts(tx)
        rows = tx.rows(
            select(ticket.c.id).where(ticket.c.state.not_in([state.value for state in TERMINAL]))
        )
        look = partial(_causes, tx, context, special=special, now=now)
        due = [row.id for row in rows if one_of_many(row.id, partial(look, row.id))]
    for id in due:
        raise_one = partial(_raise, context=context, id=id, special=special, now=now)
        tally["escalated"] += one_of_many(id, partial(context.database.write, raise_one)) or 0
    return tally


def _raise(
    tx: Transaction, context: ApplicationContext, id: str, special: frozenset[str], now: datetime
) -> int:
    """What is due for one ticket, looked at again now that it is locked."""
    store.lock(tx, [id])
    raised = 0
    for cause in _causes(tx, context, id, special, now):
        body = {
            "name": "raise_escalation", "trigger": cause.trigger.value, "level": cause.level,
            "reason": cause.reason_code,
        }  # fmt: skip
        result = office_operation(tx, context, SYSTEM, id, Kind.COMMAND, body, now=now)
        if result.outcome is Outcome.APPLIED and result.after is not None:
            _tell(tx, context, result.after.record, cause, now)
            raised += 1
    return raised


def _causes(
    tx: Transaction,
    context: ApplicationContext,
    id: str,
    special: frozenset[str],
    now: datetime,
) -> list[Escalation]:
    versioned = store.load(tx, id)
    if versioned is None or Ticket.of(versioned.record).is_terminal:
        return []
    return escalations(facts(versioned.record, special, context, now))


def facts(
    record: Record, special: frozenset[str], context: ApplicationContext, now: datetime
) -> Facts:
    """What a ticket's own record says of each cause; `special` are the codes ordered specially."""
    view = Ticket.of(record)
    clocks = readings(record, context.calendar, now)
    late = {reading.clock for reading in clocks if reading.status is SlaStatus.BREACHED}
    return Facts(
        opened=view.created_at or now,
        now=now,
        priority=view.priority,
        resolved=resolved_at(record) is not None,
        response_breached=Clock.RESPONSE in late,
        resolution_breached=Clock.RESOLUTION in late,
        special_part_needed=any(p.special or p.code in special for p in view.parts_pending),
        customer_dissatisfied=view.reopen_count > 0,
        recurrent=view.reopen_count > 1,
        raised=_raised(view),
    )


def _raised(view: Ticket) -> Mapping[str, int]:
    highest: dict[str, int] = {}
    for event in view.escalation.get("events") or ():
        trigger = str(event.get("trigger"))
        highest[trigger] = max(highest.get(trigger, 0), int(event.get("level") or 1))
    return highest


def _special_parts(tx: Transaction) -> frozenset[str]:
    stored = records.get(tx, "catalogue", "parts")
    items = (stored.doc.get("items") or ()) if stored else ()
    return frozenset(item["code"] for item in items if item.get("special"))


def _tell(
    tx: Transaction, context: ApplicationContext, record: Record, cause: Escalation, now: datetime
) -> None:
    """A mail to everybody of the level; of a complaint, to the account executives too."""
    to = notices.of_role(tx, notices.LEVELS[cause.level])
    key = f"{record.id}/{cause.trigger.value}/{cause.level}"
    language = language_of(to[0][1]) if to else "es"
    reason = t(f"mail.reason.{cause.reason_code}", language)
    notices.tell(
        tx, context, "escalation", f"escalation/{key}", record, to, now,
        level=cause.level, reason=reason,
    )  # fmt: skip
    executives = notices.of_role(tx, Role.ACCOUNT_EXECUTIVE)
    if cause.tells_account_executive and executives:
        said = record.fields.get("rejection") or ""
        notices.tell(
            tx, context, "complaint", f"complaint/{key}", record, executives, now, rejection=said
        )
