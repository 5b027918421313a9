"""Forms that are done once, forms that come back, escalations that wait, and what was merged."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TICKET = sa.table(
    "ticket",
    sa.column("id"),
    sa.column("doc"),
    sa.column("state"),
    sa.column("escalation_level"),
    sa.column("escalation_waits"),
)

ENDED = ("closed", "merged", "referred")


def upgrade() -> None:
    """Forms that are done once, forms that come back, escalations that wait, what was merged."""
    op.create_table(
        "form_key",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("path", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.String(length=64), server_default="", nullable=False),
        sa.Column("tone", sa.String(length=8), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_form_key")),
    )
    op.create_index(op.f("ix_form_key_at"), "form_key", ["at"], unique=False)
    op.create_table(
        "kept_form",
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=300), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_kept_form_user_user")),
        sa.PrimaryKeyConstraint("user", "action", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_at"), "kept_form", ["at"], unique=False)
    waits: sa.Column[bool] = sa.Column(
        "escalation_waits", sa.Boolean(), server_default=sa.text("false"), nullable=False
    )
    op.add_column("ticket", waits)
    _mark_those_that_wait(op.get_bind())
    op.create_index(op.f("ix_ticket_escalation_waits"), "ticket", ["escalation_waits"])
    op.create_index(op.f("ix_ticket_merged_into"), "ticket", ["merged_into"])
    op.create_index("ix_outbox_recipient_sent_at", "outbox", ["recipient", "sent_at"])


def _mark_those_that_wait(bind: sa.Connection) -> None:
    """Open tickets whose escalation nobody acknowledged; one that ended waits for nobody."""
    raised = sa.select(TICKET.c.id, TICKET.c.doc).where(
        TICKET.c.escalation_level > 0, TICKET.c.state.not_in(ENDED)
    )
    waiting = [row.id for row in bind.execute(raised).all() if _waits(row.doc)]
    for first in range(0, len(waiting), 500):
        these = TICKET.c.id.in_(waiting[first : first + 500])
        bind.execute(sa.update(TICKET).where(these).values(escalation_waits=True))


def _waits(doc: str) -> bool:
    try:
        said = json.loads(doc).get("escalation") or {}
        return bool(said.get("level")) and not said.get("acknowledged")
    except (ValueError, AttributeError):
        return False
