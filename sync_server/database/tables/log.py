"""The operation log; conflicts, late arrivals and parked operations, which wait for a person."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync_server.database.column_types import Instant, Json
from sync_server.database.tables.naming import ID, NUMBER, metadata

FIRST = text("outcome <> 'duplicate'")
"""Of what came under one `op_id`, the operation that was decided: there is only one."""

operation = Table(
    "operation",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("device", String(80), nullable=False),
    Column("n", BigInteger),
    Column("op_id", ID),
    Column("ticket", ID),
    Column("position", Integer),
    Column("kind", String(32)),
    Column("command", String(64)),
    Column("user", String(80), nullable=False),
    Column("role", String(32), nullable=False),
    Column("captured_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("message", Json, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("result", Json, nullable=False),
    Column("previous", String(64)),
    Column("link", String(64)),
    UniqueConstraint("device", "n"),
    UniqueConstraint("ticket", "position"),
    Index(
        "ix_operation_op_id_once",
        "op_id",
        unique=True,
        sqlite_where=FIRST,
        postgresql_where=FIRST,
    ),
    Index("ix_operation_received_at", "received_at"),
    Index("ix_operation_user_outcome", "user", "outcome"),
)
"""Everything anybody ever did, never changed (a trigger says so).

`n` is a tablet's own number and null for the office. `captured_at` is corrected by the clock skew;
`message` is what was sent. Per ticket, `position` counts 1, 2, 3 … and `link` is the hash of the
`previous` link and this operation, so that nothing can be taken out or put in between unseen.
"""

conflict = Table(
    "conflict",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket", ID, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("field", String(64), nullable=False),
    Column("standing", Json),
    Column("losing", Json),
    Column("op_id", ID),
    Column("device", String(80), nullable=False),
    Column("user", String(80), nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("resolved_at", Instant, index=True),
    Column("resolved_by", ID),
    Column("chosen", Json),
)

late_arrival = Table(
    "late_arrival",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket", ID, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("operation", NUMBER, ForeignKey("operation.id"), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("follow_up", ID),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant, index=True),
    Column("seen_by", ID),
)
"""Work for a ticket that had ended (`terminal`) or gone to somebody else (`reassigned`)."""

parked = Table(
    "parked",
    metadata,
    Column("operation", NUMBER, ForeignKey("operation.id"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant, index=True),
    Column("settled_by", ID),
)
"""Operations that could not be understood or applied, byte for byte as they came."""
