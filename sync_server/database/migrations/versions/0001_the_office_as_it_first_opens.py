"""The office as it first opens: every table, and the triggers that keep what has ended."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from sync_server.database.triggers import install

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """The office as it first opens."""
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object", sa.Text(), nullable=True),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"], unique=False)
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(length=127), nullable=False),
        sa.Column("stored_at", sa.String(27), nullable=False),
        sa.Column("durable", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "feed",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("scope", "record", "id", name=op.f("pk_feed")),
    )
    op.create_index("ix_feed_record_id", "feed", ["record", "id"], unique=False)
    op.create_index("ix_feed_scope_seq", "feed", ["scope", "seq"], unique=True)
    op.create_table(
        "feed_head",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("xor", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_feed_head")),
    )
    op.create_table(
        "folio_counter",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_folio_counter")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("lease_until", sa.String(27), nullable=True),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_done_at_due_at", "job", ["done_at", "due_at"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("op_id", sa.String(length=64), nullable=True),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("command", sa.String(length=64), nullable=True),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("captured_at", sa.String(27), nullable=False),
        sa.Column("received_at", sa.String(27), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("link", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("device", "n", name=op.f("uq_operation_device_n")),
        sa.UniqueConstraint("ticket", "position", name=op.f("uq_operation_ticket_position")),
    )
    op.create_index(
        "ix_operation_op_id_once",
        "operation",
        ["op_id"],
        unique=True,
        sqlite_where=sa.text("outcome <> 'duplicate'"),
        postgresql_where=sa.text("outcome <> 'duplicate'"),
    )
    op.create_index("ix_operation_received_at", "operation", ["received_at"], unique=False)
    op.create_index("ix_operation_user_outcome", "operation", ["user", "outcome"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.String(27), nullable=True),
        sa.Column("dead_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_sent_at_due_at", "outbox", ["sent_at", "due_at"], unique=False)
    op.create_table(
        "record",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("record", "id", name=op.f("pk_record")),
    )
    op.create_index("ix_record_label", "record", ["record", "label"], unique=False)
    op.create_table(
        "report_reading",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("strokes", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("images", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("read_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_report_reading")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_key_at", "sign_in_attempt", ["key", "at"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("folio", sa.String(length=40), nullable=True),
        sa.Column("provisional_folio", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("nature", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=True),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("site", sa.String(length=64), nullable=True),
        sa.Column("asset", sa.String(length=64), nullable=True),
        sa.Column("serial", sa.String(length=80), nullable=True),
        sa.Column("requester", sa.Text(), server_default="", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.Column("due_response", sa.String(27), nullable=True),
        sa.Column("due_on_site", sa.String(27), nullable=True),
        sa.Column("due_resolution", sa.String(27), nullable=True),
        sa.Column("responded_at", sa.String(27), nullable=True),
        sa.Column("arrived_at", sa.String(27), nullable=True),
        sa.Column("finalised_at", sa.String(27), nullable=True),
        sa.Column("finalise_rejected_at", sa.String(27), nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("escalation_level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closing", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("clock_changed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("root_cause", sa.String(length=64), nullable=True),
        sa.Column("final_classification", sa.String(length=64), nullable=True),
        sa.Column("follow_up_of", sa.String(length=64), nullable=True),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("folio", name=op.f("uq_ticket_folio")),
    )
    op.create_index(op.f("ix_ticket_asset"), "ticket", ["asset"], unique=False)
    op.create_index(op.f("ix_ticket_assignee"), "ticket", ["assignee"], unique=False)
    op.create_index(op.f("ix_ticket_closed_at"), "ticket", ["closed_at"], unique=False)
    op.create_index(op.f("ix_ticket_closing"), "ticket", ["closing"], unique=False)
    op.create_index(op.f("ix_ticket_created_at"), "ticket", ["created_at"], unique=False)
    op.create_index(op.f("ix_ticket_customer"), "ticket", ["customer"], unique=False)
    op.create_index(op.f("ix_ticket_due_resolution"), "ticket", ["due_resolution"], unique=False)
    op.create_index(op.f("ix_ticket_due_response"), "ticket", ["due_response"], unique=False)
    op.create_index(
        op.f("ix_ticket_provisional_folio"), "ticket", ["provisional_folio"], unique=False
    )
    op.create_index(op.f("ix_ticket_serial"), "ticket", ["serial"], unique=False)
    op.create_index(op.f("ix_ticket_site"), "ticket", ["site"], unique=False)
    op.create_index(op.f("ix_ticket_state"), "ticket", ["state"], unique=False)
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.String(length=16), server_default="es", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("last_sign_in_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "archive",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("folio", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("customer_name", sa.Text(), server_default="", nullable=False),
        sa.Column("engineer", sa.String(length=64), nullable=True),
        sa.Column("engineer_name", sa.Text(), server_default="", nullable=False),
        sa.Column("report_sha256", sa.String(length=64), nullable=True),
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=False),
        sa.Column("archived_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_archive_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
        sa.UniqueConstraint("ticket", "version", name=op.f("uq_archive_ticket_version")),
    )
    op.create_index(op.f("ix_archive_closed_at"), "archive", ["closed_at"], unique=False)
    op.create_index(op.f("ix_archive_customer"), "archive", ["customer"], unique=False)
    op.create_index(op.f("ix_archive_engineer"), "archive", ["engineer"], unique=False)
    op.create_index(op.f("ix_archive_folio"), "archive", ["folio"], unique=False)
    op.create_index(op.f("ix_archive_record_digest"), "archive", ["record_digest"], unique=False)
    op.create_index(op.f("ix_archive_report_sha256"), "archive", ["report_sha256"], unique=False)
    op.create_index(op.f("ix_archive_serial"), "archive", ["serial"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("standing", sa.Text(), nullable=True),
        sa.Column("losing", sa.Text(), nullable=True),
        sa.Column("op_id", sa.String(length=64), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("resolved_at", sa.String(27), nullable=True),
        sa.Column("resolved_by", sa.String(length=64), nullable=True),
        sa.Column("chosen", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_conflict_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index(op.f("ix_conflict_resolved_at"), "conflict", ["resolved_at"], unique=False)
    op.create_index(op.f("ix_conflict_ticket"), "conflict", ["ticket"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("next_token_hash", sa.String(length=64), nullable=True),
        sa.Column("token_issued_at", sa.String(27), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("last_n", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("durable_n", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("skew_measured_at", sa.String(27), nullable=True),
        sa.Column("clock_changed_at", sa.String(27), nullable=True),
        sa.Column("last_captured_at", sa.String(27), nullable=True),
        sa.Column("forked_at", sa.String(27), nullable=True),
        sa.Column("successor", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.Column("wipe", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_device_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("next_token_hash", name=op.f("uq_device_next_token_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index(op.f("ix_device_user"), "device", ["user"], unique=False)
    op.create_table(
        "enrol_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("used_at", sa.String(27), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_enrol_code_user")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrol_code")),
    )
    op.create_index(op.f("ix_enrol_code_user"), "enrol_code", ["user"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_evidence_ticket")),
        sa.PrimaryKeyConstraint("ticket", "entry", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)
    op.create_table(
        "late_arrival",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column(
            "operation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("follow_up", sa.String(length=64), nullable=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_late_arrival_operation")
        ),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_late_arrival_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_arrival")),
    )
    op.create_index(op.f("ix_late_arrival_seen_at"), "late_arrival", ["seen_at"], unique=False)
    op.create_index(op.f("ix_late_arrival_ticket"), "late_arrival", ["ticket"], unique=False)
    op.create_table(
        "parked",
        sa.Column(
            "operation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("settled_at", sa.String(27), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["operation.id"], name=op.f("fk_parked_operation")),
        sa.PrimaryKeyConstraint("operation", name=op.f("pk_parked")),
    )
    op.create_index(op.f("ix_parked_settled_at"), "parked", ["settled_at"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_session_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_session_user"), "session", ["user"], unique=False)
    op.create_table(
        "seal",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("archive", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.String(27), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("stamped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["archive"], ["archive.id"], name=op.f("fk_seal_archive")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_seal")),
    )
    op.create_index(op.f("ix_seal_archive"), "seal", ["archive"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=127), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("metadata", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_upload_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_device"), "upload", ["device"], unique=False)
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"], unique=False)
    op.create_index(op.f("ix_upload_sha256"), "upload", ["sha256"], unique=False)
    install(op.get_bind())
