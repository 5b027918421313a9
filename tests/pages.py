"""Bad pages for SQLite files: which pages a table or an index has, and one of them spoilt."""

import sqlite3
from pathlib import Path

GARBAGE = b"\xfe\x5a"


def trees(path: Path) -> dict[str, int]:
    """The root page of every table and index of a file, by name."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0")
    found = dict(rows.fetchall())
    connection.close()
    return found


def leaf(path: Path, tree: str) -> int:
    """A leaf in the middle of a tree; its root where that is one."""
    page, data = trees(path)[tree], path.read_bytes()
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    while data[(page - 1) * size] in (2, 5):  # an interior page of an index, of a table
        start = (page - 1) * size
        cells = int.from_bytes(data[start + 3 : start + 5], "big")
        pointer = start + 12 + 2 * (cells // 2)
        cell = start + int.from_bytes(data[pointer : pointer + 2], "big")
        page = int.from_bytes(data[cell : cell + 4], "big")
    return page


def spoil(path: Path, page: int) -> None:
    """Other bytes where that page was."""
    with path.open("r+b") as file:
        size = int.from_bytes(file.read(18)[16:18], "big")
        size = 65536 if size == 1 else size
        assert page > 1, "the first page is the whole file's"
        file.seek((page - 1) * size)
        file.write(GARBAGE * (size // 2))


def empty(path: Path, page: int) -> None:
    """An index without a row where that page was: whole by itself, and not what its table says."""
    with path.open("r+b") as file:
        size = int.from_bytes(file.read(18)[16:18], "big")
        size = 65536 if size == 1 else size
        file.seek((page - 1) * size)
        start = size % 65536
        file.write(b"\x0a\0\0\0\0" + start.to_bytes(2, "big") + bytes(size - 7))
