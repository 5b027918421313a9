"""Files by SHA-256: the ones received, uploads in progress, and which tickets name them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, String, Table, Text, text

from sync_server.database.column_types import Instant
from sync_server.database.tables.naming import ID, metadata

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mime", String(127), nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("durable", Boolean, nullable=False, server_default=text("true")),
    Column("readable", Boolean),
)
"""A file whose bytes were verified. `readable`: it opens as what it says it is; null if unasked."""

upload = Table(
    "upload",
    metadata,
    Column("id", ID, primary_key=True),
    Column("device", ID, ForeignKey("device.id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("mime", String(127), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("metadata", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)
"""A tus upload under way; how many bytes of it are here, the blob store knows."""

evidence = Table(
    "evidence",
    metadata,
    Column("ticket", ID, ForeignKey("ticket.id"), primary_key=True),
    Column("entry", ID, primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("late", Boolean, nullable=False, server_default=text("false")),
    Column("named_by", String(80)),
    Column("awaited", Boolean, nullable=False, server_default=text("false")),
)
"""Which ticket names which file: who may see it, and whom its arrival concerns.

`awaited`: `named_by` had neither brought the bytes nor been able to read them, and gets no right to
them before they bring them.
"""

blob_brought = Table(
    "blob_brought",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("person", String(80), primary_key=True),
)
"""Who sent which file, whole: they had the bytes."""
