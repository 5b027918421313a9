"""Somebody leaves: out at once, and what they had in hand goes to an heir or back to be assigned.

What their tablet has not sent yet is still taken, and put aside for a person (fault 38).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from shared.operations.operation import Kind, Outcome
from shared.operations.states import ACTIVE, MOVES
from shared.ticket.people import Actor, Role
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log, sessions, users
from sync_server.identity.users import User
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets.apply import office_operation


class NoHeir(Exception):
    """Tickets are handed over to an engineer who is active, and somebody else."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What became of the open tickets, by folio: `handed` to the heir, `left` to be assigned."""

    handed: tuple[str, ...]
    left: tuple[str, ...]


def open_tickets(tx: Transaction, person: str) -> list[str]:
    """The folios of what somebody has in hand, in order."""
    return [row.folio or row.id for row in _open(tx, person)]


def open_counts(tx: Transaction) -> Mapping[str, int]:
    """How many tickets each person has in hand."""
    c = ticket.c
    query = select(c.assignee, func.count().label("many")).where(c.state.in_(ACTIVE))
    rows = tx.rows(query.where(c.assignee.is_not(None)).group_by(c.assignee))
    return Counter({row.assignee: row.many for row in rows})


def deactivate(
    tx: Transaction,
    context: ApplicationContext,
    actor: Actor,
    person: User,
    now: datetime,
    heir: User | None = None,
) -> Leaving:
    """Let somebody go; their sessions end with this, their tablets' lines within a second.

    Whoever may let people go may say who goes on with their work: it is noted as a supervisor's
    doing. Raises NoHeir, and nothing is done.
    """
    if heir is not None and not is_heir(heir, person):
        raise NoHeir(heir.email)
    handed: list[str] = []
    left: list[str] = []
    for row in _open(tx, person.id):
        passed = heir is not None and _handed(tx, context, actor, row, heir, now)
        (handed if passed else left).append(row.folio or row.id)
    users.set_active(tx, person.id, False, now)
    sessions.end_sessions(tx, person.id)
    detail = {"handed_over_to": heir.id if heir else None, "tickets": len(handed),
              "to_be_assigned": len(left)}  # fmt: skip
    audit_log.note(tx, actor, "person.gone", person.id, now, detail, person=person.id)
    return Leaving(tuple(handed), tuple(left))


def is_heir(heir: User, person: User) -> bool:
    """Whether somebody can go on with the work of `person`."""
    return heir.active and heir.role is Role.ENGINEER and heir.id != person.id


def _open(tx: Transaction, person: str) -> list[Row[tuple[str, str | None, str]]]:
    c = ticket.c
    query = select(c.id, c.folio, c.state).where(c.assignee == person, c.state.in_(ACTIVE))
    return tx.rows(query.order_by(c.folio, c.id))


def _handed(
    tx: Transaction,
    context: ApplicationContext,
    actor: Actor,
    row: Row[tuple[str, str | None, str]],
    heir: User,
    now: datetime,
) -> bool:
    """Whether the ticket is the heir's; one that waits for its customer alone stays as it is."""
    if row.state not in MOVES["assign"].sources:
        return False
    body = {"name": "assign", "assignee": heir.id}
    by = Actor(actor.id, Role.SUPERVISOR)
    result = office_operation(tx, context, by, row.id, Kind.COMMAND, body, now=now)
    return result.outcome is Outcome.APPLIED
