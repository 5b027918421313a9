"""Names that need no server: a UUIDv7 made from a moment and some entropy (RFC 9562, 5.7)."""

from datetime import datetime
from uuid import UUID


def uuid7(at: datetime, entropy: bytes) -> str:
    """A UUIDv7 in text. `at` is zoned; `entropy` is at least 10 random bytes.

    Ids sort by the millisecond they were made in, so an index on them grows at its end.
    """
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random = int.from_bytes(entropy[:10], "big")
    high = (milliseconds << 16) | 0x7000 | (random >> 68 & 0x0FFF)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return str(UUID(int=(high << 64) | low))
