"""What a camera writes beside the picture: when it was taken, where, and which side is up.

It is asked one thing at a time, and what cannot be read is as if it had not been written: metadata
never costs a photo, and one broken number never costs the others.
"""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from math import isfinite
from typing import Any

from PIL import ExifTags, Image

from shared.report.carried import Carried
from shared.ticket.places import is_somewhere

UPRIGHT = 1
YEARS = range(1995, 2100)
"""EXIF was first published in 1995; outside of these years a camera's clock was never set."""

_CAMERA_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-]\d\d:\d\d", re.ASCII)
_XMP_ORIENTATION = re.compile(rb"""tiff:Orientation(?:=["']|>)([1-8])""")

Tags = Mapping[int, Any]


def taken_at(carried: Carried, zone: tzinfo) -> datetime | None:
    """When the shutter opened, zoned; `zone` is taken for a camera that names none."""
    exif = _opened(carried)
    details = _directory(exif, ExifTags.IFD.Exif)
    said = _said(details, ExifTags.Base.DateTimeOriginal) or _said(exif, ExifTags.Base.DateTime)
    moment = _CAMERA_TIME.match(str(said))
    if moment is None or int(moment[1]) not in YEARS:
        return None
    offset = _OFFSET.match(str(_said(details, ExifTags.Base.OffsetTimeOriginal)))
    clock = "{}-{}-{}T{}:{}:{}".format(*moment.groups())
    for text in (clock + offset[0] if offset else clock, clock):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            continue  # an offset, or a whole date, that no clock shows
        return at if at.tzinfo else at.replace(tzinfo=zone)
    return None


def position(carried: Carried) -> dict[str, float] | None:
    """{lat, lon} in degrees and, where known, accuracy in metres; None for nowhere."""
    gps = _directory(_opened(carried), ExifTags.IFD.GPSInfo)
    lat = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS")
    lon = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW")
    if lat is None or lon is None or not is_somewhere(lat, lon):
        return None
    accuracy = _number(_said(gps, ExifTags.GPS.GPSHPositioningError))
    known = {} if accuracy is None or accuracy < 0 else {"accuracy": round(accuracy, 1)}
    return {"lat": lat, "lon": lon, **known}


def orientation(carried: Carried) -> int:
    """How the picture is to be turned, 1 to 8 as EXIF counts; 1 (upright) where nothing says it."""
    number = _number(_said(_opened(carried), ExifTags.Base.Orientation))
    if number is not None:
        return int(number) if number in range(1, 9) else UPRIGHT
    found = _XMP_ORIENTATION.search(carried.xmp)
    return int(found[1]) if found else UPRIGHT


def _degrees(gps: Tags, tag: int, reference: int, signs: str) -> float | None:
    """Signed degrees; None without a reference, since half of the Earth lies on the other side."""
    parts, sign = _said(gps, tag), str(_said(gps, reference)).strip("\0 ").upper()
    if not isinstance(parts, tuple) or len(parts) != 3 or sign not in tuple(signs):
        return None
    degrees, minutes, seconds = (_number(part) for part in parts)
    if degrees is None or minutes is None or seconds is None:
        return None
    value = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -value if sign == signs[1] else value


def _number(value: Any) -> float | None:
    """A finite number, whatever type it was written in; None for what is none."""
    if isinstance(value, tuple):
        return _number(value[0]) if len(value) == 1 else None
    if isinstance(value, bytes) and len(value) == 1:
        return float(value[0])
    try:
        number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if isfinite(number) else None


def _opened(carried: Carried) -> Image.Exif:
    exif = Image.Exif()
    try:
        exif.load(carried.exif)
    except Exception:
        # Pillow raises as many kinds as there are ways to break a TIFF, and none matters here.
        return Image.Exif()
    return exif


def _directory(exif: Image.Exif, tag: int) -> Tags:
    try:
        found = exif.get_ifd(tag)
    except Exception:  # as above
        return {}
    return found if isinstance(found, Mapping) else {}


def _said(tags: Tags, tag: int) -> Any:
    try:
        return tags.get(tag)
    except Exception:  # as above: Pillow decodes a tag when it is asked for
        return None
