"""The change feed that tablets pull: per scope, one row for each record, and the scope's head."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from sync_server.database.tables.naming import ID, metadata

feed_head = Table(
    "feed_head",
    metadata,
    Column("scope", String(80), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("xor", String(16), nullable=False),
)
"""One row a scope, locked last in the writing transaction: order of seq is order of commit.

`size` and `xor` are the digest of the records in it.
"""

feed = Table(
    "feed",
    metadata,
    Column("scope", String(80), primary_key=True),
    Column("record", String(16), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Index("ix_feed_scope_seq", "scope", "seq", unique=True),
    Index("ix_feed_record_id", "record", "id"),
)
"""Self-compacting: one row a record and scope, at the seq of its last change."""
