"""Which version of the closure checklist each tablet was given."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Which version of the closure checklist each tablet was given."""
    op.create_table(
        "checklist_handed_out",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_checklist_handed_out_device_device")
        ),
        sa.PrimaryKeyConstraint("device", "version", name=op.f("pk_checklist_handed_out")),
    )
