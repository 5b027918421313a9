"""Backup of database, files and seal in a folder, and restore, which makes a new epoch."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update

from shared.time.timestamps import wire_time
from sync_server.backup import database_copy, revisions
from sync_server.blobs.local import LocalStore
from sync_server.blobs.open import open_store
from sync_server.blobs.store import BlobAltered, BlobMissing
from sync_server.database.tables import blob, device, meta, upload
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext, open_context, utc_now
from sync_server.runtime.settings import Settings

MANIFEST = "manifest.json"
BLOBS = "blobs"
COMING = "coming"
"""Where the database waits until the manifest speaks of it: until then the one before holds."""
SECRETS = ("secret", "seal")
"""Of the data folder: what signs and seals, without which an old report is nobody's."""


class NotABackup(Exception):
    """The folder holds no complete backup; the message says what is wrong."""


class NotEmpty(Exception):
    """The restore would replace data that is already there."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the database's file with its hash, and every kept file's.

    `lost` are files that the office should have had and could not read.
    """

    made_at: str
    epoch: str
    database: str
    database_sha256: str
    blobs: Mapping[str, int]
    lost: Sequence[str] = ()

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup. Raises NotABackup."""
        try:
            said = json.loads((folder / MANIFEST).read_bytes())
            return cls(
                **{"lost": ()} | {name: said[name] for name in said if name in cls.__slots__}
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotABackup(f"{folder} holds no backup: {error}") from error


def back_up(context: ApplicationContext, folder: Path, now: datetime) -> Manifest:
    """Back up into `folder` while the server runs; what it already has is not copied again.

    The database first, then the files that it names: whatever it names was kept before it. What
    a backup has counts as durable afterwards. A file that cannot be read stops nothing: the
    manifest says that it is lost. Raises NotEmpty, NotABackup, and what the store and the disk
    raise; then the backup that was there before still holds.
    """
    _check_target(folder)
    coming = folder / COMING
    coming.mkdir(parents=True, exist_ok=True)
    marks = database_copy.watermarks(context)
    copied = database_copy.copy(context.settings.database, coming)
    names = dict(database_copy.kept_files(context, copied))
    lost = _copy_files(context, names, LocalStore(folder / BLOBS))
    kept = {name: size for name, size in names.items() if name not in lost}
    _copy_secrets(context.settings.data, folder)
    with context.database.reading() as tx:
        epoch = context.epoch(tx)
    manifest = Manifest(wire_time(now), epoch, copied.name, _hash(copied), kept, lost)
    _write(folder / MANIFEST, json.dumps({n: _plain(manifest, n) for n in Manifest.__slots__}))
    copied.replace(folder / copied.name)
    shutil.rmtree(coming)
    context.database.write(lambda tx: _durable(tx, marks, kept))
    return manifest


def _copy_files(
    context: ApplicationContext, names: Mapping[str, int], store: LocalStore
) -> list[str]:
    """Copy the files that the backup lacks; the names of those that cannot be read."""
    lost = []
    for name, size in names.items():
        if store.has(name) and store.size(name) == size:
            continue
        try:
            store.keep(name, context.blobs.read(name))
        except (BlobMissing, BlobAltered):
            lost.append(name)
    return lost


def check(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`, every file checked by its hash. Raises NotABackup."""
    manifest = Manifest.read(folder)
    database_copy.check(_database_of(folder, manifest))
    store = LocalStore(folder / BLOBS)
    for name, size in manifest.blobs.items():
        try:
            if len(store.read(name)) != size:
                raise NotABackup(f"file {name} has another length")
        except BlobMissing as error:
            raise NotABackup(f"file {name} is missing") from error
        except BlobAltered as error:
            raise NotABackup(f"file {name} has other bytes") from error
    return manifest


def _database_of(folder: Path, manifest: Manifest) -> Path:
    """The copy that the manifest speaks of: in place, or not put there before something died."""
    for copied in (folder / manifest.database, folder / COMING / manifest.database):
        if copied.is_file() and _hash(copied) == manifest.database_sha256:
            return copied
    raise NotABackup(f"{folder / manifest.database} is not the database that was backed up")


def restore(settings: Settings, folder: Path, force: bool) -> str:
    """The office as it was backed up, in place of `settings`' own; its new epoch.

    The server must not be running. What was here is set aside, never deleted; files that are
    here stay. Raises NotABackup before anything is touched, NotEmpty without `force`.
    """
    manifest = check(folder)
    if not force and database_copy.is_there(settings):
        raise NotEmpty(f"{_plain_address(settings)} has an office already")
    settings.data.mkdir(parents=True, exist_ok=True)
    aside = settings.data / f"replaced-{utc_now():%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    store, source = open_store(settings.blob_place), LocalStore(folder / BLOBS)
    for name in manifest.blobs:
        store.keep(name, source.read(name))
    _restore_secrets(folder, settings.data, aside)
    database_copy.put(_database_of(folder, manifest), settings, aside)
    return new_epoch(settings)


def new_epoch(settings: Settings) -> str:
    """Tablets that hear another epoch send again what they still have; its name. SYNC.md, O12.

    For a database that was put back, whoever did it. The server must not be running.
    """
    context = open_context(settings, on_close=())  # nothing is closed here
    epoch = str(uuid4())
    try:
        context.database.write(lambda tx: _begin_anew(tx, epoch))
    finally:
        context.close()
    return epoch


def _begin_anew(tx: Transaction, epoch: str) -> None:
    tx.execute(update(meta).where(meta.c.key == "epoch").values(value=epoch))
    revisions.leap(tx)
    # Their bytes were never in the backup.
    tx.execute(delete(upload))


def _durable(tx: Transaction, marks: Mapping[str, int], names: Mapping[str, int]) -> None:
    for id, last in marks.items():
        behind = device.c.durable_n < last
        tx.execute(update(device).where(device.c.id == id, behind).values(durable_n=last))
    waiting = tx.scalars(select(blob.c.sha256).where(blob.c.durable.is_(False)))
    for name in filter(names.__contains__, waiting):
        tx.execute(update(blob).where(blob.c.sha256 == name).values(durable=True))


def _check_target(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise NotEmpty(f"{folder} has other things in it")


def _copy_secrets(data: Path, folder: Path) -> None:
    for path in _secrets(data):
        target = folder / "secrets" / path.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(path, target)


def _restore_secrets(folder: Path, data: Path, aside: Path) -> None:
    kept = folder / "secrets"
    for path in _secrets(kept):
        target = data / path.relative_to(kept)
        if target.exists() and target.read_bytes() != path.read_bytes():
            moved = aside / path.relative_to(kept)
            moved.parent.mkdir(parents=True, exist_ok=True)
            target.rename(moved)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def _secrets(data: Path) -> Iterator[Path]:
    for name in SECRETS:
        place = data / name
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (path for path in found if path.is_file())


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a file atomically: an interrupted backup is never taken for a complete one."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _plain(manifest: Manifest, name: str) -> Any:
    value = getattr(manifest, name)
    return dict(value) if isinstance(value, Mapping) else value


def _plain_address(settings: Settings) -> str:
    return str(settings.data) if not settings.database_url else "the database"
