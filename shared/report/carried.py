"""What a picture file carries beside its pixels: blocks of bytes that nobody has believed yet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """EXIF (TIFF bytes), an ICC colour profile, XMP (XML); b"" for none."""

    exif: bytes = b""
    icc: bytes = b""
    xmp: bytes = b""
