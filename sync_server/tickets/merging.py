"""Into which ticket may this one be merged? Another of the same matter that is still open. R119."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from shared.operations.states import ACTIVE
from shared.ticket.ticket import Ticket
from sync_server.database.tables import ticket as table
from sync_server.database.transactions import Transaction

MOST = 50


def targets(tx: Transaction, ticket: Ticket, most: int = MOST) -> Sequence[Row[Any]]:
    """Where it may go, the likeliest first: of the same machine, then the newest.

    A ticket without a customer may join one of the same machine or of the same requester; one of
    another customer's, one that ended, and itself are no targets.
    """
    fits = _same_matter(ticket)
    if fits is None:
        return ()
    query = select(table.c.id, table.c.folio, table.c.state, table.c.doc, table.c.asset,
                   table.c.requester, table.c.created_at)  # fmt: skip
    query = query.where(table.c.id != ticket.id, table.c.state.in_(ACTIVE), fits)
    same_machine = (table.c.asset == ticket.asset) if ticket.asset else (table.c.id == "")
    return tx.rows(query.order_by(same_machine.desc(), table.c.created_at.desc()).limit(most))


def is_target(tx: Transaction, ticket: Ticket, folio: str) -> bool:
    """Whether the ticket with this folio is one into which this one may go."""
    fits = _same_matter(ticket)
    if fits is None:
        return False
    query = select(table.c.id).where(table.c.folio == folio, table.c.id != ticket.id)
    return tx.scalar(query.where(table.c.state.in_(ACTIVE), fits)) is not None


def merged_into(tx: Transaction, folio: str | None) -> Sequence[Row[Any]]:
    """The tickets whose attention goes on in the one with this folio, in the order they came."""
    if not folio:
        return ()
    query = select(table.c.id, table.c.folio, table.c.doc, table.c.requester, table.c.created_at)
    query = query.where(table.c.merged_into == folio).order_by(table.c.created_at)
    return tx.rows(query.limit(200))


def how_many_merged_into(tx: Transaction, folio: str | None) -> int:
    """The number of those."""
    query = select(func.count()).select_from(table).where(table.c.merged_into == folio)
    return int(tx.scalar(query)) if folio else 0


def _same_matter(ticket: Ticket) -> ColumnElement[bool] | None:
    if ticket.customer:
        return table.c.customer == ticket.customer
    nobody = or_(table.c.customer.is_(None), table.c.customer == "")
    same = []
    if ticket.asset:
        same.append(table.c.asset == ticket.asset)
    if ticket.requester.name:
        same.append(nobody & (table.c.requester == ticket.requester.name))
    return or_(*same) if same else None
