"""What the pages of a report say, held against its record; the tickets that wait for a person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """What the pages of a report say, held against its record; the tickets that wait."""
    no = sa.text("(false)")
    op.add_column(
        "ticket", sa.Column("report_differs", sa.Boolean(), server_default=no, nullable=False)
    )
    op.create_index(op.f("ix_ticket_report_differs"), "ticket", ["report_differs"], unique=False)
    for column in (
        sa.Column("how", sa.String(length=16), server_default="bytes", nullable=False),
        sa.Column("differs", sa.Boolean(), server_default=no, nullable=False),
        sa.Column("differing", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
    ):
        op.add_column("cross_rendering", column)
