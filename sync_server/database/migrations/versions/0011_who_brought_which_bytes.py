"""Who brought which bytes, and which namings wait for them.

What was named before stays as it was seen: nobody noted who had brought it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Who brought which bytes, and which namings wait for them."""
    op.create_table(
        "blob_brought",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "person", name=op.f("pk_blob_brought")),
    )
    op.add_column("evidence", sa.Column("named_by", sa.String(length=80), nullable=True))
    op.add_column(
        "evidence",
        sa.Column("awaited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
