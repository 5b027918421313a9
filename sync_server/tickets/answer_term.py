"""A ticket that waits for its customer: since when it counts, which steps are planned and done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from shared.operations.merge import Versioned
from shared.operations.operation import Outcome
from shared.operations.states import REPORT_DIFFERS
from shared.sla.timers import STEPS, Planned, plan
from shared.ticket.people import Role
from shared.ticket.ticket import Record, State
from shared.time.timestamps import instant
from sync_server.database.tables import operation, outbox
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext

ENTERED_BY: Mapping[str, str] = {
    State.CUSTOMER_VALIDATION: "finalise",
    State.CLOSE_REQUESTED: "request_close",
    State.WAITING_CUSTOMER: "ask_customer",
}
"""The command with which the count of each state begins."""

SUPPORT = frozenset({Role.ENGINEER, Role.CALL_CENTRE, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
"""Whose actions start the count again."""


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """A ticket's steps since it began to wait, and the keys of those that were done."""

    versioned: Versioned
    planned: tuple[Planned, ...]
    done: frozenset[str]

    @property
    def record(self) -> Record:
        return self.versioned.record

    @property
    def state(self) -> str:
        return str(self.record.fields["state"])

    @property
    def closes(self) -> datetime:
        """When the ticket closes by itself unless somebody answers or works on it."""
        return max(planned.at for planned in self.planned)


def answer_term(
    tx: Transaction, context: ApplicationContext, versioned: Versioned | None
) -> AnswerTerm | None:
    """The count of a ticket; None of one that waits for no answer, or for a person here first."""
    if versioned is None or versioned.record.fields.get("state") not in STEPS:
        return None
    record = versioned.record
    if REPORT_DIFFERS in (record.fields.get("flags") or ()):
        return None
    since, last = _since(tx, record)
    if since is None:
        return None
    planned = plan(record.fields["state"], since, last, context.calendar, confirmed_at(record))
    prefix = key_of(record.id, "")
    known = tx.scalars(select(outbox.c.key).where(outbox.c.ticket == record.id))
    done = frozenset(key.removeprefix(prefix) for key in known if key.startswith(prefix))
    return AnswerTerm(versioned, planned, done)


def confirmed_at(record: Record) -> datetime | None:
    """When the customer said that it works."""
    return instant(record.fields.get("validated_at"))


def key_of(id: str, step: str) -> str:
    """The key in the outbox of a ticket's step."""
    return f"reminder/{id}/{step}"


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
