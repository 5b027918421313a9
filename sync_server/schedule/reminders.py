"""The customer who does not answer: reminded on time, and in the end the system closes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from shared.closure.checklist import closure_checklist, unanswered_checklist
from shared.closure.missing import Missing
from shared.operations.merge import Versioned
from shared.operations.operation import Outcome
from shared.operations.states import REPORT_DIFFERS
from shared.sla.timers import STEPS, Action, Planned, next_step, plan, steps_due
from shared.ticket.people import Role
from shared.ticket.ticket import Record, State, Ticket
from shared.time.zones import zone_of
from sync_server.database.tables import operation, outbox
from sync_server.database.transactions import Transaction
from sync_server.messages import notices
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.timed import Look, Seen, calendar_version, tend
from sync_server.tickets import closing, store
from sync_server.tickets.checklist_facts import checklist_facts
from sync_server.tickets.timers import Timer
from sync_server.tickets.unit_of_work import UnitOfWork
from sync_server.tickets.withdrawal import still_missing

ENTERED_BY: Mapping[str, str] = {
    State.CUSTOMER_VALIDATION: "finalise",
    State.CLOSE_REQUESTED: "request_close",
    State.WAITING_CUSTOMER: "ask_customer",
}
"""The command with which the count of each state begins."""

SUPPORT = frozenset({Role.ENGINEER, Role.CALL_CENTRE, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
"""Whose actions start the count again."""

REASONS: Mapping[str, str] = {
    State.CUSTOMER_VALIDATION: "no_answer",
    State.CLOSE_REQUESTED: "requested",
    State.WAITING_CUSTOMER: "hd1",
}


@dataclass(frozen=True, slots=True)
class Count:
    """A ticket's steps since it began to wait, and those that were done."""

    versioned: Versioned
    planned: tuple[Planned, ...]
    done: frozenset[str]

    @property
    def record(self) -> Record:
        return self.versioned.record

    @property
    def state(self) -> str:
        return str(self.record.fields["state"])


def remind_and_close(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Every reminder and closing that is due by `now` (zoned), once each: how many of what."""

    def act(tx: Transaction, id: str) -> tuple[Counter[str], datetime | None]:
        count = _count(tx, context, store.lock(tx, [id]).get(id))
        return _tend(tx, context, count, now), _next(_count(tx, context, store.load(tx, id)))

    version = calendar_version(context.calendar)
    return tend(context, Timer.REMINDERS, now, version, look(context, now), act)


def look(context: ApplicationContext, now: datetime) -> Look:
    """Looks at a ticket: is a step due, and when is the next one?"""

    def at(tx: Transaction, id: str) -> Seen:
        count = _count(tx, context, store.load(tx, id))
        return Seen(bool(_due(count, now)), _next(count))

    return at


def _tend(
    tx: Transaction, context: ApplicationContext, count: Count | None, now: datetime
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


def _count(
    tx: Transaction, context: ApplicationContext, versioned: Versioned | None
) -> Count | None:
    if versioned is None or versioned.record.fields.get("state") not in STEPS:
        return None
    record = versioned.record
    if REPORT_DIFFERS in (record.fields.get("flags") or ()):
        return None
    since, last = _since(tx, record)
    if since is None:
        return None
    planned = plan(record.fields["state"], since, last, context.calendar)
    prefix = _key(record.id, "")
    known = tx.scalars(select(outbox.c.key).where(outbox.c.ticket == record.id))
    done = frozenset(key.removeprefix(prefix) for key in known if key.startswith(prefix))
    return Count(versioned, planned, done)


def _since(tx: Transaction, record: Record) -> tuple[datetime | None, datetime | None]:
    """When the ticket came into its state, and the last action of support since, as received."""
    here = operation.c.ticket == record.id
    entered = tx.execute(
        select(operation.c.position, operation.c.received_at)
        .where(here, operation.c.command == ENTERED_BY[record.fields["state"]])
        .where(operation.c.outcome == Outcome.APPLIED.value)
        .order_by(operation.c.position.desc())
        .limit(1)
    ).one_or_none()
    if entered is None:
        return None, None
    last = tx.scalar(
        select(func.max(operation.c.received_at))
        .where(here, operation.c.position > entered.position)
        .where(operation.c.role.in_([role.value for role in SUPPORT]))
        .where(operation.c.outcome.in_((Outcome.APPLIED.value, Outcome.CONFLICT.value)))
    )
    return entered.received_at, last


def _due(count: Count | None, now: datetime) -> list[Planned]:
    return steps_due(count.planned, count.done, now) if count else []


def _next(count: Count | None) -> datetime | None:
    return next_step(count.planned, count.done) if count else None


def _remind(
    tx: Transaction, context: ApplicationContext, count: Count, step: Planned, now: datetime
) -> None:
    topic = "question" if count.state == State.WAITING_CUSTOMER else "validation"
    topic += "_overtaken" if step.overtaken else ""
    closes = max(planned.at for planned in count.planned)
    site = records.get(tx, "site", count.record.fields.get("site"))
    zone = zone_of(site.doc if site else {}, {}, context.settings.zone)
    local = closes.astimezone(zone)
    to = notices.customer_of(tx, context, count.record)
    key = _key(count.record.id, step.key)
    notices.tell(
        tx, context, f"reminder.{topic}", key, count.record, to, now, closes=f"{local:%d/%m/%Y}"
    )


def _keeps_open(
    tx: Transaction, context: ApplicationContext, count: Count, now: datetime
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


def _reminders_sent(tx: Transaction, count: Count) -> int:
    """Of this count, those that had somebody to go to."""
    keys = [_key(count.record.id, planned.key) for planned in count.planned]
    query = select(func.count()).select_from(outbox)
    return int(tx.scalar(query.where(outbox.c.key.in_(keys), outbox.c.recipient.is_not(None))))


def _close(
    tx: Transaction, context: ApplicationContext, count: Count, step: Planned, now: datetime
) -> None:
    record, reason = count.record, REASONS[count.state]
    after = closing.close(tx, context, record.id, reason, now, step.step.final_classification)
    if reason == "hd1":
        to = notices.customer_of(tx, context, record)
        notices.tell(tx, context, "unanswered", f"unanswered/{record.id}", after.record, to, now)


def _key(id: str, step: str) -> str:
    return f"reminder/{id}/{step}"
