"""Retention: legal holds, and what was deleted after its term."""

from sqlalchemy import Column, String, Table, Text

from sync_server.database.column_types import Instant, Json
from sync_server.database.tables.naming import ID, metadata

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket", ID, index=True),
    Column("customer", ID, index=True),
    Column("reason", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("set_by", String(80), nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(80)),
    Column("lifted_because", Text),
)
"""What must not be deleted whatever its age: a ticket, or all of a customer's. Never deleted."""

disposal = Table(
    "disposal",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket", ID, nullable=False, unique=True),
    Column("folio", String(40)),
    Column("ended_at", Instant, nullable=False),
    Column("term_over_at", Instant, nullable=False),
    Column("disposed_at", Instant, nullable=False),
    Column("disposed_by", String(80), nullable=False),
    Column("kept", Json, nullable=False),
)
"""A ticket deleted after its term, never changed: without its row here nothing can be deleted.

`kept` has what is still known of it: hashes, the last link of its log, how much there was.
"""
