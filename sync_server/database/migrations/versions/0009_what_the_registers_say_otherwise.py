"""Reports whose words the office's registers said otherwise when they came, for a person to see."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Reports whose words the office's registers said otherwise when they came."""
    op.create_table(
        "register_difference",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket"], ["ticket.id"], name=op.f("fk_register_difference_ticket_ticket")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_register_difference")),
    )
    for column in ("ticket", "seen_at"):
        name = op.f(f"ix_register_difference_{column}")
        op.create_index(name, "register_difference", [column], unique=False)
