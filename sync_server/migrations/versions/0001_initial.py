"""The office as it first opens."""

from alembic import op

from sync_server.immutable import install
from sync_server.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table, and the triggers that keep what has ended as it is."""
    metadata.create_all(op.get_bind())
    install(op.get_bind())
