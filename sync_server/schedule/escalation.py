"""Who must hear of it now: escalations that time and work bring about, raised by the system."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from shared.operations.operation import Kind, Outcome
from shared.sla.escalation import Escalation, Facts, escalations, next_look
from shared.sla.reading import readings, resolved_at
from shared.sla.sla import Clock, SlaStatus
from shared.ticket.people import SYSTEM, Role
from shared.ticket.ticket import Record, Ticket
from shared.words import language_of, t
from sync_server.database.transactions import Transaction
from sync_server.messages import notices
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.timed import Look, Seen, calendar_version, tend
from sync_server.tickets import store
from sync_server.tickets.apply import office_operation
from sync_server.tickets.timers import Timer


def escalate(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Raise everything that is to be raised by `now` (zoned), once for each cause: how many."""
    with context.database.reading() as tx:
        special = special_parts(tx)

    def act(tx: Transaction, id: str) -> tuple[Counter[str], datetime | None]:
        store.lock(tx, [id])
        raised = _raise(tx, context, id, _known(tx, context, id, special, now), now)
        known = _known(tx, context, id, special, now)
        return Counter({"escalated": raised}), next_look(known) if known else None

    version = calendar_version(context.calendar, *sorted(special))
    return tend(context, Timer.ESCALATION, now, version, look(context, special, now), act)


def look(context: ApplicationContext, special: frozenset[str], now: datetime) -> Look:
    """Looks at a ticket: is something to be raised, and when may it next be?"""

    def at(tx: Transaction, id: str) -> Seen:
        known = _known(tx, context, id, special, now)
        return Seen(bool(known and escalations(known)), next_look(known) if known else None)

    return at


def raise_in_silence(tx: Transaction, context: ApplicationContext, id: str, now: datetime) -> int:
    """What was due already when a ticket of the past came in: on record, and nobody is told."""
    store.lock(tx, [id])
    known = _known(tx, context, id, special_parts(tx), now)
    return _raise(tx, context, id, known, now, tells=False)


def _raise(
    tx: Transaction,
    context: ApplicationContext,
    id: str,
    known: Facts | None,
    now: datetime,
    *,
    tells: bool = True,
) -> int:
    """What is due for one ticket, looked at again now that it is locked."""
    raised = 0
    for cause in escalations(known) if known else ():
        body = {
            "name": "raise_escalation", "trigger": cause.trigger.value, "level": cause.level,
            "reason": cause.reason_code,
        }  # fmt: skip
        result = office_operation(tx, context, SYSTEM, id, Kind.COMMAND, body, now=now)
        if result.outcome is Outcome.APPLIED and result.after is not None:
            if tells:
                _tell(tx, context, result.after.record, cause, now)
            raised += 1
    return raised


def _known(
    tx: Transaction, context: ApplicationContext, id: str, special: frozenset[str], now: datetime
) -> Facts | None:
    versioned = store.load(tx, id)
    if versioned is None or Ticket.of(versioned.record).is_terminal:
        return None
    return facts(versioned.record, special, context, now)


def facts(
    record: Record, special: frozenset[str], context: ApplicationContext, now: datetime
) -> Facts:
    """What a ticket's own record says of each cause; `special` are the codes ordered specially."""
    view = Ticket.of(record)
    clocks = readings(record, context.calendar, now)
    late = {reading.clock for reading in clocks if reading.status is SlaStatus.BREACHED}
    open_terms = {reading.clock: reading.due for reading in clocks if reading.happened is None}
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
        response_due=open_terms.get(Clock.RESPONSE),
        resolution_due=open_terms.get(Clock.RESOLUTION),
    )


def _raised(view: Ticket) -> Mapping[str, int]:
    highest: dict[str, int] = {}
    for event in view.escalation.get("events") or ():
        trigger = str(event.get("trigger"))
        highest[trigger] = max(highest.get(trigger, 0), int(event.get("level") or 1))
    return highest


def special_parts(tx: Transaction) -> frozenset[str]:
    """The codes of the parts that are ordered specially."""
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
