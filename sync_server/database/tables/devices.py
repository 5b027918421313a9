"""Tablets, and the codes with which they enrol."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    text,
)

from sync_server.database.column_types import Instant
from sync_server.database.tables.naming import ID, metadata

enrol_code = Table(
    "enrol_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("user", ID, ForeignKey("user.id"), nullable=False, index=True),
    Column("created_by", ID, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("device", ID),
)

device = Table(
    "device",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user", ID, ForeignKey("user.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("next_token_hash", String(64), unique=True),
    Column("token_issued_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("last_n", BigInteger, nullable=False, server_default="0"),
    Column("durable_n", BigInteger, nullable=False, server_default="0"),
    Column("skew_ms", BigInteger, nullable=False, server_default="0"),
    Column("skew_measured_at", Instant),
    Column("clock_changed_at", Instant),
    Column("last_captured_at", Instant),
    Column("forked_at", Instant),
    Column("successor", ID),
    Column("revoked_at", Instant),
    Column("wipe", Boolean, nullable=False, server_default=text("false")),
)
"""A tablet's identity. `skew_ms` is its clock minus ours; `durable_n` moves with the backup."""

checklist_handed_out = Table(
    "checklist_handed_out",
    metadata,
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""When a version of the closure checklist first went out to a tablet, on a page that it pulled."""
