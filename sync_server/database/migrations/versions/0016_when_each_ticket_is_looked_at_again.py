"""When each ticket is to be looked at again; what waits to be sent is found by its time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

AT_ONCE = "1970-01-01T00:00:00.000000Z"

BEGIN = "INSERT INTO timer (ticket, kind, due_at) SELECT id, :kind, :at FROM ticket WHERE "

ENDED = "('closed', 'merged', 'referred')"

BEGUN = {
    "reminders": "state IN ('customer_validation', 'close_requested', 'waiting_customer')",
    "escalation": f"state NOT IN {ENDED}",
    "retirement": f"state IN {ENDED} AND id IN "
    "(SELECT id FROM feed WHERE record = 'ticket' AND kind = 'update')",
}


def upgrade() -> None:
    """Every open ticket, and every ended one that tablets still have, is looked at once."""
    op.create_table(
        "timer",
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=True),
        sa.Column("reckoned", sa.String(length=40), server_default="", nullable=False),
        sa.Column("marks", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_timer_ticket_ticket")),
        sa.PrimaryKeyConstraint("ticket", "kind", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_kind_due_at_ticket", "timer", ["kind", "due_at", "ticket"])
    op.create_index("ix_timer_kind_reckoned_ticket", "timer", ["kind", "reckoned", "ticket"])
    for kind, those in BEGUN.items():
        op.get_bind().execute(sa.text(BEGIN + those), {"kind": kind, "at": AT_ONCE})
    op.create_index(op.f("ix_outbox_ticket"), "outbox", ["ticket"])
    waiting = sa.text("sent_at IS NULL AND dead_at IS NULL")
    op.create_index(
        "ix_outbox_way_due_at_id", "outbox", ["way", "due_at", "id"],
        sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip
