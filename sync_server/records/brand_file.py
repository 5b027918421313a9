"""The JSON file of FOLIO_BRAND, validated: the organisation's names, colours and logo."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.report.blocks import Paper
from sync_server.runtime.settings import BadSetting

WORDS = ("organisation", "privacy", "consent")
"""A text, or one in each language: {"es": …, "en": …}."""

WAYS = ("phone", "email", "web", "hours")
"""How support is reached."""

INKS = ("ink", "primary")
"""The colours of text and of headings and rules, for white paper."""

READABLE = 4.5
"""Contrast with white that text needs (WCAG 2.2, 1.4.3)."""

BROADEST, TALLEST = 900, 300
"""Pixels of a logo: 300 dpi where it is printed largest."""

HEAVIEST = 96 * 1024
"""Bytes of a logo: every tablet carries it, and every report."""

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


class BadBrand(BadSetting):
    """The file of FOLIO_BRAND says something that cannot be printed; the sentence says what."""


def read(path: Path) -> dict[str, Any]:
    """What the file says, as the organisation's document has it. Raises BadBrand.

    What Folio does not know in it is passed over, so that assets/brand.json can be its beginning.
    """
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadBrand(f"FOLIO_BRAND: {path} cannot be read: {error}") from error
    if not isinstance(said, dict):
        raise BadBrand(f"FOLIO_BRAND: {path} is no JSON object")
    brand = {name: _words(name, said[name]) for name in WORDS if name in said}
    if "support" in said:
        support = _object("support", said["support"])
        ways = {way: _words(f"support.{way}", support[way]) for way in WAYS if way in support}
        brand["support"] = ways
    if "colours" in said:
        brand["colours"] = {"light": _colours(said["colours"])}
    if "paper" in said:
        brand["paper"] = _paper(said["paper"])
    if "logo" in said:
        brand["logo_jpeg"] = _logo(path.parent, said["logo"])
    return brand


def _words(name: str, value: Any) -> Any:
    texts = list(value.values()) if isinstance(value, dict) else [value]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise BadBrand(f'FOLIO_BRAND: {name} is a text, or {{"es": …, "en": …}}')
    return value


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadBrand(f"FOLIO_BRAND: {name} is an object")
    return value


def _colours(value: Any) -> dict[str, str]:
    light = _object("colours.light", _object("colours", value).get("light", {}))
    return {name: _ink(f"colours.light.{name}", light[name]) for name in INKS if name in light}


def _ink(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise BadBrand(f"FOLIO_BRAND: {name} is a colour like #0b5351")
    contrast = 1.05 / (_luminance(value) + 0.05)
    if contrast < READABLE:
        raise BadBrand(
            f"FOLIO_BRAND: {name} {value} is too light to be read on paper "
            f"(contrast {contrast:.1f}, at least {READABLE})"
        )
    return value


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _paper(value: Any) -> str:
    if value not in list(Paper):
        raise BadBrand(f"FOLIO_BRAND: paper is one of {', '.join(Paper)}")
    return str(value)


def _logo(folder: Path, value: Any) -> str:
    """A picture beside the file, as JPEG on white, in base64; an empty name takes it away.

    assets/brand.json names it `logo.png`.
    """
    name = value.get("png") if isinstance(value, dict) else value
    if not isinstance(name, str):
        raise BadBrand("FOLIO_BRAND: logo is the name of a PNG or JPEG file")
    if not name:
        return ""
    try:
        with Image.open(folder / name, formats=("PNG", "JPEG")) as picture:
            jpeg = _on_white(picture)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadBrand(f"FOLIO_BRAND: the logo {name} cannot be read: {error}") from error
    if len(jpeg) > HEAVIEST:
        raise BadBrand(f"FOLIO_BRAND: the logo {name} is too heavy: {len(jpeg)} bytes as JPEG")
    return b64encode(jpeg).decode()


def _on_white(picture: Image.Image) -> bytes:
    clear = ImageOps.exif_transpose(picture).convert("RGBA")
    clear.thumbnail((BROADEST, TALLEST), Image.Resampling.LANCZOS)
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear)
    out = BytesIO()
    white.save(out, "JPEG", quality=90, subsampling=0, optimize=True)
    return out.getvalue()
