"""Packed bodies: which packings a side says it takes, and how much may come out of one. SYNC.md.

What is shared needs only the standard library, so each side brings its own zstd.
"""

import zlib

MOST_WINDOW = 1 << 23
"""Bytes that a zstd body may ask its reader to look back: RFC 9659 allows no more."""

WORTH_PACKING = 256
"""A body of fewer bytes hardly shrinks by more than the header says that it is packed."""

_NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


class BrokenPacking(ValueError):
    """A body that was cut or damaged before it was sent, or is not packed as it says."""


class GrowsTooMuch(ValueError):
    """More would come out of a body than its reader lets it."""


def taken(accept_encoding: str) -> frozenset[str]:
    """The packings that an Accept-Encoding header names, in small letters. RFC 9110, 12.5.3."""
    named = (part.partition(";") for part in accept_encoding.split(","))
    return frozenset(
        name.strip().lower() for name, _, weight in named if weight.replace(" ", "") not in _NEVER
    )


def gunzipped(body: bytes, most: int) -> bytes:
    """What was packed with gzip, `most` bytes at most. Raises BrokenPacking, GrowsTooMuch."""
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
