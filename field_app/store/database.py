"""The tablet's database: one connection behind a lock, so that SQLite has a single writer."""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from field_app.device.trouble import Trouble
from field_app.store import schema
from field_app.store.repair import finish, is_damage, repair

log = logging.getLogger("folio.store")

OPEN = "folio.open"
"""Stands in the folder while the database is open: left behind, the last end was none."""

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
    """The file is damaged, and could not be mended. It stays as it is, for somebody to look at."""

    key = "sync.trouble.damaged_data"


class Mended(Trouble):
    """The file was damaged and is whole again; what was being done was not done."""

    key = "sync.trouble.mended"


class Database:
    """One user's database in `folder`, with that user's evidence beside it."""

    def __init__(self, folder: Path) -> None:
        check_sqlite(sqlite3.sqlite_version_info)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.was_left_open = (folder / OPEN).exists()
        self.after_mending: Callable[[], None] = lambda: None
        """What is to be made again of a file that was mended: set by whoever opened it."""
        self._lock = threading.RLock()
        self._is_mended = self._is_mending = False
        finish(folder)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self.mend(str(error))
        (folder / OPEN).touch()

    def _open(self) -> None:
        self._connection = sqlite3.connect(
            self.folder / "folio.db", isolation_level=None, check_same_thread=False, timeout=10
        )
        self._db = sqlite_utils.Database(self._connection)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            with self._db.atomic():
                known = schema.migrate(self._db)
            if not known:
                raise NewerData
        except BaseException:
            self._connection.close()
            raise

    def mend(self, found: str) -> None:
        """Rebuild and rescue, once for each time that the file is opened; `found` is what was seen.

        Raises DamagedData where that was done already, or cannot be done.
        """
        with self._lock:
            if self._is_mended or self._is_mending:
                raise DamagedData(folder=str(self.folder))
            log.error("the database is damaged: %s", found)
            self._is_mending = True
            try:
                self._connection.close()
                done = repair(self.folder)
                self._open()
                self._is_mended = True
                log.warning("mended: cut %s, kept %s", dict(done.cut), done.kept)
                self.remember("repair", {"cut": dict(done.cut), "kept": done.kept})
                self.remember("made_again", not done.kept)
                if done.kept:
                    self.after_mending()
            except (OSError, sqlite3.DatabaseError) as error:
                raise DamagedData(folder=str(self.folder)) from error
            finally:
                self._is_mending = False

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
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                    raise DiskFull from error
                if not is_damage(error) or self._is_mending:
                    raise
                self.mend(str(error))
                raise Mended from error

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """What a SELECT finds, each row a dict."""
        with self._lock:
            names, rows = self._read(sql, parameters)
            return [dict(zip(names, row, strict=True)) for row in rows]

    def _read(self, sql: str, parameters: tuple[Any, ...]) -> tuple[list[str], list[Any]]:
        """The columns and rows; of a damaged file, those of the mended one."""
        try:
            return self._read_once(sql, parameters)
        except sqlite3.DatabaseError as error:
            # Inside a transaction the whole of it has to be undone first.
            if not is_damage(error) or self._connection.in_transaction or self._is_mending:
                raise
            self.mend(str(error))
        return self._read_once(sql, parameters)

    def _read_once(self, sql: str, parameters: tuple[Any, ...]) -> tuple[list[str], list[Any]]:
        cursor = self._connection.execute(sql, parameters)
        return [column[0] for column in cursor.description], cursor.fetchall()

    def row(self, sql: str, *parameters: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.rows(sql, *parameters)
        return found[0] if found else None

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row, or None."""
        with self._lock:
            _, found = self._read(sql, parameters)
        return found[0][0] if found else None

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
            (self.folder / OPEN).unlink(missing_ok=True)


def check_sqlite(version: Sequence[int]) -> None:
    """Raises OldSqlite for a version that lacks what the store is built on."""
    if tuple(version) < OLDEST_SQLITE:
        raise OldSqlite(version=".".join(map(str, version)))


def dump(value: Any) -> str:
    """JSON text as it is stored."""
    return _JSON.encode(value)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
