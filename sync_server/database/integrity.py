"""Is every page of the database what was written? Table by table, on SQLite and PostgreSQL."""

from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from sync_server.database import sqlite
from sync_server.database.tables import metadata
from sync_server.database.transactions import Damaged, Database, Transaction

MOST = 20
"""Faults that are told of one look."""


def parts() -> list[str]:
    """The tables, each looked at by itself with its indexes."""
    return sorted(metadata.tables)


def look(database: Database, part: str) -> str:
    """What is damaged in one table; empty when nothing is. Reads all of it."""
    try:
        with database.reading() as tx:
            found = _sqlite(tx, part) if database.dialect == "sqlite" else _postgresql(tx, part)
    except Damaged as error:
        return str(error)[:400]
    return "; ".join(found)


def rebuild(database: Database, part: str) -> None:
    """Make the indexes of one table anew. Raises Damaged where the table itself is."""
    word = f'REINDEX "{part}"' if database.dialect == "sqlite" else f'REINDEX TABLE "{part}"'

    def run(tx: Transaction) -> None:
        tx.connection.exec_driver_sql(word)

    database.write(run)


def whole(path: Path) -> list[str]:
    """Everything that is damaged in a SQLite file, looked at without an office: all pages, what
    each index says of its table, and rows that name others. Empty when nothing is."""
    dbapi = sqlite.module()
    try:
        with closing(dbapi.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST})")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST)
    except dbapi.Error as error:
        return [str(error)]
    return [
        *(" ".join(str(words).split()) for words in said if words != "ok"),
        *(f"row {row[1]} of {row[0]} names one of {row[2]} that is not there" for row in loose),
    ]


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; None of any other database."""
    if not url.startswith("sqlite"):
        return None
    path = make_url(url).database
    return Path(path) if path and path != ":memory:" else None


def _sqlite(tx: Transaction, part: str) -> list[str]:
    said = tx.connection.exec_driver_sql(f"PRAGMA quick_check('{part}')").scalars().all()
    loose = tx.connection.exec_driver_sql(f"PRAGMA foreign_key_check('{part}')").fetchmany(1)
    found = [" ".join(str(words).split()) for words in said if words != "ok"][:MOST]
    return [*found, *(f"row {row[1]} names one of {row[2]} that is not there" for row in loose)]


def _postgresql(tx: Transaction, part: str) -> list[str]:
    """Every page of the table and of what is kept beside it is read; a page whose checksum is wrong
    raises. Indexes are compared with their table where the extension amcheck is installed."""
    run = tx.connection.exec_driver_sql
    for way in ("indexscan", "indexonlyscan", "bitmapscan"):
        run(f"SET LOCAL enable_{way} = off")
    run(f'SELECT count(length(t::text)) FROM "{part}" t').scalar()
    if run("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'").scalar():
        run(
            "SELECT bt_index_check(i.indexrelid) FROM pg_index i JOIN pg_class c"
            " ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
            f" WHERE a.amname = 'btree' AND i.indrelid = '\"{part}\"'::regclass"
        ).fetchall()
    return []
