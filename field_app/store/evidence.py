"""Evidence files: kept under the hash of their bytes before anything says that they are there."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from field_app.device.trouble import Trouble
from field_app.store.database import Database
from shared.ticket.evidence import EvidenceKind
from shared.time.timestamps import wire_time

RESERVE = 64 * 1024 * 1024
"""Bytes of disk left alone, so that words can still be saved when photos no longer can."""
KEPT_AFTER_DURABLE = timedelta(days=30)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskLow(Trouble):
    """There is no room for one more file."""

    key = "sync.trouble.disk_low"


class EvidenceMissing(Trouble):
    """The file is not on this tablet, or its bytes are no longer those that were kept."""

    key = "sync.trouble.evidence_missing"


class FileState(StrEnum):
    """How far a file is on its way to the office."""

    KEPT = "kept"
    RECEIVED = "received"
    DURABLE = "durable"
    LOST = "lost"


class Rank(IntEnum):
    """Words before photos, and small before large. SYNC.md, T15."""

    SIGNATURE = 0
    REPORT = 1
    THUMBNAIL = 2
    PHOTO = 3

    @classmethod
    def of(cls, kind: str) -> "Rank":
        """The rank of an evidence kind."""
        first = {EvidenceKind.SIGNATURE: cls.SIGNATURE, EvidenceKind.REPORT: cls.REPORT}
        return first.get(EvidenceKind(kind), cls.PHOTO)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are safely on the disk."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Blob:
    """A file to be sent: `size` in bytes, `upload_url` where an upload was begun.

    `was_there`: the office had it once, and may have it still.
    """

    sha256: str
    mime: str
    size: int
    rank: int
    upload_url: str | None
    was_there: bool = False


def keep(database: Database, data: bytes) -> Kept:
    """Write bytes under their hash: temporary name, flushed, renamed, folder flushed.

    Nothing refers to the file yet: `note` does, in the transaction of its operation. A process
    killed in between leaves an orphan, which `orphans` finds. Raises DiskLow.
    """
    check_room(database, len(data))
    name = name_of(data)
    path = _path(database, name)
    if _has(path, name):
        return Kept(name, len(data))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{name[:16]}-{uuid4().hex}.part")
    try:
        _write(temporary, data)
        temporary.rename(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise DiskLow(megabytes=0) from error
        raise
    _flush_folder(path.parent)
    _flush_folder(path.parent.parent)
    return Kept(name, len(data))


def name_of(data: bytes) -> str:
    """The hex sha256 by which a file is known."""
    return sha256(data).hexdigest()


def check_room(database: Database, size: int) -> None:
    """Raises DiskLow when `size` more bytes would eat into the reserve."""
    free = free_space(database)
    if free - size < RESERVE:
        raise DiskLow(megabytes=free // 1_000_000)


def free_space(database: Database) -> int:
    """Bytes free on the disk of this database."""
    return shutil.disk_usage(database.folder).free


def note(
    database: Database, kept: Kept, *, mime: str, rank: Rank, ticket: str, at: datetime
) -> None:
    """Say that a kept file belongs to a ticket and must reach the office."""
    with database.transaction() as db:
        db.execute(
            "INSERT INTO blob (sha256, mime, size, rank, path, state, kept_at)"
            " VALUES (?, ?, ?, ?, ?, 'kept', ?)"
            " ON CONFLICT (sha256) DO UPDATE SET rank = min(rank, excluded.rank),"
            " state = CASE state WHEN 'lost' THEN 'kept' ELSE state END",
            (kept.sha256, mime, kept.size, rank, _relative(kept.sha256), wire_time(at)),
        )
        db.execute(
            "INSERT INTO blob_use (sha256, ticket) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (kept.sha256, ticket),
        )


def link_thumbnail(database: Database, photo: str, thumbnail: str) -> None:
    """Remember which small picture shows a photo."""
    with database.transaction() as db:
        db.execute("UPDATE blob SET thumbnail = ? WHERE sha256 = ?", (thumbnail, photo))


def read(database: Database, name: str) -> bytes:
    """The bytes of a file, checked against its hash. Raises EvidenceMissing."""
    try:
        data = _path(database, name).read_bytes()
    except OSError as error:
        raise EvidenceMissing(file=name[:8]) from error
    if sha256(data).hexdigest() != name:
        raise EvidenceMissing(file=name[:8])
    return data


def is_there(database: Database, name: str) -> bool:
    """Whether there is a file of this name, whatever is in it."""
    return _path(database, name).exists()


def thumbnail(database: Database, photo: str) -> bytes | None:
    """The small picture of a photo, or None when this tablet made none."""
    name = database.value("SELECT thumbnail FROM blob WHERE sha256 = ?", photo)
    path = _path(database, name) if name else None
    return path.read_bytes() if path and path.exists() else None


def unsent(database: Database) -> list[Blob]:
    """The files that the office has not verified yet, in the order in which they go."""
    rows = database.rows(
        "SELECT sha256, mime, size, rank, upload_url, received_at IS NOT NULL AS was_there"
        " FROM blob WHERE state = 'kept' ORDER BY rank, size, sha256"
    )
    return [Blob(**{**row, "was_there": bool(row["was_there"])}) for row in rows]


def unsafe(database: Database) -> list[Blob]:
    """Every file that the office's backup does not have."""
    rows = database.rows(
        "SELECT sha256, mime, size, rank, upload_url FROM blob"
        " WHERE state <> 'durable' ORDER BY rank, size, sha256"
    )
    return [Blob(**row) for row in rows]


def upload_began(database: Database, name: str, url: str | None) -> None:
    """Remember where an upload goes on, or that it must begin anew."""
    with database.transaction() as db:
        db.execute("UPDATE blob SET upload_url = ? WHERE sha256 = ?", (url, name))


def received(database: Database, name: str, at: datetime, *, durable: bool) -> None:
    """The office has verified the bytes; `durable` when its backup has them too. `at`: its time."""
    with database.transaction() as db:
        db.execute(
            "UPDATE blob SET state = ?, received_at = coalesce(received_at, ?),"
            " durable_at = ?, upload_url = NULL, trouble = NULL WHERE sha256 = ?",
            (
                FileState.DURABLE if durable else FileState.RECEIVED, wire_time(at),
                wire_time(at) if durable else None, name,
            ),
        )  # fmt: skip


def failed(database: Database, name: str, trouble: str) -> None:
    """Remember why a file could not be sent; it stays in the queue."""
    with database.transaction() as db:
        db.execute("UPDATE blob SET trouble = ? WHERE sha256 = ?", (trouble, name))


def unconfirmed(database: Database, most: int) -> list[str]:
    """The oldest files that the office has, but not yet its backup."""
    rows = database.rows(
        "SELECT sha256 FROM blob WHERE state = 'received' ORDER BY received_at LIMIT ?", most
    )
    return [row["sha256"] for row in rows]


def offer_again(database: Database, name: str | None = None) -> None:
    """Queue again a file that the office had, or all of them: it came back from a backup, which
    may be older than what it once called durable."""
    with database.transaction() as db:
        db.execute(
            "UPDATE blob SET state = 'kept', durable_at = NULL"
            " WHERE state <> 'kept' AND sha256 = coalesce(?, sha256)",
            (name,),
        )


def states(database: Database, ticket: str) -> Mapping[str, FileState]:
    """How far each file of a ticket is, by its hash."""
    rows = database.rows(
        "SELECT sha256, state FROM blob JOIN blob_use USING (sha256) WHERE ticket = ?", ticket
    )
    return {row["sha256"]: FileState(row["state"]) for row in rows}


def orphans(database: Database) -> list[Path]:
    """Whole files that no row knows: their capture was cut before it was said to be saved."""
    known = {row["sha256"] for row in database.rows("SELECT sha256 FROM blob")}
    return [path for path in _files(database) if path.name not in known]


def sweep(database: Database, now: datetime) -> int:
    """Remove half-written files, orphans of 30 days, and files lost or durable for 30 days whose
    ticket has left the tablet. What the office has not confirmed stays. Returns how many.

    `now` is the office's time, as `received` was told it.
    """
    old = now - KEPT_AFTER_DURABLE
    doomed = [path for path in orphans(database) if path.stat().st_mtime < old.timestamp()]
    doomed += list((database.folder / "evidence").glob("*/.*.part"))
    with database.transaction() as db:
        gone = database.rows(
            "DELETE FROM blob WHERE (state = 'lost' OR"
            "  state = 'durable' AND julianday(durable_at) < julianday(?))"
            " AND NOT EXISTS (SELECT 1 FROM blob_use u JOIN ticket t ON t.id = u.ticket"
            "  WHERE u.sha256 = blob.sha256) RETURNING sha256",
            wire_time(old),
        )
        for row in gone:
            db.execute("DELETE FROM blob_use WHERE sha256 = ?", (row["sha256"],))
    doomed += [_path(database, row["sha256"]) for row in gone]
    for path in doomed:
        path.unlink(missing_ok=True)
    return len(doomed)


def _files(database: Database) -> Iterator[Path]:
    for path in sorted((database.folder / "evidence").glob("??/*")):
        if len(path.name) == 64:
            yield path


def _relative(name: str) -> str:
    return f"evidence/{name[:2]}/{name}"


def _path(database: Database, name: str) -> Path:
    return database.folder / _relative(name)


def _has(path: Path, name: str) -> bool:
    return path.exists() and sha256(path.read_bytes()).hexdigest() == name


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder has no handle to flush there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
