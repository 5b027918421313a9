"""Packed bodies: which packings a side says it takes, and how much may come out of one. SYNC.md.

What is shared needs only the standard library: where zstd is read, a side hands in `zstandard`.
"""

import zlib
from types import ModuleType

MOST_WINDOW = 1 << 23
"""Bytes that a zstd body may ask its reader to look back: RFC 9659 allows no more."""

WORTH_PACKING = 256
"""A body of fewer bytes hardly shrinks by more than the header says that it is packed."""

_NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


class BrokenPacking(ValueError):
    """A body that was cut or damaged before it was sent, or is not packed as it says."""


class UnknownPacking(ValueError):
    """A Content-Encoding that is not one of ours."""


class GrowsTooMuch(ValueError):
    """More would come out of a body than its reader lets it."""


def taken(accept_encoding: str) -> frozenset[str]:
    """The packings that an Accept-Encoding header names, in small letters. RFC 9110, 12.5.3."""
    named = (part.partition(";") for part in accept_encoding.split(","))
    return frozenset(
        name.strip().lower() for name, _, weight in named if weight.replace(" ", "") not in _NEVER
    )


def unpacked(body: bytes, encoding: str, most: int, zstandard: ModuleType) -> bytes:
    """A body without its packing, `most` bytes of it at most.

    Raises UnknownPacking, BrokenPacking, GrowsTooMuch.
    """
    match encoding.strip().lower():
        case "identity" | "":
            return body
        case "gzip" | "x-gzip":
            return _from_gzip(body, most)
        case "zstd":
            return _from_zstd(body, most, zstandard)
    raise UnknownPacking(encoding)


def _from_gzip(body: bytes, most: int) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        content = unzip.decompress(body, most + 1)
    except zlib.error as error:
        raise BrokenPacking("not gzip, or damaged") from error
    if len(content) > most:
        raise GrowsTooMuch
    if not unzip.eof or unzip.unused_data:
        raise BrokenPacking("cut, or more than one")
    return content


def _from_zstd(body: bytes, most: int, zstandard: ModuleType) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=MOST_WINDOW)
    try:
        size = zstandard.frame_content_size(body)
        if size < 0:
            # Its sender did not say: one byte too many tells enough.
            size = len(reader.stream_reader(body).read(most + 1))
        if size > most:
            raise GrowsTooMuch
        content: bytes = reader.decompress(
            body, max_output_size=max(size, 1), allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise BrokenPacking("not zstd, cut, damaged, or more than one") from error
    return content
