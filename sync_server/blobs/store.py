"""The blob store interface: files by SHA-256, and the bytes of uploads in progress."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Protocol

SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobMissing(LookupError):
    """No file of this hash is kept here."""


class BlobAltered(Exception):
    """The file kept under this hash has other bytes than those it was kept with."""


class DigestMismatch(Exception):
    """The bytes do not have the hash that was announced."""


class OffsetTaken(Exception):
    """The upload already has bytes at this offset."""


class StoreFull(Exception):
    """The blob store is full."""


class StoreDown(Exception):
    """The blob store does not answer."""


class BlobStore(Protocol):
    """Kept files, named by the hex sha256 of their bytes, and uploads that are not whole yet.

    `read` gives only bytes that match their name. `keep` returns after the bytes are durable;
    keeping the same bytes twice is keeping them once. An upload grows by `add` at its exact end.
    Every method may raise StoreDown, those that write StoreFull too.
    """

    def has(self, name: str) -> bool:
        """Whether a file of this hash is kept."""

    def size(self, name: str) -> int:
        """Its length in bytes. Raises BlobMissing."""

    def read(self, name: str) -> bytes:
        """Its bytes, checked against the hash. Raises BlobMissing, BlobAltered."""

    def keep(self, name: str, content: bytes) -> None:
        """Keep `content` for ever. Raises DigestMismatch when `name` is not its hash."""

    def names(self) -> Iterator[str]:
        """The hash of every kept file, in order."""

    def remove(self, name: str) -> None:
        """Forget a kept file, once nothing names it any more. Raises BlobMissing."""

    def held(self, upload: str) -> int:
        """How many bytes of this upload are here; 0 when it has none."""

    def add(self, upload: str, at: int, chunk: bytes) -> int:
        """Add bytes at `at`, the end of what is here; the new end. Raises OffsetTaken."""

    def assembled(self, upload: str) -> bytes:
        """All bytes of this upload, in order."""

    def drop(self, upload: str) -> None:
        """Forget an upload; one that is not here is no fault."""

    def uploads(self) -> Iterator[str]:
        """The name of every upload of which bytes are here."""


def named(content: bytes) -> str:
    """The name of these bytes: hex sha256."""
    return sha256(content).hexdigest()


def check_name(name: str) -> None:
    """Raises BlobMissing for a name that is no SHA-256 in hex."""
    if not SHA256.fullmatch(name):
        raise BlobMissing("a file is named by its sha256 in hex")
