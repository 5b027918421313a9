"""Values of which the office has one each (epoch, day of opening), and the folio counters."""

from sqlalchemy import Column, Integer, String, Table, Text

from sync_server.database.tables.naming import metadata

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""`epoch` (new after a restore), `created_at`, and whatever else is one value for the office."""

folio_counter = Table(
    "folio_counter",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
