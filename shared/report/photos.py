"""A photo, from the camera's bytes to evidence: small, upright, without hidden data, decodable.

Here because a photo must be one that the report can carry: the tablet prepares it at capture, and
the server asks the same of what arrives. The camera's own file is never touched.
"""

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256
from io import BytesIO
from typing import TypeVar

from PIL import Image

from shared.report import exif, jpeg, png
from shared.report.carried import Carried
from shared.report.jpeg import Frame, NotJpeg, frame, is_bare
from shared.report.pixels import LARGEST_SIDE, SMALLEST_SIDE, kept_size, upright
from shared.words import t

LONGEST_SIDE = 1600
QUALITY = 80
MOST_PIXELS = 64_000_000
"""Above what cameras take by themselves, and below what would fill a tablet's memory."""
MOST_UNTOUCHED = 1_000_000
"""Bytes of a photo that is kept as it came; a heavier one is saved anew, to travel faster."""

_JPEG = b"\xff\xd8\xff"
_HEIF_BRANDS = re.compile(rb"heic|heix|hevc|heim|heis|mif1|msf1|avif")


T = TypeVar("T")


class NotAPhoto(Exception):
    """Bytes that cannot be photographic evidence; `sentence` tells why and what to do."""

    key = "photo.error.format"

    def __init__(self, **values: object) -> None:
        super().__init__(self.__doc__)
        self._values = values

    def sentence(self, language: str) -> str:
        """For the person with the tablet in hand."""
        return t(f"report.{self.key}", language, **self._values)


class UnknownFormat(NotAPhoto):
    """These bytes are no JPEG and no PNG."""


class HeicPhoto(NotAPhoto):
    """HEIC (or AVIF): no tablet's Python can decode it."""

    key = "photo.error.heic"


class EmptyPhoto(NotAPhoto):
    """No bytes, or so few pixels that nothing can be seen."""

    key = "photo.error.empty"


class TruncatedPhoto(NotAPhoto):
    """The file ends, or breaks, before the picture does."""

    key = "photo.error.truncated"


class TooManyPixels(NotAPhoto):
    """Decoding this would fill the memory: a mistake or an attack."""

    key = "photo.error.pixels"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Evidence ready to be kept, with what the camera knew.

    `taken_at` is zoned; `position` is {lat, lon} in degrees and, where known, accuracy in metres.
    `original_sha256` names the camera's file.
    """

    jpeg: bytes
    sha256: str
    width: int
    height: int
    taken_at: datetime | None
    position: Mapping[str, float] | None
    original_sha256: str


def prepare(
    data: bytes,
    zone: tzinfo,
    longest_side: int = LONGEST_SIDE,
    quality: int = QUALITY,
    most_pixels: int = MOST_PIXELS,
) -> Prepared:
    """A JPEG, upright, in 8-bit sRGB or grey, of the size that `kept_size` says, without metadata.

    Time and place are read first. What is broken in the metadata is as if it were not there: only
    the pixels decide whether there is a photo. `zone` is where a camera's clock without a zone is
    read in. Raises NotAPhoto.
    """
    image = _opened(data, most_pixels)
    size, said = kept_size(*image.size, longest_side), _carried(data)
    if max(size) > LARGEST_SIDE:
        raise EmptyPhoto
    when, where = exif.taken_at(said, zone), exif.position(said)
    if size == image.size and _is_evidence_already(data):
        _decoded(image.load)
        return _prepared(data, image, when, where, data)
    photo, icc = _decoded(lambda: upright(image, size, said.icc, exif.orientation(said)))
    file = BytesIO()
    photo.save(file, "JPEG", quality=quality, icc_profile=icc)
    return _prepared(file.getvalue(), photo, when, where, data)


def _is_evidence_already(data: bytes) -> bool:
    """Light, upright and bare: kept byte for byte, since every saving anew takes something away."""
    light = len(data) <= MOST_UNTOUCHED and data.startswith(_JPEG)
    return light and is_bare(data) and frame(data).printable


def _prepared(
    jpeg: bytes,
    image: Image.Image,
    when: datetime | None,
    where: Mapping[str, float] | None,
    original: bytes,
) -> Prepared:
    return Prepared(
        jpeg, sha256(jpeg).hexdigest(), *image.size, when, where, sha256(original).hexdigest()
    )


def check(data: bytes, most_pixels: int = MOST_PIXELS) -> Frame:
    """That evidence can be shown and printed: a whole JPEG of a kind the report carries. CL12.

    Raises NotAPhoto.
    """
    if data.startswith(png.SIGNATURE):
        raise UnknownFormat
    _decoded(_opened(data, most_pixels).load)
    shape = frame(data)
    if not shape.printable:
        raise UnknownFormat
    return shape


def look(data: bytes, most_pixels: int = MOST_PIXELS) -> None:
    """That there is a whole picture, of any size, in a JPEG or PNG, whatever is said beside it.

    Raises NotAPhoto.
    """
    _decoded(_opened(data, most_pixels, smallest=1).load)


def _opened(data: bytes, most_pixels: int, smallest: int = SMALLEST_SIDE) -> Image.Image:
    """The image alone, not yet decoded; we read its size before Pillow makes room for it."""
    width, height = _size(data)
    if width * height > most_pixels:
        raise TooManyPixels(megapixels=width * height // 1_000_000)
    if min(width, height) < smallest:
        raise EmptyPhoto
    bare = png.without_metadata if data.startswith(png.SIGNATURE) else jpeg.without_metadata
    return _decoded(lambda: Image.open(BytesIO(bare(data)), formats=("JPEG", "PNG")))


def _decoded(step: Callable[[], T]) -> T:
    """What a step of decoding gives; where the decoder stops, the picture is broken."""
    try:
        return step()
    except (OSError, SyntaxError, struct.error, ValueError, IndexError) as error:
        raise TruncatedPhoto from error


def _carried(data: bytes) -> Carried:
    return png.carried(data) if data.startswith(png.SIGNATURE) else jpeg.carried(data)


def _size(data: bytes) -> tuple[int, int]:
    if not data:
        raise EmptyPhoto
    if data[4:8] == b"ftyp" and _HEIF_BRANDS.search(data[8:64]):
        raise HeicPhoto
    if data.startswith(png.SIGNATURE):
        if len(data) < 24:
            raise TruncatedPhoto
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if not data.startswith(_JPEG):
        raise UnknownFormat
    try:
        shape = frame(data)
    except NotJpeg as error:
        raise TruncatedPhoto from error
    if shape.bits != 8:
        raise UnknownFormat
    return shape.width, shape.height
