"""The tablet's database: one connection behind a lock, so that SQLite has a single writer."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from field_app.device.trouble import Trouble
from field_app.store import schema

OLDEST_SQLITE = (3, 35, 0)
"""RETURNING and the JSON functions. The WAL-reset fault of SQLite before 3.51.3 needs two writing
connections; here there is one, and `device.claim` keeps a second tablet off the folder."""


class OldSqlite(Trouble):
    """This machine's SQLite is too old to trust with the queue."""

    key = "sync.trouble.old_sqlite"


class NewerData(Trouble):
    """A newer Folio has already written in this folder."""

    key = "sync.trouble.newer_data"


class DiskFull(Trouble):
    """Not even words can be saved: what was saved before is whole, this was not."""

    key = "sync.trouble.disk_full"


class DamagedData(Trouble):
    """The file is no longer a database. It is left as it is, for somebody to look at."""

    key = "sync.trouble.damaged_data"


class Database:
    """One user's database in `folder`, with that user's evidence beside it."""

    def __init__(self, folder: Path) -> None:
        check_sqlite(sqlite3.sqlite_version_info)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            folder / "folio.db", isolation_level=None, check_same_thread=False, timeout=10
        )
        self._db = sqlite_utils.Database(self._connection)
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            with self.transaction() as db:
                known = schema.migrate(db)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise DamagedData(folder=str(self.folder)) from error
            raise
        if not known:
            raise NewerData

    @contextmanager
    def transaction(self) -> Iterator[sqlite_utils.Database]:
        """All of the block or nothing; durable when it returns. A block inside another is part of
        it: what it raises undoes the outer one too."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._db
                return
            try:
                with self._db.atomic():
                    yield self._db
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                    raise DiskFull from error
                raise

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """What a SELECT finds, each row a dict."""
        with self._lock:
            cursor = self._connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, *parameters: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.rows(sql, *parameters)
        return found[0] if found else None

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row, or None."""
        with self._lock:
            found = self._connection.execute(sql, parameters).fetchone()
        return found[0] if found else None

    def fact(self, name: str, default: Any = None) -> Any:
        """A remembered JSON value."""
        text = self.value("SELECT value FROM fact WHERE name = ?", name)
        return default if text is None else json.loads(text)

    def remember(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO fact (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, dump(value)),
            )

    def shred(self) -> None:
        """Leave no trace in the file of what was deleted from the tables."""
        with self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def check_sqlite(version: Sequence[int]) -> None:
    """Raises OldSqlite for a version that lacks what the store is built on."""
    if tuple(version) < OLDEST_SQLITE:
        raise OldSqlite(version=".".join(map(str, version)))


def dump(value: Any) -> str:
    """JSON text as it is stored."""
    return _JSON.encode(value)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
