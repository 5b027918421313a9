"""The audit log is never altered, and is searched by person and kind."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from sync_server.database.triggers import keep_audit_log

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NOTE = sa.table(
    "access_log", sa.column("action"), sa.column("object"), sa.column("person")
)  # fmt: skip


def upgrade() -> None:
    """The audit log is never altered, and is searched by person and kind."""
    op.add_column("access_log", sa.Column("person", sa.String(length=64), nullable=True))
    named = NOTE.c.action.startswith("person.") | NOTE.c.action.startswith("rescue.")
    op.execute(sa.update(NOTE).where(named).values(person=NOTE.c.object))
    op.create_index("ix_access_log_actor_id", "access_log", ["actor", "id"])
    op.create_index("ix_access_log_person_id", "access_log", ["person", "id"])
    op.create_index("ix_access_log_action_id", "access_log", ["action", "id"])
    op.create_table(
        "audit_disposal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(27), nullable=False),
        sa.Column("disposed_at", sa.String(27), nullable=False),
        sa.Column("disposed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_disposal")),
    )
    op.create_index(op.f("ix_audit_disposal_before"), "audit_disposal", ["before"], unique=False)
    keep_audit_log(op.get_bind())
