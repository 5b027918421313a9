"""Two people's values of one field, kept until a person has looked at them. SYNC.md, O5."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from shared.operations.merge import Conflict
from shared.ticket.people import Actor
from sync_server.database.tables import conflict, ticket
from sync_server.database.transactions import Transaction
from sync_server.tickets.unit_of_work import Author, UnitOfWork


class NoSuchConflict(LookupError):
    """There is no conflict with this id, or somebody has resolved it already."""


def keep(
    unit: UnitOfWork,
    ticket_id: str,
    found: Iterable[Conflict],
    op_id: str,
    author: Author,
    rev: int,
) -> list[dict[str, Any]]:
    """Keep each losing value for a person; the conflicts as they go over the wire."""
    kept = []
    for item in found:
        id = unit.context.new_id()
        value = {"field": item.field, "standing": item.standing, "losing": item.losing}
        unit.tx.execute(
            insert(conflict).values(
                id=id, ticket=ticket_id, op_id=op_id, device=author.device, user=author.actor.id,
                rev=rev, at=unit.now, **value,
            )
        )  # fmt: skip
        kept.append({"id": id, **value})
    return kept


def open_of(tx: Transaction, ticket_id: str) -> list[Row[Any]]:
    """The conflicts of a ticket that nobody has resolved, oldest first."""
    query = select(conflict).where(conflict.c.ticket == ticket_id, conflict.c.resolved_at.is_(None))
    return tx.rows(query.order_by(conflict.c.at, conflict.c.id))


def open_all(tx: Transaction, most: int = 500) -> list[Row[Any]]:
    """Every unresolved conflict with its ticket's folio and state, oldest first."""
    query = select(conflict, ticket.c.folio, ticket.c.state, ticket.c.assignee).join(
        ticket, ticket.c.id == conflict.c.ticket
    )
    query = query.where(conflict.c.resolved_at.is_(None)).order_by(conflict.c.at, conflict.c.id)
    return tx.rows(query.limit(most))


def settle(tx: Transaction, id: str, actor: Actor, value: Any, now: datetime) -> Row[Any]:
    """Mark a conflict resolved with the value chosen; its row as it was. Raises NoSuchConflict."""
    row = tx.one_or_none(select(conflict).where(conflict.c.id == id).with_for_update())
    if row is None or row.resolved_at is not None:
        raise NoSuchConflict(id)
    tx.execute(
        update(conflict)
        .where(conflict.c.id == id)
        .values(resolved_at=now, resolved_by=actor.id, chosen=value)
    )
    return row
