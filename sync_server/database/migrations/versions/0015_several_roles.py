"""A person may hold several roles."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """A person may hold several roles."""
    op.add_column(
        "user", sa.Column("more_roles", sa.String(length=200), nullable=False, server_default="")
    )
