"""Uploads in progress, one row each: device, announced file, expiry."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, func, insert, select

from sync_server.blobs.tus import Announced, Refused
from sync_server.database.tables import upload as table
from sync_server.database.transactions import Transaction

KEPT_FOR = timedelta(days=7)
"""An upload expires so long after it began."""

MOST_BYTES = 512 * 1024 * 1024
MOST_UPLOADS = 1000
"""Quota of a device: announced bytes and number of uploads in progress."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way; `length` in bytes, `expires_at` zoned."""

    id: str
    device: str
    sha256: str
    mime: str
    length: int
    metadata: str
    expires_at: datetime


def begin(tx: Transaction, id: str, device: str, wanted: Announced, now: datetime) -> Upload:
    """Record a new upload of this device. Raises Refused (507) over its quota."""
    count, total = tx.connection.execute(
        select(func.count(), func.coalesce(func.sum(table.c.length), 0)).where(
            table.c.device == device, table.c.expires_at > now
        )
    ).one()
    if count >= MOST_UPLOADS or total + wanted.length > MOST_BYTES:
        raise Refused(507, "upload-quota", "too many files are under way: finish some")
    upload = Upload(
        id, device, wanted.sha256, wanted.mime, wanted.length, wanted.metadata, now + KEPT_FOR
    )
    tx.execute(
        insert(table).values(
            id=id, device=device, sha256=upload.sha256, mime=upload.mime, length=upload.length,
            metadata=upload.metadata, created_at=now, expires_at=upload.expires_at,
        )
    )  # fmt: skip
    return upload


def find(tx: Transaction, id: str, device: str, now: datetime) -> Upload:
    """This device's upload. Raises Refused: 404 unknown or another's, 410 expired."""
    row = tx.one_or_none(select(table).where(table.c.id == id, table.c.device == device))
    if row is None:
        raise Refused(404, "no-upload", "there is no such upload: announce the file again")
    if row.expires_at <= now:
        raise Refused(410, "upload-expired", "this upload waited too long: announce it again")
    return _upload(row)


def forget(tx: Transaction, id: str) -> None:
    """Delete the row of an upload."""
    tx.execute(delete(table).where(table.c.id == id))


def expired(tx: Transaction, now: datetime) -> list[str]:
    """The ids of expired uploads."""
    return tx.scalars(select(table.c.id).where(table.c.expires_at <= now))


def under_way(tx: Transaction) -> set[str]:
    """The ids of every upload that has a row."""
    return set(tx.scalars(select(table.c.id)))


def _upload(row: Row[tuple[object, ...]]) -> Upload:
    return Upload(
        row.id, row.device, row.sha256, row.mime, row.length, row.metadata, row.expires_at
    )
