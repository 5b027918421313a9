"""A damaged database made whole: indexes rebuilt, and where that is not enough, what can be read
rescued row by row. The damaged file is never deleted."""

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from field_app.store import schema
from shared.operations.salvage import copy_readable, tables_of

NAME = "folio.db"
RESCUED = "folio.db.rescued"
"""A whole copy, given this name when it is durable; it takes the place of the damaged one."""

BESIDE = ("", "-wal", "-shm")

MADE_AGAIN = frozenset({"ticket"})
"""What is folded anew out of the base and the queue."""


@dataclass(frozen=True, slots=True)
class Repair:
    """`cut`: of each table that could not be read to its end, the rows that could. `kept` is the
    name of the damaged file, empty where rebuilding the indexes was enough."""

    cut: Mapping[str, int]
    kept: str


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that the file is not what was written."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def finish(folder: Path) -> None:
    """A repair that was cut between its two renames is finished."""
    if not (folder / NAME).exists() and (folder / RESCUED).exists():
        (folder / RESCUED).rename(folder / NAME)


def repair(folder: Path) -> Repair:
    """Make the database of this folder whole. Nobody has it open. Raises sqlite3.DatabaseError
    where not even a new one can be written."""
    if _rebuilt(folder / NAME):
        return Repair({}, "")
    cut = _rescue(folder)
    kept = _put_aside(folder)
    (folder / RESCUED).rename(folder / NAME)
    _flush(folder)
    return Repair(cut, kept)


def wrong(connection: sqlite3.Connection) -> str:
    """The first thing that a look through every page finds; empty when all is well."""
    said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if said == "ok" else " ".join(said.split())


def _rebuilt(path: Path) -> bool:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("REINDEX")
        for table in ("ticket_words", "ticket_prose"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
        return not wrong(connection)
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _rescue(folder: Path) -> Mapping[str, int]:
    temporary = folder / f"{RESCUED}.part"
    for suffix in BESIDE:
        temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)
    source = sqlite3.connect(folder / NAME, isolation_level=None)
    target = sqlite3.connect(temporary, isolation_level=None)
    try:
        whole = sqlite_utils.Database(target)
        with whole.atomic():
            schema.migrate(whole)
            cut = copy_readable(source, target, [
                table for table in tables_of(target) if table not in MADE_AGAIN
            ])  # fmt: skip
    finally:
        source.close()
        target.close()
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.rename(folder / RESCUED)
    _flush(folder)
    return cut


def _put_aside(folder: Path) -> str:
    number = 1 + sum(1 for _ in folder.glob(f"{NAME}.damaged-*[0-9]"))
    for suffix in BESIDE:
        # The journal goes with its file: beside another one it would be read into it.
        beside = folder / f"{NAME}{suffix}"
        if beside.exists():
            beside.rename(folder / f"{NAME}.damaged-{number}{suffix}")
    return f"{NAME}.damaged-{number}"


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
