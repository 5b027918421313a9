"""A PNG taken apart: the chunks that make the picture, and those that speak about it."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress

from shared.report.carried import Carried

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PROFILE = 4_000_000
"""Bytes of a colour profile, unpacked; the largest in use (for print) have about 2 million."""

_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_COLOUR, _DEEP = 2, 16


def carried(data: bytes) -> Carried:
    """EXIF, ICC profile and XMP of the chunks eXIf, iCCP and iTXt."""
    exif = icc = xmp = b""
    for name, body, _ in _chunks(data):
        if name == b"eXIf":
            exif = exif or body
        elif name == b"iCCP":
            icc = icc or _profile(body)
        elif name == b"iTXt" and body.startswith(b"XML:com.adobe.xmp"):
            xmp = xmp or body
    return Carried(exif, icc, xmp)


def without_metadata(data: bytes) -> bytes:
    """The same picture alone: what describes it, and what stands behind its end, is left out.

    The clear colour of a picture with 16 bits a channel goes too: decoded to 8 bits, colours that
    only resemble it would become clear with it.
    """
    deep = data[24:26] == bytes((_DEEP, _COLOUR))
    kept = _PICTURE - ({b"tRNS"} if deep else set())
    return SIGNATURE + b"".join(whole for name, _, whole in _chunks(data) if name in kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body and the whole chunk, up to the end of the picture or of the bytes."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        yield name, data[at + 8 : end - 4], data[at:end]
        if name == b"IEND":
            return
        at = end


def _profile(body: bytes) -> bytes:
    _, _, packed = body.partition(b"\0")
    with suppress(zlib.error):  # a profile that does not unpack is none
        return zlib.decompressobj().decompress(packed[1:], LARGEST_PROFILE)
    return b""
