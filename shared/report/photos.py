"""A photo, from the camera's bytes to evidence: small, upright, without hidden data, decodable.

Here because a photo must be one that the report can carry: the tablet prepares it at capture, and
the server asks the same of what arrives. The camera's own file is never touched.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps

from shared.report.exif import position, taken_at
from shared.report.jpeg import Frame, NotJpeg, frame, is_bare
from shared.words import t

LONGEST_SIDE = 1600
QUALITY = 80
SMALLEST_SIDE = 16
MOST_PIXELS = 64_000_000
"""Above what cameras take by themselves, and below what would fill a tablet's memory."""
MOST_UNTOUCHED = 1_000_000
"""Bytes of a photo that is kept as it came; a heavier one is saved anew, to travel faster."""

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS = re.compile(rb"heic|heix|hevc|heim|heis|mif1|msf1|avif")


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
    """A JPEG of at most `longest_side` pixels, upright, in colour or grey, with no EXIF in it.

    `zone` is where a camera's clock without a zone is read in. Raises NotAPhoto.
    """
    image = _opened(data, most_pixels)
    try:
        exif = image.getexif()
        when, where = taken_at(exif, zone), position(exif)
        if _is_evidence_already(data, longest_side):
            image.load()
            return _prepared(data, image, when, where, data)
        image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
        upright = _opaque(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, struct.error, ValueError, IndexError) as error:
        raise TruncatedPhoto from error
    file = BytesIO()
    upright.save(file, "JPEG", quality=quality, comment=b"")
    return _prepared(file.getvalue(), upright, when, where, data)


def _is_evidence_already(data: bytes, longest_side: int) -> bool:
    """Small, upright and bare: kept byte for byte, since every saving anew takes something away."""
    if len(data) > MOST_UNTOUCHED or not data.startswith(_JPEG) or not is_bare(data):
        return False
    shape = frame(data)
    return shape.printable and max(shape.width, shape.height) <= longest_side


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
    if data.startswith(_PNG):
        raise UnknownFormat
    image = _opened(data, most_pixels)
    try:
        image.load()
    except (OSError, SyntaxError, struct.error, ValueError, IndexError) as error:
        raise TruncatedPhoto from error
    shape = frame(data)
    if not shape.printable:
        raise UnknownFormat
    return shape


def _opened(data: bytes, most_pixels: int) -> Image.Image:
    """The image, not yet decoded; its size is read by us, before Pillow makes room for it."""
    width, height = _size(data)
    if width * height > most_pixels:
        raise TooManyPixels(megapixels=width * height // 1_000_000)
    if min(width, height) < SMALLEST_SIDE:
        raise EmptyPhoto
    try:
        return Image.open(BytesIO(data), formats=("JPEG", "PNG"))
    except (OSError, SyntaxError, struct.error, ValueError, IndexError) as error:
        raise TruncatedPhoto from error


def _size(data: bytes) -> tuple[int, int]:
    if not data:
        raise EmptyPhoto
    if data[4:8] == b"ftyp" and _HEIF_BRANDS.search(data[8:64]):
        raise HeicPhoto
    if data.startswith(_PNG):
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
    return shape.width, shape.height


def _opaque(image: Image.Image) -> Image.Image:
    """Colour or grey without transparency: what was clear becomes white, as on paper."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(ground, clear).convert("RGB")
    return image.convert("RGB")
