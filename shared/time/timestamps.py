"""Instants on the wire: RFC 3339 with a zone, and nothing else."""

import re
from datetime import datetime
from functools import lru_cache
from typing import overload

_RFC3339 = re.compile(
    r"(19|2\d)\d\d-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
"""Of the years 1900 to 2999, so that any zone and any span of work can be reckoned from it."""


class NotAnInstant(ValueError):
    """This text is no RFC 3339 time with a zone."""


@overload
def instant(text: None) -> None: ...
@overload
def instant(text: str) -> datetime: ...
def instant(text: str | None) -> datetime | None:
    """A zoned datetime out of RFC 3339 text; None stays None. Raises NotAnInstant."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise NotAnInstant(f"{text!r} is not a text")
    return _read(text)


# The same few instants of a ticket are read again and again.
@lru_cache(maxsize=4096)
def _read(text: str) -> datetime:
    if not _RFC3339.fullmatch(text):
        raise NotAnInstant(f"{text!r} is not a time with a zone, like 2026-03-09T08:52:00-06:00")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise NotAnInstant(f"{text!r}: {error}") from error


def wire_time(at: datetime) -> str:
    """RFC 3339 text of a zoned datetime, to the millisecond. Raises NotAnInstant when naive."""
    if at.tzinfo is None:
        raise NotAnInstant("a time without a zone is never sent")
    return at.isoformat(timespec="milliseconds")
