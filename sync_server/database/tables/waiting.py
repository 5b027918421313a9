"""Background jobs, and the outbox of mail and webhooks."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from sync_server.database.column_types import Instant, Json
from sync_server.database.tables.naming import ID, metadata

job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("body", Json, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("worker", String(80)),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("failure", Text),
    Column("done_at", Instant),
    Index("ix_job_done_at_due_at", "done_at", "due_at"),
)
"""`key` names a job for ever: what has been done once is not asked for again.

`due_at` of a job that a worker has is the end of its lease, and `tries` tells the lease from every
other one; `lease_until` and `fence` said so in 0.1.0 and stay empty.
"""

MAIL = "mail"
"""The `way` of what goes by mail."""

_WAITING = text("sent_at IS NULL AND dead_at IS NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("way", String(16), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("ticket", ID, index=True),
    Column("recipient", Text),
    Column("body", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("failure", Text),
    Column("sent_at", Instant),
    Column("dead_at", Instant),
    Index("ix_outbox_sent_at_due_at", "sent_at", "due_at"),
    Index(
        "ix_outbox_way_due_at_id",
        "way",
        "due_at",
        "id",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    Index("ix_outbox_recipient_sent_at", "recipient", "sent_at"),
)
"""Mail and webhooks (`way`), written in the transaction of what they tell; sent by a worker.

`due_at` of one that a worker has is the end of its lease; `dead_at` is when it was given up.
"""
