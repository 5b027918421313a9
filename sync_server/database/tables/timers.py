"""When is each ticket to be looked at again?"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from sync_server.database.column_types import Instant
from sync_server.database.tables.naming import ID, metadata

timer = Table(
    "timer",
    metadata,
    Column("ticket", ID, ForeignKey("ticket.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("due_at", Instant),
    Column("reckoned", String(40), nullable=False, server_default=""),
    Column("marks", BigInteger, nullable=False, server_default="0"),
    Index("ix_timer_kind_due_at_ticket", "kind", "due_at", "ticket"),
    Index("ix_timer_kind_reckoned_ticket", "kind", "reckoned", "ticket"),
)
"""At `due_at` time may bring something about for the ticket, and not before; null is never.

`reckoned` names the calendar and settings that it was reckoned from; `marks` counts the changes of
the ticket since, so that a time reckoned meanwhile from its old state is not kept.
"""
