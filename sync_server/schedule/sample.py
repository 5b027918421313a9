"""Once a day open tickets are looked at whatever their timers say: are the timers right?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import select

from shared.ticket.ticket import TERMINAL, State
from sync_server.database.tables import ticket, timer
from sync_server.database.transactions import Transaction
from sync_server.runtime import jobs
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.jobs import Job
from sync_server.schedule import escalation, reminders
from sync_server.schedule.one_of_many import one_of_many
from sync_server.schedule.timed import Look
from sync_server.tickets import timers
from sync_server.tickets.timers import Timer

log = structlog.get_logger(__name__)

SAMPLE = "timer_sample"
"""The job, which asks for the one of the next day."""

EVERY = timedelta(days=1)

SIZE = 500
"""Tickets a day; on the next day those after them, by id, and in the end from the first again."""

OPEN = sorted(state.value for state in State if state not in TERMINAL)


def ask(context: ApplicationContext, now: datetime) -> None:
    """Ask for the first sample, due a day from now (zoned), once for ever."""
    with context.database.reading() as tx:
        if jobs.is_asked(tx, SAMPLE):
            return
    context.database.write(lambda tx: _ask(tx, context, SAMPLE, now + EVERY, ""))


def take(context: ApplicationContext, job: Job, now: datetime) -> int:
    """Look at SIZE open tickets: how many had a timer that was missing or would have come too late.

    Each of those is logged, and its timers are due at once.
    """
    with context.database.reading() as tx:
        ids = _open_after(tx, job.body["after"])
        wrong = [id for id in ids if one_of_many(id, partial(overlooked, tx, context, id, now))]
    for id in wrong:
        log.error("the timers of a ticket were wrong", ticket=id)
    after = ids[-1] if len(ids) == SIZE else ""
    context.database.write(lambda tx: _settle(tx, context, wrong, now, after))
    return len(wrong)


def overlooked(tx: Transaction, context: ApplicationContext, id: str, now: datetime) -> bool:
    """Whether something is due now (zoned) for this ticket and its timers do not say so."""
    rows = tx.rows(select(timer.c.kind, timer.c.due_at).where(timer.c.ticket == id))
    due = {Timer(row.kind): row.due_at for row in rows}
    state = tx.scalar(select(ticket.c.state).where(ticket.c.id == id))
    if not timers.kinds(state) <= set(due):
        return True
    return any(
        look(tx, id).is_due and (due[kind] is None or due[kind] > now)
        for kind, look in _looks(tx, context, now).items()
        if kind in due
    )


def _looks(tx: Transaction, context: ApplicationContext, now: datetime) -> Mapping[Timer, Look]:
    special = escalation.special_parts(tx)
    return {
        Timer.REMINDERS: reminders.look(context, now),
        Timer.ESCALATION: escalation.look(context, special, now),
    }


def _open_after(tx: Transaction, after: str) -> list[str]:
    those = select(ticket.c.id).where(ticket.c.state.in_(OPEN), ticket.c.id > after)
    return tx.scalars(those.order_by(ticket.c.id).limit(SIZE))


def _settle(
    tx: Transaction, context: ApplicationContext, wrong: list[str], now: datetime, after: str
) -> None:
    for id in wrong:
        timers.mark(tx, id, tx.scalar(select(ticket.c.state).where(ticket.c.id == id)))
    key = f"{SAMPLE}/{(now + EVERY).date().isoformat()}"
    _ask(tx, context, key, now + EVERY, after)


def _ask(
    tx: Transaction, context: ApplicationContext, key: str, due_at: datetime, after: str
) -> None:
    jobs.ask(tx, context, SAMPLE, key, {"after": after}, due_at)
