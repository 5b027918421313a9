"""What was tried in vain: failures of signing in and of codes, one row each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """What was tried in vain."""
    op.create_table(
        "failed_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_try")),
    )
    op.create_index("ix_failed_try_key_at", "failed_try", ["key", "at"], unique=False)
    op.create_index(op.f("ix_failed_try_at"), "failed_try", ["at"], unique=False)
