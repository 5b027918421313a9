"""What a browser carries for us and cannot change: signed, for one purpose, until a moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer


def signed(secret: bytes, purpose: str, said: Mapping[str, Any], until: datetime) -> str:
    """`said` as text for an address, a form or a cookie; it holds until `until` (zoned)."""
    return URLSafeSerializer(secret, salt=purpose).dumps({**said, "until": until.timestamp()})


def read(secret: bytes, purpose: str, text: str, now: datetime) -> Mapping[str, Any] | None:
    """What was signed for this purpose; None when it is not ours, or over."""
    try:
        said = URLSafeSerializer(secret, salt=purpose).loads(text)
        return said if now.timestamp() < said["until"] else None
    except (BadSignature, KeyError, TypeError):
        return None
