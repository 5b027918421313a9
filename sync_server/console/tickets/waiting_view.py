"""What a ticket waits for, on its page: the pause, the reminders, when it closes by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from shared.operations.merge import Versioned
from shared.operations.states import REPORT_DIFFERS
from shared.sla.left import business_hours
from shared.sla.reading import resolved_at
from shared.sla.sla import attention
from shared.sla.timers import Action
from shared.ticket.ticket import Record, State
from shared.time.pauses import pauses_of
from shared.time.timestamps import instant
from sync_server.console.web.page import Page
from sync_server.database.tables import outbox
from sync_server.database.transactions import Transaction
from sync_server.tickets.answer_term import AnswerTerm, answer_term, key_of


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that went `at` that time, or will; `went` says how, and is empty before."""

    at: datetime
    went: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """`why` the clocks stand still, `since` when; `closes` by itself, and the reminders to it."""

    why: str = ""
    since: datetime | None = None
    closes: datetime | None = None
    confirmed: datetime | None = None
    reminders: Sequence[Reminder] = ()


def waiting(tx: Transaction, page: Page, versioned: Versioned) -> Waiting:
    """Of a ticket as it stands now."""
    record = versioned.record
    since = _waits_since(record)
    term = answer_term(tx, page.context, versioned)
    return Waiting(
        _why(page, record, since) if since else "",
        since,
        term.closes if term else None,
        instant(record.fields.get("validated_at")) if term else None,
        _reminders(tx, page, term) if term else (),
    )


def attention_words(page: Page, record: Record) -> str:
    """How long it was attended so far, or in all: business hours, and those in which it ran."""
    said = record.fields.get("attention") or {}
    if said:
        gross, net = (timedelta(seconds=said.get(name) or 0) for name in ("gross", "net"))
    else:
        opened = instant(record.fields.get("created_at"))
        if opened is None or record.state in (State.MERGED, State.REFERRED):
            return ""
        until = resolved_at(record) or page.now
        pauses = pauses_of(record.fields.get("paused"), page.now)
        spent = attention(opened, until, page.context.calendar, pauses)
        gross, net = spent.gross, spent.net
    words = page.t("waiting.spent", net=business_hours(net, page.language))
    if abs(gross - net) < timedelta(minutes=1):
        return words
    return page.t("waiting.spent_of", spent=words, gross=business_hours(gross, page.language))


def _waits_since(record: Record) -> datetime | None:
    """Since when the clocks stand still; None while they run."""
    spans = record.fields.get("paused") or ()
    lasting = next((span for span in spans if span.get("to") is None), None)
    return instant(lasting.get("from")) if lasting else None


def _why(page: Page, record: Record, since: datetime) -> str:
    if REPORT_DIFFERS in (record.fields.get("flags") or ()):
        return page.t("waiting.report", since=page.moment(since))
    return page.t("waiting.customer", since=page.moment(since))


def _reminders(tx: Transaction, page: Page, term: AnswerTerm) -> list[Reminder]:
    steps = [step for step in term.planned if step.step.action is Action.REMIND]
    keys = {key_of(term.record.id, step.key): step for step in steps}
    query = select(outbox.c.key, outbox.c.created_at, outbox.c.sent_at, outbox.c.dead_at,
                   outbox.c.recipient).where(outbox.c.key.in_(keys))  # fmt: skip
    went = {row.key: row for row in tx.rows(query)}
    return [_reminder(page, step.at, went.get(key)) for key, step in keys.items()]


def _reminder(page: Page, planned: datetime, row: Row[Any] | None) -> Reminder:
    if row is None:
        return Reminder(planned)
    if row.recipient is None:
        return Reminder(row.created_at, page.t("waiting.nobody"), failed=True)
    if row.dead_at is not None:
        return Reminder(row.created_at, page.t("waiting.failed"), failed=True)
    if row.sent_at is None:
        return Reminder(row.created_at, page.t("waiting.queued"))
    return Reminder(row.sent_at, page.t("waiting.sent", to=row.recipient))
