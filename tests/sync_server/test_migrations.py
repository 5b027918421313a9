"""The migrations make just the tables of the schema, and running them again changes nothing."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from sync_server.database.migrations import migrate
from sync_server.database.open import open_database
from sync_server.database.tables import metadata


def differences(engine: Engine) -> object:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)


def test_migrations_make_what_the_schema_says(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path / 'folio.db'}")
    migrate(database.migrating())
    migrate(database.migrating())
    assert differences(database.engine) == []
    tables = set(inspect(database.engine).get_table_names())
    assert tables == {*metadata.tables, "alembic_version"}
    database.close()
