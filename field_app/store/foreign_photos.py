"""Photos of our tickets that were taken on another tablet: a report is made with them, too.

They came from the office and can be had again: they are no evidence of ours, wait in no queue, and
go when their ticket goes or the tablet is erased.
"""

import shutil
from pathlib import Path
from uuid import uuid4

from field_app.store import evidence
from field_app.store.database import Database

_NAMED = (
    "SELECT DISTINCT json_extract(e.value, '$.sha256') AS sha256"
    " FROM ticket t, json_each(t.entries, '$.evidence') e"
    " WHERE json_extract(e.value, '$.mime') = 'image/jpeg'"
    " AND json_extract(e.value, '$.voided') IS NULL"
)


def absent(database: Database) -> list[str]:
    """The photos that open tickets of this tablet name, that are not on it (or no longer, though
    the office has them), by sha256."""
    rows = database.rows(
        f"{_NAMED} AND t.shelf = 'open' AND NOT t.read_only AND NOT EXISTS"
        " (SELECT 1 FROM blob b WHERE b.sha256 = json_extract(e.value, '$.sha256')"
        "  AND b.state IN ('kept', 'lost')) ORDER BY sha256"
    )
    return [
        row["sha256"] for row in rows
        if not evidence.is_there(database, row["sha256"])
        and not _path(database, row["sha256"]).exists()
    ]  # fmt: skip


def keep(database: Database, name: str, data: bytes) -> None:
    """Keep a photo that came from the office. Raises DiskLow."""
    evidence.check_room(database, len(data))
    path = _path(database, name)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{uuid4().hex}.part")
    temporary.write_bytes(data)
    temporary.replace(path)


def read(database: Database, name: str) -> bytes:
    """The bytes of a photo, ours or another's, checked against its hash. Raises EvidenceMissing."""
    path = _path(database, name)
    data = path.read_bytes() if path.exists() else b""
    return data if evidence.name_of(data) == name else evidence.read(database, name)


def tidy(database: Database) -> None:
    """Remove those that no ticket on this tablet names any more."""
    folder = _folder(database)
    if folder.exists():
        named = {row["sha256"] for row in database.rows(_NAMED)}
        for path in folder.iterdir():
            if path.name not in named:
                path.unlink()


def forget_all(database: Database) -> None:
    """Remove all of them: the tablet is left, or erased."""
    shutil.rmtree(_folder(database), ignore_errors=True)


def _folder(database: Database) -> Path:
    return database.folder / "others"


def _path(database: Database, name: str) -> Path:
    return _folder(database) / name
