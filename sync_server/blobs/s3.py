"""The blob store in an S3 bucket: conditional writes, so that no process overwrites another's."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sync_server.blobs.store import (
    BlobAltered,
    BlobMissing,
    DigestMismatch,
    OffsetTaken,
    StoreDown,
    check_name,
    named,
)

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})


CONNECTING, READING = 3, 10
"""Seconds without a sign of the bucket after which it counts as away, each time of two."""

AT_ONCE = 16
"""Requests to the bucket at once: those of uploads, and as many of pages that show files."""

ROOM = 1.0
"""Seconds that one more request waits for room, before the bucket counts as away."""


class Taken(Exception):
    """An object with this key already exists."""


class S3Store:
    """Keys: `<prefix>kept/<hash>`, and `<prefix>unfinished/<upload>/<offset>` for each piece."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._kept = f"{prefix}kept/"
        self._unfinished = f"{prefix}unfinished/"
        self._room = BoundedSemaphore(AT_ONCE)

    @classmethod
    def at(cls, address: str) -> "S3Store":
        """The store at `s3://bucket/prefix?endpoint=…&region=…`; credentials by boto3's ways."""
        parts = urlsplit(address)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        client = boto3.client(
            "s3",
            endpoint_url=options.get("endpoint"),
            region_name=options.get("region"),
            config=Config(
                connect_timeout=CONNECTING,
                read_timeout=READING,
                max_pool_connections=AT_ONCE,
                retries={"total_max_attempts": 2},
            ),
        )
        prefix = parts.path.strip("/")
        return cls(client, parts.netloc, f"{prefix}/" if prefix else "")

    def has(self, name: str) -> bool:
        """Whether a file of this hash is kept."""
        try:
            self.size(name)
        except BlobMissing:
            return False
        return True

    def size(self, name: str) -> int:
        """Its length in bytes. Raises BlobMissing."""
        check_name(name)
        with self._asking():
            head = self._client.head_object(Bucket=self._bucket, Key=self._kept + name)
        return int(head["ContentLength"])

    def read(self, name: str) -> bytes:
        """Its bytes, checked against the hash. Raises BlobMissing, BlobAltered."""
        check_name(name)
        content = self._get(self._kept + name)
        if named(content) != name:
            raise BlobAltered(name)
        return content

    def keep(self, name: str, content: bytes) -> None:
        """Keep `content` for ever; what stands under its hash with other bytes is replaced."""
        if named(content) != name:
            raise DigestMismatch(name)
        key = self._kept + name
        try:
            self._put(key, content)
        except Taken:
            if named(self._get(key)) != name:
                with self._asking():
                    self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def names(self) -> Iterator[str]:
        """The hash of every kept file, in order."""
        for key, _ in self._keys(self._kept):
            yield key.removeprefix(self._kept)

    def remove(self, name: str) -> None:
        """Forget a kept file. Raises BlobMissing."""
        self.size(name)
        with self._asking():
            self._client.delete_object(Bucket=self._bucket, Key=self._kept + name)

    def held(self, upload: str) -> int:
        """How many bytes of this upload are here."""
        return sum(size for _, size in self._parts(upload))

    def add(self, upload: str, at: int, chunk: bytes) -> int:
        """Add bytes at the end, as one object named by its offset. Raises OffsetTaken."""
        if self.held(upload) != at:
            raise OffsetTaken(upload)
        if chunk:
            try:
                self._put(f"{self._unfinished}{upload}/{at:012d}", chunk)
            except Taken as error:
                raise OffsetTaken(upload) from error
        return at + len(chunk)

    def assembled(self, upload: str) -> bytes:
        """All bytes of this upload, in order."""
        return b"".join(self._get(key) for key, _ in self._parts(upload))

    def drop(self, upload: str) -> None:
        """Forget an upload."""
        for key, _ in self._parts(upload):
            with self._asking():
                self._client.delete_object(Bucket=self._bucket, Key=key)

    def uploads(self) -> Iterator[str]:
        """The name of every upload of which bytes are here."""
        seen = None
        for key, _ in self._keys(self._unfinished):
            upload = key.removeprefix(self._unfinished).split("/")[0]
            if upload != seen:
                yield upload
            seen = upload

    def _parts(self, upload: str) -> list[tuple[str, int]]:
        """(key, size) of an upload's objects, as far as they follow each other without a gap."""
        found, end = [], 0
        for key, size in self._keys(f"{self._unfinished}{upload}/"):
            if int(key.rpartition("/")[2]) != end:
                break
            found.append((key, size))
            end += size
        return found

    def _put(self, key: str, content: bytes) -> None:
        with self._asking():
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
            )  # fmt: skip

    def _get(self, key: str) -> bytes:
        with self._asking():
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return content

    def _keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        pages = iter(
            self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
        )
        while True:
            with self._asking():
                page = next(pages, None)
            if page is None:
                return
            for item in page.get("Contents", ()):
                yield item["Key"], int(item["Size"])

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """One request among few: who would hold a worker while none is answered is told so."""
        if not self._room.acquire(timeout=ROOM):
            raise StoreDown("the bucket does not answer those who asked before")
        try:
            with _store_faults():
                yield
        finally:
            self._room.release()


@contextmanager
def _store_faults() -> Iterator[None]:
    """Translates errors of boto3 into those of the store."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _ABSENT:
            raise BlobMissing(code) from error
        if code in _TAKEN:
            raise Taken(code) from error
        raise StoreDown(str(error)) from error
    except BotoCoreError as error:
        raise StoreDown(str(error)) from error
