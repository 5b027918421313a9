"""What Alembic runs: the migrations on the connection it was handed, inside its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from sync_server.database.column_types import Instant, Json
from sync_server.database.tables import metadata


def plainly(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column types as what they are in the database: a migration outlives them."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.String(27)"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_item=plainly,
)
context.run_migrations()
