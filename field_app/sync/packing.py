"""Bodies packed as the office takes them, and unpacked no further than a page may grow. SYNC.md."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import zstandard

from shared.operations.packing import WORTH_PACKING, taken, unpacked

MOST_UNPACKED = 64 << 20
"""Bytes of an answer. A page ends after 1 MiB; a single record that is larger comes alone."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A body for the way: `text` is what it says, `headers` tell how it is packed."""

    text: bytes
    body: bytes
    headers: Mapping[str, str]


class Packing:
    """How one office is spoken with: by gzip, which each one reads, until it says that it takes
    zstd; and by gzip again once a body in zstd came to somebody who did not know what it was.
    """

    def __init__(self) -> None:
        self._taken = False
        self._amiss = False

    def packed(self, body: bytes) -> Packed:
        """A body as the office takes it, and what may come back."""
        reads = {"Accept-Encoding": "gzip" if self._amiss else "zstd, gzip"}
        if len(body) < WORTH_PACKING:
            return Packed(body, body, reads)
        if self._taken and not self._amiss:
            return Packed(body, _with_zstd(body), {**reads, "Content-Encoding": "zstd"})
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        return Packed(body, packed, {**reads, "Content-Encoding": "gzip"})

    def still(self, packed: Packed) -> Packed:
        """The same, packed anew if zstd was given up since it was made ready."""
        return self.packed(packed.text) if self._amiss and _is_zstd(packed) else packed

    def heard(self, answer: httpx.Response) -> None:
        """The office may have said in a whole answer what it takes. RFC 9110, 12.5.3."""
        self._taken = self._taken or "zstd" in taken(answer.headers.get("Accept-Encoding", ""))

    def not_understood(self, packed: Packed) -> bool:
        """Somebody did not know what to do with this: whether zstd may be why, and is over."""
        self._amiss = self._amiss or _is_zstd(packed)
        return _is_zstd(packed)


def _is_zstd(packed: Packed) -> bool:
    return packed.headers.get("Content-Encoding") == "zstd"


def plain(answer: httpx.Response) -> bytes:
    """The body of an answer that was read whole.

    Raises UnknownPacking, BrokenPacking, GrowsTooMuch.
    """
    encoding = answer.headers.get("Content-Encoding", "")
    return unpacked(answer.extensions["raw"], encoding, MOST_UNPACKED, zstandard)


def _with_zstd(body: bytes) -> bytes:
    # Less of a tablet's time than gzip, and fewer bytes: docs/decisions/0007-zstd.md.
    how = zstandard.ZstdCompressionParameters.from_level(
        7, source_size=len(body), search_log=6, min_match=5
    )
    return zstandard.ZstdCompressor(compression_params=how).compress(body)
