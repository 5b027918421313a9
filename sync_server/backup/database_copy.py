"""Copies a database into one file and back: SQLite's backup API, pg_dump and pg_restore."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, make_url, select

from sync_server.database import sqlite
from sync_server.database.tables import blob, device
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings

SQLITE, POSTGRES = "folio.db", "folio.pgdump"
SIDES = ("", "-wal", "-shm")


class CopyFailed(Exception):
    """The database's own tool failed; the message has its output."""


def copy(url: str, folder: Path) -> Path:
    """The database at `url` as a file in `folder`, consistent while others write.

    Raises CopyFailed.
    """
    if not url.startswith("sqlite"):
        target = folder / POSTGRES
        new = target.with_suffix(".new")
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={new}", _libpq(url))
        return new.replace(target)
    target = folder / SQLITE
    new = target.with_suffix(".new")
    new.unlink(missing_ok=True)
    dbapi = sqlite.module()
    with closing(dbapi.connect(_path(url))) as source, closing(dbapi.connect(new)) as copied:
        source.backup(copied, pages=1000)
        # One file, without a log beside it.
        copied.execute("PRAGMA journal_mode = DELETE")
    check(new)
    return new.replace(target)


def check(path: Path) -> None:
    """Whether a copy is whole. Raises CopyFailed."""
    if path.name.startswith(POSTGRES):
        _run("pg_restore", "--list", str(path))
        return
    dbapi = sqlite.module()
    try:
        with closing(dbapi.connect(f"file:{path}?mode=ro", uri=True)) as copied:
            said = copied.execute("PRAGMA integrity_check").fetchone()[0]
            loose = copied.execute("PRAGMA foreign_key_check").fetchone()
    except dbapi.Error as error:
        raise CopyFailed(f"{path}: {error}") from error
    if said != "ok" or loose is not None:
        raise CopyFailed(f"{path}: {said if said != 'ok' else 'rows point to nothing'}")


def kept_files(context: ApplicationContext, copied: Path) -> Iterator[tuple[str, int]]:
    """(sha256, size) of every file that the copy names; on PostgreSQL those named by now."""
    for row in _rows(context, copied, select(blob.c.sha256, blob.c.size)):
        yield row[0], int(row[1])


def watermarks(context: ApplicationContext) -> dict[str, int]:
    """By device, the last operation number in the database, and so in any later copy."""
    with context.database.reading() as tx:
        rows = tx.rows(select(device.c.id, device.c.last_n))
        return {row.id: int(row.last_n) for row in rows}


def is_there(settings: Settings) -> bool:
    """Whether the database of these settings already has an office's data."""
    if settings.database.startswith("sqlite"):
        return _path(settings.database).exists()
    engine = create_engine(make_url(settings.database).set(drivername="postgresql+psycopg"))
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def put(copied: Path, settings: Settings, aside: Path) -> None:
    """The copy in the place of the settings' database; what was there goes `aside`.

    Raises CopyFailed.
    """
    if not settings.database.startswith("sqlite"):
        if copied.name != POSTGRES:
            raise CopyFailed("a backup of SQLite goes back into SQLite")
        if is_there(settings):
            aside.mkdir(parents=True, exist_ok=True)
            copy(settings.database, aside)
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
             "--exit-on-error", f"--dbname={_libpq(settings.database)}", str(copied))  # fmt: skip
        return
    if copied.name != SQLITE:
        raise CopyFailed("a backup of PostgreSQL goes back into PostgreSQL: FOLIO_DATABASE_URL")
    target = _path(settings.database)
    new = target.with_name(f"{target.name}.restored")
    shutil.copy2(copied, new)
    for side in SIDES:
        there = target.with_name(target.name + side)
        if there.exists():
            aside.mkdir(parents=True, exist_ok=True)
            there.rename(aside / there.name)
    new.replace(target)


def _rows(context: ApplicationContext, copied: Path, query: Any) -> list[Any]:
    if copied.name == POSTGRES:
        with context.database.reading() as tx:
            return list(tx.rows(query))
    dbapi = sqlite.module()
    with closing(dbapi.connect(f"file:{copied}?mode=ro", uri=True)) as connection:
        return list(connection.execute(str(query)).fetchall())


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise CopyFailed(f"{command[0]} is not installed: PostgreSQL's client tools are needed")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CopyFailed(f"{command[0]}: {' '.join(done.stderr.split())[:400]}")
