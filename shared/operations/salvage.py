"""Out of a damaged SQLite file whatever can still be read, row by row, into a whole one.

A table is a tree of pages: from its beginning and from its end one reads up to a page that is not
what was written, and between the two from places that may be whole.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MOST_PROBED = 300
"""Places between the two lost ends of a table from which one tries to go on."""

LONGEST_GAP = 2**20
"""Row numbers that are looked through where the end of a table is not known."""


def copy_readable(source: Any, target: Any, tables: Iterable[str]) -> Mapping[str, int]:
    """Copy the rows of these tables, by the columns that both have; the rows copied of each table
    that could not be read to its end. `source` and `target` are connections (PEP 249) of SQLite,
    `target` without foreign keys. Commits nothing.
    """
    cut: dict[str, int] = {}
    for table in tables:
        count, whole = _copy(source, target, table)
        if not whole:
            cut[table] = count
    _copy_sequences(source, target)
    return cut


def tables_of(connection: Any) -> list[str]:
    """The ordinary tables: no index, nothing virtual or of SQLite itself."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master t WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' AND NOT EXISTS (SELECT 1 FROM sqlite_master v"
        " WHERE v.sql LIKE 'CREATE VIRTUAL%' AND instr(t.name, v.name || '_') = 1) ORDER BY name"
    ).fetchall()
    return [str(row[0]) for row in rows]


def _copy(source: Any, target: Any, table: str) -> tuple[int, bool]:
    try:
        names = _columns(source, table)
        of_target = set(_columns(target, table))
    except Exception:
        return 0, False
    columns = ", ".join(f'"{name}"' for name in names if name in of_target)
    places = ", ".join("?" for name in names if name in of_target)
    insert = f'INSERT OR IGNORE INTO "{table}" ({columns}) VALUES ({places})'
    count = 0

    def keep(row: Any) -> None:
        nonlocal count
        count += target.execute(insert, tuple(row)).rowcount

    for row, _ in (reading := _Reading(source, table, columns)).rows():
        keep(row)
    return count, reading.whole


def _columns(connection: Any, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")')]


class _Reading:
    """The rows of one table that can be read; `whole` when these were all."""

    def __init__(self, source: Any, table: str, columns: str) -> None:
        self.whole = True
        self._source = source
        self._from = f'FROM "{table}" NOT INDEXED'
        self._columns = columns
        self._last: int | None = None
        self._first: int | None = None

    def rows(self) -> Iterator[tuple[Any, int]]:
        """Each row, with its rowid, from both ends and then from the gap between."""
        try:
            self._source.execute(f"SELECT rowid {self._from} WHERE 0").fetchall()
        except sqlite3.OperationalError:
            yield from self._without_rowid()
            return
        except Exception as error:
            if "no such column" in str(error):
                yield from self._without_rowid()
                return
        yield from self._upwards()
        if not self.whole:
            yield from self._downwards()
            yield from self._between()

    def _upwards(self) -> Iterator[tuple[Any, int]]:
        try:
            rows = self._source.execute(
                f"SELECT rowid, {self._columns} {self._from} ORDER BY rowid"
            )
            for row in rows:
                self._last = row[0]
                yield row[1:], row[0]
        except Exception:
            self.whole = False

    def _downwards(self) -> Iterator[tuple[Any, int]]:
        try:
            rows = self._source.execute(
                f"SELECT rowid, {self._columns} {self._from} ORDER BY rowid DESC"
            )
            for row in rows:
                if self._last is not None and row[0] <= self._last:
                    return
                self._first = row[0]
                yield row[1:], row[0]
        except Exception:
            return

    def _between(self) -> Iterator[tuple[Any, int]]:
        """From places in the gap up and down, as far as the page that is lost."""
        begin = 0 if self._last is None else self._last
        end = begin + LONGEST_GAP if self._first is None else self._first
        step = max(1, (end - begin) // MOST_PROBED)
        reached = begin
        for rowid in range(begin + 1, end, step):
            if rowid <= reached:
                continue
            yield from self._stretch("DESC", "rowid <= ? AND rowid > ?", (rowid, reached))
            last = rowid
            for row, last in self._stretch("ASC", "rowid > ? AND rowid < ?", (rowid, end)):
                yield row, last
            reached = max(reached, last)

    def _stretch(self, order: str, within: str, bounds: Any) -> Iterator[tuple[Any, int]]:
        """The rows within these bounds, as far as they can be read."""
        query = f"SELECT rowid, {self._columns} {self._from} WHERE {within} ORDER BY rowid {order}"
        try:
            for row in self._source.execute(query, bounds):
                yield row[1:], row[0]
        except Exception:
            return

    def _without_rowid(self) -> Iterator[tuple[Any, int]]:
        """A table that is its own index: from its beginning, then from its end."""
        for order in ("ASC", "DESC"):
            names = self._columns.split(", ")
            by = ", ".join(f"{name} {order}" for name in names[:3])
            try:
                for row in self._source.execute(
                    f"SELECT {self._columns} {self._from} ORDER BY {by}"
                ):
                    yield row, 0
            except Exception:
                self.whole = False
                continue
            return


def _copy_sequences(source: Any, target: Any) -> None:
    """A number that was given once is never given again, also where its row is gone."""
    try:
        for name, seq in source.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            target.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (seq, name)
            )
            target.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE NOT EXISTS"
                " (SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
                (name, seq),
            )
    except Exception:
        return
