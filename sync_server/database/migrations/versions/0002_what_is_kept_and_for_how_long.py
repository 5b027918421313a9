"""What is kept and for how long: a proof for each archived row, holds, and what was let go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from sync_server.database.triggers import let_go_after_term

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """What is kept and for how long."""
    op.add_column("archive", sa.Column("proof", sa.String(length=64), nullable=True))
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.String(27), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("lifted_at", sa.String(27), nullable=True),
        sa.Column("lifted_by", sa.String(length=80), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_customer"), "legal_hold", ["customer"], unique=False)
    op.create_index(op.f("ix_legal_hold_ticket"), "legal_hold", ["ticket"], unique=False)
    op.create_table(
        "disposal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("folio", sa.String(length=40), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=False),
        sa.Column("term_over_at", sa.String(27), nullable=False),
        sa.Column("disposed_at", sa.String(27), nullable=False),
        sa.Column("disposed_by", sa.String(length=80), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("ticket", name=op.f("uq_disposal_ticket")),
    )
    let_go_after_term(op.get_bind())
