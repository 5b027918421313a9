"""Opens the database that a SQLAlchemy address names: SQLite or PostgreSQL."""

from sync_server.database.sqlite import SqliteDatabase
from sync_server.database.transactions import AfterCommit, Database


def open_database(url: str, after_commit: AfterCommit = lambda moves: None) -> Database:
    """The database at a SQLAlchemy address. Raises ValueError for one that is neither."""
    scheme = url.partition(":")[0]
    if scheme.startswith("sqlite"):
        return SqliteDatabase(url, after_commit)
    if scheme.startswith("postgres"):
        # psycopg is an extra: only who names PostgreSQL needs it.
        from sync_server.database.postgresql import PostgresDatabase

        return PostgresDatabase(url, after_commit)
    raise ValueError(f"a database address starts with sqlite or postgresql, not {scheme!r}")
