"""The follow-up of a closed ticket for which work came late: proposed, and opened by a person."""

from datetime import datetime

from sqlalchemy import select, update

from shared.operations.operation import Kind
from shared.ticket.people import Actor
from shared.ticket.ticket import State
from sync_server.database.tables import late_arrival
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import late_arrivals, store
from sync_server.tickets.apply import office_operation


class NothingToFollow(LookupError):
    """Nothing came late under this id for a ticket that was closed."""


def open_follow_up(
    tx: Transaction, context: ApplicationContext, actor: Actor, arrival: str, now: datetime
) -> str:
    """The id of the one follow-up of the ticket for which this came late. Raises NothingToFollow.

    It takes over whose and what the closed ticket was; its terms run from now.
    """
    row = tx.one_or_none(select(late_arrival).where(late_arrival.c.id == arrival))
    found = store.lock(tx, [row.ticket]).get(row.ticket) if row else None
    if found is None or found.record.fields.get("state") != State.CLOSED.value:
        raise NothingToFollow(arrival)
    known = late_arrivals.follow_up_of(tx, found.record.id)
    if known is not None:
        return known
    id = context.new_id()
    body = {"fields": late_arrivals.inherited(found.record)}
    office_operation(tx, context, actor, id, Kind.CREATE, body, now=now)
    of_ticket = (late_arrival.c.ticket == found.record.id) & late_arrival.c.follow_up.is_(None)
    tx.execute(update(late_arrival).where(of_ticket).values(follow_up=id))
    return id
