"""The database at an address: which of the two it is, opened."""

from sync_server.database.sqlite import SqliteDatabase
from sync_server.database.transactions import Committed, Database


def open_database(url: str, committed: Committed = lambda transaction: None) -> Database:
    """The database at a SQLAlchemy address. Raises ValueError for one that is neither."""
    scheme = url.partition(":")[0]
    if scheme.startswith("sqlite"):
        return SqliteDatabase(url, committed)
    if scheme.startswith("postgres"):
        # psycopg is an extra: only who names PostgreSQL needs it.
        from sync_server.database.postgresql import PostgresDatabase

        return PostgresDatabase(url, committed)
    raise ValueError(f"a database address starts with sqlite or postgresql, not {scheme!r}")
