"""Photos and files become evidence: the bytes on disk first, then one transaction that says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from field_app.device.device import Device
from field_app.device.settings import Settings
from field_app.device.trouble import Trouble
from field_app.store import evidence
from field_app.store.database import Database
from field_app.store.evidence import Kept, Rank
from field_app.visit import work
from shared.report.photos import NotAPhoto, Prepared, prepare
from shared.time.timestamps import wire_time

JPEG = "image/jpeg"
THUMBNAIL_SIDE, THUMBNAIL_QUALITY = 320, 70


class PhotoRefused(Trouble):
    """What was picked is no photo that Folio keeps; the sentence says why and what to do."""

    def __init__(self, cause: NotAPhoto) -> None:
        super().__init__()
        self.cause = cause

    def sentence(self, language: str) -> str:
        return self.cause.sentence(language)


def keep_photo(
    database: Database,
    device: Device,
    settings: Settings,
    ticket: str,
    kind: str,
    data: bytes,
    caption: str,
) -> str:
    """A camera's picture becomes evidence of `kind`; returns the entry's id.

    Kept are a smaller upright JPEG without hidden data, and a thumbnail that travels first; the
    place is the camera's, else the tablet's. Raises PhotoRefused, DiskLow, ReadOnly, TicketClosed.
    """
    work.changeable(database, ticket)
    photo, small = _prepared(device, settings, data)
    kept, thumb = evidence.keep(database, photo.jpeg), evidence.keep(database, small.jpeg)
    now = device.now()
    entry = {
        **_entry(kept, JPEG, kind, caption, photo.taken_at or now),
        "thumbnail": thumb.sha256,
        **_placed(photo.position or device.position()),
    }
    with database.transaction():
        _note(database, kept, JPEG, Rank.of(kind), ticket, now)
        _note(database, thumb, JPEG, Rank.THUMBNAIL, ticket, now)
        evidence.link_thumbnail(database, kept.sha256, thumb.sha256)
        return work.append(database, device, ticket, "evidence", entry)


def keep_file(
    database: Database,
    device: Device,
    ticket: str,
    kind: str,
    data: bytes,
    mime: str,
    caption: str,
) -> str:
    """Another file becomes evidence as it is: a transcript. Raises as `keep_photo`."""
    work.changeable(database, ticket)
    kept = evidence.keep(database, data)
    now = device.now()
    with database.transaction():
        _note(database, kept, mime, Rank.of(kind), ticket, now)
        entry = _entry(kept, mime, kind, caption, now)
        return work.append(database, device, ticket, "evidence", entry)


def _prepared(device: Device, settings: Settings, data: bytes) -> tuple[Prepared, Prepared]:
    zone = device.now().tzinfo
    assert zone is not None
    try:
        photo = prepare(
            data, zone, settings.photo_side, settings.photo_quality, settings.photo_pixels
        )
        return photo, prepare(photo.jpeg, zone, THUMBNAIL_SIDE, THUMBNAIL_QUALITY)
    except NotAPhoto as error:
        raise PhotoRefused(error) from error


def _note(database: Database, kept: Kept, mime: str, rank: Rank, ticket: str, at: datetime) -> None:
    evidence.note(database, kept, mime=mime, rank=rank, ticket=ticket, at=at)


def _entry(kept: Kept, mime: str, kind: str, caption: str, at: datetime) -> dict[str, Any]:
    said = {"caption": caption} if caption else {}
    return {
        "sha256": kept.sha256, "mime": mime, "size": kept.size, "kind": kind,
        "taken_at": wire_time(at), **said,
    }  # fmt: skip


def _placed(position: Mapping[str, float] | None) -> dict[str, Any]:
    return {"position": dict(position)} if position else {}
