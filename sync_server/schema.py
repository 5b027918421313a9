"""Every table of the office: JSON kept as text, instants as UTC text, alike on both databases."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync_server.columns import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)
"""An id: a UUIDv7 in text for everything that Folio makes."""

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""A row number that the database gives; SQLite only counts INTEGER by itself."""

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""`epoch` (new after a restore), `created_at`, and whatever else is one value for the office."""

# ── people and their ways in ──────────────────────────────────────────────────────────────────

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
)
"""`email` is kept in lower case. A user who left is not active, and stays.

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
"""`key` is `email:<address>` or `ip:<address>`."""

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
)

# ── the record of the work ────────────────────────────────────────────────────────────────────

ticket = Table(
    "ticket",
    metadata,
    Column("id", ID, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("doc", Json, nullable=False),
    Column("entries", Json, nullable=False),
    Column("written", Json, nullable=False),
    # Everything below is read out of `doc` and `entries` whenever they are stored, to be asked for.
    Column("folio", String(40), unique=True),
    Column("provisional_folio", String(80), index=True),
    Column("state", String(32), nullable=False, index=True),
    Column("priority", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("nature", String(32), nullable=False),
    Column("type", String(32), nullable=False),
    Column("scope", String(80)),
    Column("assignee", ID, index=True),
    Column("customer", ID, index=True),
    Column("site", ID, index=True),
    Column("asset", ID, index=True),
    Column("serial", String(80), index=True),
    Column("requester", Text, nullable=False, server_default=""),
    Column("search", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False, index=True),
    Column("updated_at", Instant, nullable=False),
    Column("due_response", Instant, index=True),
    Column("due_on_site", Instant),
    Column("due_resolution", Instant, index=True),
    Column("responded_at", Instant),
    Column("arrived_at", Instant),
    Column("finalised_at", Instant),
    Column("finalise_rejected_at", Instant),
    Column("closed_at", Instant, index=True),
    Column("escalation_level", Integer, nullable=False, server_default="0"),
    Column("closing", Boolean, nullable=False, server_default=text("false"), index=True),
    Column("clock_changed", Boolean, nullable=False, server_default=text("false")),
    Column("root_cause", String(64)),
    Column("final_classification", String(64)),
    Column("follow_up_of", String(64)),
    Column("merged_into", String(64)),
)
"""A ticket as merged: the record, who wrote each field last, and the columns that lists ask for.

`scope` is the feed in which it lives. `arrived_at`, `responded_at` and `finalised_at` are
corrected by the tablet's clock skew; what the engineer signed stays as it was in `doc`. `search`
is lower case. A row whose state is terminal cannot be changed or deleted: a trigger says so.
"""

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

record = Table(
    "record",
    metadata,
    Column("record", String(16), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("doc", Json, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("updated_at", Instant, nullable=False),
    Index("ix_record_label", "record", "label"),
)
"""Asset, customer, site, catalogue, stock, answer, notice. `label` is its name or serial."""

folio_counter = Table(
    "folio_counter",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

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

# ── what tablets pull ─────────────────────────────────────────────────────────────────────────

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

# ── files ─────────────────────────────────────────────────────────────────────────────────────

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
)
"""Which ticket names which file: who may see it, and whom its arrival concerns."""

report_reading = Table(
    "report_reading",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("record", Json),
    Column("strokes", Json),
    Column("title", Text, nullable=False),
    Column("images", Json, nullable=False),
    Column("findings", Json, nullable=False),
    Column("read_at", Instant, nullable=False),
)
"""What a report says, read once when its bytes arrive: reading a PDF keeps no transaction waiting.

`images` are the sha256 of each JPEG in it; `findings` [rule, detail] of what is wrong with the
file itself.
"""

cross_rendering = Table(
    "cross_rendering",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Whether the office's own record prints the report of this hash to the byte; a note, no gate."""

archive = Table(
    "archive",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket", ID, ForeignKey("ticket.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("folio", String(40), nullable=False, index=True),
    Column("serial", String(80), index=True),
    Column("customer", ID, index=True),
    Column("customer_name", Text, nullable=False, server_default=""),
    Column("engineer", ID, index=True),
    Column("engineer_name", Text, nullable=False, server_default=""),
    Column("report_sha256", String(64), index=True),
    Column("record_digest", String(64), nullable=False, index=True),
    Column("record", Json, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("chain", String(64)),
    Column("closed_at", Instant, nullable=False, index=True),
    Column("archived_at", Instant, nullable=False),
    Column("proof", String(64)),
    UniqueConstraint("ticket", "version"),
)
"""The report as it came and the record it speaks of, never changed (a trigger says so).

`proof` is the hash of this row and of the whole ticket as it was closed.
"""

seal = Table(
    "seal",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("archive", ID, ForeignKey("archive.id"), nullable=False, index=True),
    Column("sealed_at", Instant, nullable=False),
    Column("certificate", String(64), nullable=False),
    Column("stamped", Boolean, nullable=False),
)
"""A sealed file of an archived report, whose prefix is the report; never changed.

Another certificate adds a row, whose file begins with the earlier one's, and keeps that.
`certificate` is its sha256; `stamped`: a time-stamp authority vouches for the date.
"""

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

# ── what is still to be done ──────────────────────────────────────────────────────────────────

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
"""`key` names a job for ever: what has been done once is not asked for again."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("way", String(16), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("ticket", ID),
    Column("recipient", Text),
    Column("body", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("failure", Text),
    Column("sent_at", Instant),
    Column("dead_at", Instant),
    Index("ix_outbox_sent_at_due_at", "sent_at", "due_at"),
)
"""Mail and webhooks (`way`), written in the transaction of what they tell; sent by a worker."""
