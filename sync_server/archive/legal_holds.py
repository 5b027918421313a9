"""What is kept whatever its term: a ticket, or all of a customer, held and let go with a reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from shared.ticket.people import Actor
from sync_server.database.tables import legal_hold, ticket
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext


class NoReason(ValueError):
    """A hold is set and lifted with a reason."""


class NothingHeld(LookupError):
    """There is no such hold to be lifted."""


def hold(
    tx: Transaction, context: ApplicationContext, actor: Actor, reason: str, now: datetime, *,
    ticket_id: str | None = None, customer: str | None = None,
) -> str:  # fmt: skip
    """Keep a ticket, or all of a customer's, whatever its term; the hold's id. Raises NoReason."""
    reason = _said(reason)
    if (ticket_id is None) == (customer is None):
        raise ValueError("either a ticket or a customer is held")
    id = context.new_id()
    row = {"id": id, "ticket": ticket_id, "customer": customer, "reason": reason}
    tx.execute(insert(legal_hold).values(set_at=now, set_by=actor.id, **row))
    audit_log.note(tx, actor, "hold.set", named(tx, ticket_id, customer), now, row)
    return id


def lift(tx: Transaction, actor: Actor, hold_id: str, reason: str, now: datetime) -> None:
    """Lift a hold; it stays on record. Raises NoReason, NothingHeld."""
    reason = _said(reason)
    row = tx.one_or_none(
        select(legal_hold)
        .where(legal_hold.c.id == hold_id, legal_hold.c.lifted_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NothingHeld(hold_id)
    tx.execute(
        update(legal_hold)
        .where(legal_hold.c.id == hold_id)
        .values(lifted_at=now, lifted_by=actor.id, lifted_because=reason)
    )
    what = named(tx, row.ticket, row.customer)
    audit_log.note(tx, actor, "hold.lifted", what, now, {"id": hold_id, "reason": reason})


def of_ticket(tx: Transaction, ticket_id: str, customer: str | None) -> list[Row[Any]]:
    """Every hold on a ticket or its customer, those in force first, lifted ones after them."""
    c = legal_hold.c
    its = or_(c.ticket == ticket_id, c.customer == customer) if customer else c.ticket == ticket_id
    return tx.rows(select(legal_hold).where(its).order_by(c.lifted_at.is_not(None), c.set_at))


def in_force(tx: Transaction) -> list[Row[Any]]:
    """Everything that is held, the oldest hold first."""
    query = select(legal_hold).where(legal_hold.c.lifted_at.is_(None))
    return tx.rows(query.order_by(legal_hold.c.set_at))


def named(tx: Transaction, ticket_id: str | None, customer: str | None) -> str:
    """What is held, as people call it: a folio, or a customer's name."""
    if ticket_id is not None:
        folio = tx.scalar(select(ticket.c.folio).where(ticket.c.id == ticket_id))
        return str(folio or ticket_id)
    stored = records.get(tx, "customer", customer)
    return (stored.label if stored else "") or str(customer)


def _said(reason: str) -> str:
    reason = " ".join(reason.split())[:2000]
    if not reason:
        raise NoReason("say why")
    return reason
