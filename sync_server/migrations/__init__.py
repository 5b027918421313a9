"""The schema's history, brought up to date at every boot, on SQLite and PostgreSQL alike."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).parent


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision, in one transaction; at head already, nothing happens."""
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, to)
