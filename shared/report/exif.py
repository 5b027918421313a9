"""What a camera writes beside the picture: when it was taken, and where."""

import re
from datetime import datetime, tzinfo
from typing import Any

from PIL import ExifTags, Image

_CAMERA_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)


def taken_at(exif: Image.Exif, zone: tzinfo) -> datetime | None:
    """When the shutter opened, zoned; `zone` is taken for a camera that names none."""
    details = exif.get_ifd(ExifTags.IFD.Exif)
    text = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = details.get(ExifTags.Base.OffsetTimeOriginal) or ""
    moment = _CAMERA_TIME.match(str(text))
    if moment is None:
        return None
    clock = "{}-{}-{}T{}:{}:{}".format(*moment.groups())
    for said in (f"{clock}{str(offset).strip(chr(0))}", clock):
        try:
            at = datetime.fromisoformat(said)
        except ValueError:
            continue  # an offset, or a whole date, that no clock shows
        return at if at.tzinfo else at.replace(tzinfo=zone)
    return None


def position(exif: Image.Exif) -> dict[str, float] | None:
    """{lat, lon} in degrees and, where known, accuracy in metres; None for nowhere."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    accuracy = gps.get(ExifTags.GPS.GPSHPositioningError)
    known = {"accuracy": round(float(accuracy), 1)} if accuracy is not None else {}
    return {"lat": lat, "lon": lon, **known}


def _degrees(parts: Any, reference: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -value if str(reference).strip("\0 ").upper() == negative else value
