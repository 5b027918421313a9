"""What tablets could not show of what this office sent them."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text

from sync_server.database.column_types import Instant
from sync_server.database.tables.naming import ID, metadata

unreadable_record = Table(
    "unreadable_record",
    metadata,
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("record", String(64), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""The newest revision of each that a tablet said so of; a later one may be readable."""

integrity = Table(
    "integrity",
    metadata,
    Column("part", String(64), primary_key=True),
    Column("checked_at", Instant),
    Column("damage", Text),
    Column("noted_at", Instant),
)
"""What the last look at each part of this database found, and under `first` the first error of
that kind that anybody met. `damage` is empty where all is well."""
