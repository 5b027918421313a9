"""The schema's history, brought up to date at every boot, on SQLite and PostgreSQL alike."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).parent


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision, in one transaction; at head already, nothing happens."""
    with engine.begin() as connection:
        _wait_for_others(connection)
        command.upgrade(configured(connection), to)


def configured(connection: Connection) -> Config:
    """Alembic, told where the migrations are and on which connection they run."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _wait_for_others(connection: Connection) -> None:
    """Several processes that open at once migrate one after the other; SQLite sees to it itself."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7034)")
