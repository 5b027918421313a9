"""The blob store in a folder: written under a temporary name, fsync, then linked to its hash."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sync_server.blobs.store import (
    BlobAltered,
    BlobMissing,
    DigestMismatch,
    OffsetTaken,
    StoreDown,
    StoreFull,
    check_name,
    named,
)
from sync_server.database.transactions import ReadOnly

_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalStore:
    """Layout: `ab/abcdef…` for kept files, `unfinished/` for uploads. Processes may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / "unfinished"
        self._unfinished.mkdir(parents=True, exist_ok=True)

    def has(self, name: str) -> bool:
        """Whether a file of this hash is kept."""
        return self._path(name).is_file()

    def size(self, name: str) -> int:
        """Its length in bytes. Raises BlobMissing."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError as error:
            raise BlobMissing(name) from error

    def read(self, name: str) -> bytes:
        """Its bytes, checked against the hash. Raises BlobMissing, BlobAltered."""
        content = self._bytes(name)
        if named(content) != name:
            raise BlobAltered(name)
        return content

    def keep(self, name: str, content: bytes) -> None:
        """Keep `content` for ever: durable, folder entry too, when this returns."""
        if named(content) != name:
            raise DigestMismatch(name)
        path = self._path(name)
        with _disk_faults():
            if self._is_whole(path, name):
                # The one who linked it may not have flushed the folder yet.
                _flush_folder(path.parent)
                return
            self._write(path, content)

    def names(self) -> Iterator[str]:
        """The hash of every kept file, in order."""
        for folder in sorted(self._root.glob("??")):
            yield from sorted(path.name for path in folder.iterdir() if len(path.name) == 64)

    def remove(self, name: str) -> None:
        """Forget a kept file. Raises BlobMissing."""
        path = self._path(name)
        if not path.is_file():
            raise BlobMissing(name)
        with _disk_faults():
            path.unlink(missing_ok=True)
            _flush_folder(path.parent)

    def held(self, upload: str) -> int:
        """How many bytes of this upload are here."""
        try:
            return (self._unfinished / upload).stat().st_size
        except FileNotFoundError:
            return 0

    def add(self, upload: str, at: int, chunk: bytes) -> int:
        """Add bytes at the end. Not flushed: the hash at the end tells whether all survived."""
        with _disk_faults(), (self._unfinished / upload).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_size != at:
                raise OffsetTaken(upload)
            file.write(chunk)
        return at + len(chunk)

    def assembled(self, upload: str) -> bytes:
        """All bytes of this upload."""
        path = self._unfinished / upload
        return path.read_bytes() if path.exists() else b""

    def drop(self, upload: str) -> None:
        """Forget an upload."""
        (self._unfinished / upload).unlink(missing_ok=True)

    def uploads(self) -> Iterator[str]:
        """The name of every upload of which bytes are here."""
        yield from sorted(path.name for path in self._unfinished.iterdir())

    def _path(self, name: str) -> Path:
        check_name(name)
        return self._root / name[:2] / name

    def _bytes(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(name) from error
        except OSError as error:
            raise StoreDown(str(error)) from error

    def _is_whole(self, path: Path, name: str) -> bool:
        """Whether the file is there and whole; one with other bytes is replaced by the new ones."""
        if not path.exists():
            return False
        if named(path.read_bytes()) == name:
            return True
        path.rename(path.with_name(f"{name}.altered-{uuid4().hex}"))
        return False

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(exist_ok=True)
        temporary = self._root / f".{uuid4().hex}"
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(temporary, path)
            except FileExistsError:
                # Another upload of the same bytes was faster.
                if not self._is_whole(path, path.name):
                    os.link(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _flush_folder(path.parent)
        _flush_folder(self._root)


@contextmanager
def _disk_faults() -> Iterator[None]:
    """Translates OSError into StoreFull, ReadOnly or StoreDown."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull(str(error)) from error
        if error.errno in _READ_ONLY:
            raise ReadOnly(str(error)) from error
        raise StoreDown(str(error)) from error


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
