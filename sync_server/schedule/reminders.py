"""The customer who does not answer: reminded on time, and in the end the system closes."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from shared.closure.checklist import closure_checklist, unanswered_checklist
from shared.closure.missing import Missing
from shared.sla.timers import Action, Planned, next_step, steps_due
from shared.ticket.ticket import State, Ticket
from shared.time.zones import zone_of
from sync_server.database.tables import outbox
from sync_server.database.transactions import Transaction
from sync_server.messages import notices
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.timed import Look, Seen, calendar_version, tend
from sync_server.tickets import closing, store
from sync_server.tickets.answer_term import AnswerTerm, answer_term, confirmed_at, key_of
from sync_server.tickets.checklist_facts import checklist_facts
from sync_server.tickets.timers import Timer
from sync_server.tickets.unit_of_work import UnitOfWork
from sync_server.tickets.withdrawal import still_missing

REASONS: Mapping[str, str] = {
    State.CUSTOMER_VALIDATION: "no_answer",
    State.CLOSE_REQUESTED: "requested",
    State.WAITING_CUSTOMER: "hd1",
}


def remind_and_close(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Every reminder and closing that is due by `now` (zoned), once each: how many of what."""

    def act(tx: Transaction, id: str) -> tuple[Counter[str], datetime | None]:
        count = answer_term(tx, context, store.lock(tx, [id]).get(id))
        tally = _tend(tx, context, count, now)
        return tally, _next(answer_term(tx, context, store.load(tx, id)))

    version = calendar_version(context.calendar)
    return tend(context, Timer.REMINDERS, now, version, look(context, now), act)


def look(context: ApplicationContext, now: datetime) -> Look:
    """Looks at a ticket: is a step due, and when is the next one?"""

    def at(tx: Transaction, id: str) -> Seen:
        count = answer_term(tx, context, store.load(tx, id))
        return Seen(bool(_due(count, now)), _next(count))

    return at


def _tend(
    tx: Transaction, context: ApplicationContext, count: AnswerTerm | None, now: datetime
) -> Counter[str]:
    """What is due for one ticket, looked at again now that it is locked."""
    tally: Counter[str] = Counter()
    for step in _due(count, now):
        assert count is not None
        if step.step.action is Action.REMIND:
            _remind(tx, context, count, step, now)
            tally["reminded"] += 1
        elif not _keeps_open(tx, context, count, now):
            _close(tx, context, count, step, now)
            tally["closed"] += 1
    return tally


def _due(count: AnswerTerm | None, now: datetime) -> list[Planned]:
    return steps_due(count.planned, count.done, now) if count else []


def _next(count: AnswerTerm | None) -> datetime | None:
    return next_step(count.planned, count.done) if count else None


def _remind(
    tx: Transaction, context: ApplicationContext, count: AnswerTerm, step: Planned, now: datetime
) -> None:
    topic = "question" if count.state == State.WAITING_CUSTOMER else "validation"
    topic += "_overtaken" if step.overtaken else ""
    site = records.get(tx, "site", count.record.fields.get("site"))
    zone = zone_of(site.doc if site else {}, {}, context.settings.zone)
    local = count.closes.astimezone(zone)
    to = notices.customer_of(tx, context, count.record)
    key = key_of(count.record.id, step.key)
    notices.tell(
        tx, context, f"reminder.{topic}", key, count.record, to, now, closes=f"{local:%d/%m/%Y}"
    )


def _keeps_open(
    tx: Transaction, context: ApplicationContext, count: AnswerTerm, now: datetime
) -> list[Missing]:
    """What keeps the ticket open although its time is over."""
    record = count.record
    view = Ticket.of(record)
    if count.state == State.WAITING_CUSTOMER:
        return unanswered_checklist(view, _reminders_sent(tx, count))
    unit = UnitOfWork(tx, context, now, [record.id])
    if record.fields.get("finalised"):
        return still_missing(unit, record)
    return closure_checklist(view, checklist_facts(unit, record, {}))


def _reminders_sent(tx: Transaction, count: AnswerTerm) -> int:
    """Of this count, those that had somebody to go to."""
    keys = [key_of(count.record.id, planned.key) for planned in count.planned]
    query = select(func.count()).select_from(outbox)
    return int(tx.scalar(query.where(outbox.c.key.in_(keys), outbox.c.recipient.is_not(None))))


def _reason(count: AnswerTerm) -> str:
    confirmed = count.state == State.CUSTOMER_VALIDATION and confirmed_at(count.record)
    return "confirmed" if confirmed else REASONS[count.state]


def _close(
    tx: Transaction, context: ApplicationContext, count: AnswerTerm, step: Planned, now: datetime
) -> None:
    record, reason = count.record, _reason(count)
    after = closing.close(tx, context, record.id, reason, now, step.step.final_classification)
    if reason == "hd1":
        to = notices.customer_of(tx, context, record)
        notices.tell(tx, context, "unanswered", f"unanswered/{record.id}", after.record, to, now)
