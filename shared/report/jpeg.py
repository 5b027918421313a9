"""What a JPEG says of itself in its markers, without decoding a pixel."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.report.carried import Carried

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_START, _SCAN, _END, _COMMENT = 0xD8, 0xDA, 0xD9, 0xFE
_JUNK = 0x00
"""Stands for bytes between two segments, which decoders pass over."""
_EXIF_OR_XMP, _ICC = 0xE1, 0xE2
_EXIF_NAME, _XMP_NAME, _ICC_NAME = b"Exif\0\0", b"http://ns.adobe.com/xap/", b"ICC_PROFILE\0"
_METADATA = frozenset(range(0xE1, 0xF0)) - {0xEE}
"""Application segments but JFIF's and Adobe's, which say how colours are to be read."""
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class NotJpeg(ValueError):
    """These bytes do not start as a JPEG does, or end before its size is told."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels across and down, colour components (1 grey, 3 colour, 4 print), bits of each."""

    width: int
    height: int
    components: int
    bits: int

    @property
    def printable(self) -> bool:
        """Whether it can stand in an archival report as it is."""
        return self.components in (1, 3) and self.bits == 8 and self.width > 0 < self.height


def frame(data: bytes) -> Frame:
    """The first frame header. Raises NotJpeg."""
    for marker, at, _ in _segments(data):
        if marker in _FRAMES and at + 10 <= len(data):
            return Frame(
                int.from_bytes(data[at + 7 : at + 9]),
                int.from_bytes(data[at + 5 : at + 7]),
                data[at + 9],
                data[at + 4],
            )
    raise NotJpeg("this JPEG ends before it tells its size")


def is_bare(data: bytes) -> bool:
    """Whether there is a picture in it and nothing else: no EXIF, no comment, nothing behind."""
    try:
        for marker, _, end in _segments(data):
            if marker == _END:
                return end == len(data)
            if marker in (_COMMENT, _JUNK) or marker in _METADATA:
                return False
    except NotJpeg:
        return False
    return False


def carried(data: bytes) -> Carried:
    """EXIF, ICC profile and XMP of the segments APP1 and APP2. Raises NotJpeg."""
    exif, xmp, profile = b"", b"", {}
    for marker, at, end in _segments(data):
        if marker == _SCAN:
            break
        body = data[at + 4 : end]
        if marker == _EXIF_OR_XMP and body.startswith(_EXIF_NAME):
            exif += body[len(_EXIF_NAME) :]
        elif marker == _EXIF_OR_XMP and body.startswith(_XMP_NAME):
            xmp += body
        elif marker == _ICC and body.startswith(_ICC_NAME):
            profile[body[12:13]] = body[14:]
    return Carried(exif, b"".join(profile[number] for number in sorted(profile)), xmp)


def without_metadata(data: bytes) -> bytes:
    """The same picture alone: tables, frame and scans, byte for byte. Raises NotJpeg."""
    kept = [data[:2]]
    for marker, at, end in _segments(data):
        if marker == _SCAN:
            return b"".join([*kept, data[at:]])
        if marker not in (_COMMENT, _JUNK) and marker not in _METADATA:
            kept.append(data[at:end])
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker with where its segment begins and ends, scan data passed over."""
    if data[:2] != b"\xff\xd8":
        raise NotJpeg("these bytes are no JPEG")
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            next_marker = data.find(b"\xff", at)
            end = next_marker if next_marker >= 0 else len(data)
            yield _JUNK, at, end
            at = end
            continue
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE or marker == _JUNK:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _START:
            raise NotJpeg("a second picture begins inside this JPEG")
        if marker == _END:
            yield marker, at, at + 2
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield marker, at, end
        at = end
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            at = found.start() if found else len(data)
