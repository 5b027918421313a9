"""The organisation on paper: whose name, colours, support and logo a report has.

Out of the organisation's document, which has the members of assets/brand.json, and besides them
`logo_jpeg` (base64), `paper` (letter, a4), `zone` and `verify_at`.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from shared.report.blocks import Letterhead
from shared.report.phrases import Phrases

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def letterhead(organisation: Mapping[str, Any], phrases: Phrases) -> Letterhead:
    """What stands at the head and foot of each page."""
    support = organisation.get("support") or {}
    ways = (phrases.own(support.get(way)) for way in ("phone", "email", "web", "hours"))
    colours = (organisation.get("colours") or {}).get("light") or {}
    plain = Letterhead("", "", ())
    return Letterhead(
        name=phrases.own(organisation.get("organisation") or organisation.get("name")) or "Folio",
        support_label=phrases.say("support"),
        support=tuple(way for way in ways if way),
        ink=_colour(colours.get("ink"), plain.ink),
        accent=_colour(colours.get("primary"), plain.accent),
        logo=next(iter(logo(organisation)), ""),
    )


def logo(organisation: Mapping[str, Any]) -> dict[str, bytes]:
    """The JPEG by its sha256; nothing when there is none, or none that can be read."""
    try:
        jpeg = b64decode(organisation.get("logo_jpeg") or "", validate=True)
    except (Error, ValueError, TypeError):
        return {}
    return {sha256(jpeg).hexdigest(): jpeg} if jpeg else {}


def _colour(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) and _COLOUR.fullmatch(value) else otherwise
