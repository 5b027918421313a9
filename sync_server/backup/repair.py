"""A damaged SQLite database made whole: indexes made anew; where that is not enough, every row that
can be read is copied into a new file. The damaged one is set aside and never deleted."""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from shared.operations.salvage import copy_readable
from sync_server.backup.backup import new_epoch
from sync_server.backup.database_copy import SIDES
from sync_server.database import integrity, sqlite
from sync_server.database.migrations import migrate
from sync_server.database.open import open_database
from sync_server.database.tables import metadata
from sync_server.records import feed
from sync_server.runtime.settings import Settings


class NotRepairable(Exception):
    """This database is not a file of ours: its own tools mend it."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What was wrong; of each table that could not be read to its end, the rows that could; where
    the damaged file is (empty when making the indexes anew was enough); rows that name lost ones.
    """

    found: list[str]
    cut: Mapping[str, int]
    kept: str
    loose: int


def repair(settings: Settings) -> Repair:
    """Make the office's database whole. The server must be stopped. Raises NotRepairable.

    After a rescue row by row there is a new epoch: tablets send again what they have kept.
    """
    path = integrity.file_of(settings.database)
    if path is None or not path.exists():
        raise NotRepairable("only a SQLite file is repaired: on PostgreSQL restore a backup")
    found = integrity.whole(path)
    if not found or _indexes_made_anew(path):
        return Repair(found, {}, "", 0)
    cut = _rescued(path)
    kept = _put_aside(path)
    _new(path).rename(path)
    _flush(path.parent)
    loose = sum("names one of" in what for what in integrity.whole(path))
    new_epoch(settings)
    _recount(settings)
    return Repair(found, cut, kept.name, loose)


def _indexes_made_anew(path: Path) -> bool:
    dbapi = sqlite.module()
    try:
        with closing(dbapi.connect(path, isolation_level=None)) as connection:
            connection.execute("REINDEX")
    except dbapi.Error:
        return False
    return not integrity.whole(path)


def _rescued(path: Path) -> Mapping[str, int]:
    new = _new(path)
    for side in SIDES:
        new.with_name(new.name + side).unlink(missing_ok=True)
    dbapi = sqlite.module()
    engine = create_engine(f"sqlite:///{new}", module=dbapi)
    migrate(engine)
    engine.dispose()
    with closing(dbapi.connect(path)) as source, closing(_plainly(dbapi, new)) as target:
        target.execute("BEGIN")
        cut = copy_readable(source, target, sorted(metadata.tables))
        target.execute("COMMIT")
    with new.open("rb") as file:
        os.fsync(file.fileno())
    return cut


def _plainly(dbapi: Any, path: Path) -> Any:
    connection = dbapi.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


def _recount(settings: Settings) -> None:
    """Each scope's head as its rows say: tablets hold what they pull against it."""
    with closing(open_database(settings.database)) as database:
        database.write(feed.recount)


def _put_aside(path: Path) -> Path:
    number = 1 + sum(1 for _ in path.parent.glob(f"{path.name}.damaged-*[0-9]"))
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for side in SIDES:
        # The log goes with its file: beside another one it would be read into it.
        beside = path.with_name(path.name + side)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + side))
    return aside


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.rescued")


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
