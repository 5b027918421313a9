"""People, their sign-in sessions and attempts, and the audit log."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, text

from sync_server.database.column_types import FOLDED, Instant, Json
from sync_server.database.tables.naming import ID, NUMBER, metadata

user = Table(
    "user",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("locale", String(16), nullable=False, server_default="es"),
    Column("password_hash", Text),
    Column("totp_secret", Text),
    Column("totp_step", BigInteger),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", Instant, nullable=False),
    Column("last_sign_in_at", Instant),
    Column("folded", FOLDED, nullable=False, server_default="", index=True),
    Column("more_roles", String(200), nullable=False, server_default=""),
)
"""`role` is what the person is called by, `more_roles` the others with blanks between. `email` is
kept in lower case; by `folded`, the name, lists are put in order. A user who left is not active,
and stays.

`totp_step` is the last half minute whose second-step code was used: none is used twice.
"""

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user", ID, ForeignKey("user.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("address", String(64)),
    Column("agent", Text),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("key", String(300), nullable=False),
    Column("at", Instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index("ix_sign_in_attempt_key_at", "key", "at"),
)
"""What 0.1.0 counts by. While it is replaced it runs on beside a newer one, which reads
`failed_try` alone."""

failed_try = Table(
    "failed_try",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("key", String(300), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index("ix_failed_try_key_at", "key", "at"),
)
"""One row a failure; `key` says what it is counted by: `email:<address>`, `ip:<network>` …"""

access_log = Table(
    "access_log",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(80), nullable=False),
    Column("action", String(80), nullable=False),
    Column("object", Text),
    Column("allowed", Boolean, nullable=False),
    Column("detail", Json),
    Column("person", ID),
    Index("ix_access_log_actor_id", "actor", "id"),
    Index("ix_access_log_person_id", "person", "id"),
    Index("ix_access_log_action_id", "action", "id"),
)
"""The audit log: `person` is the account that it concerns, where it concerns one. Triggers refuse
to change a row, and to delete one that no row of `audit_disposal` lets go."""

audit_disposal = Table(
    "audit_disposal",
    metadata,
    Column("id", ID, primary_key=True),
    Column("before", Instant, nullable=False, index=True),
    Column("disposed_at", Instant, nullable=False),
    Column("disposed_by", String(80), nullable=False),
)
"""What was older than `before` could go, and went: these rows stay for ever."""

form_key = Table(
    "form_key",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("path", Text, nullable=False, server_default=""),
    Column("told", String(64), nullable=False, server_default=""),
    Column("tone", String(8), nullable=False, server_default=""),
)
"""Forms that were done, each under the hash of its key and its words, and how it was answered: the
same form sent again is answered so, by any process, and done no second time.
"""

kept_form = Table(
    "kept_form",
    metadata,
    Column("user", ID, ForeignKey("user.id"), primary_key=True),
    Column("action", String(300), primary_key=True),
    Column("fields", Json, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)
"""What somebody had typed into a form when their session was over, until they send it or a day."""
