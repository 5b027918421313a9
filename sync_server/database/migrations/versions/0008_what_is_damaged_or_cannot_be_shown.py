"""What is damaged in this database, and what tablets could not show of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """What is damaged in this database, and what tablets could not show of it."""
    op.create_table(
        "unreadable_record",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_unreadable_record_device_device")
        ),
        sa.PrimaryKeyConstraint("device", "record", "id", name=op.f("pk_unreadable_record")),
    )
    op.create_table(
        "integrity",
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.String(27), nullable=True),
        sa.Column("damage", sa.Text(), nullable=True),
        sa.Column("noted_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_integrity")),
    )
