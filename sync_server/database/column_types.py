"""Column types that are stored alike on SQLite and PostgreSQL: instants and JSON, as text."""

import json
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from shared.operations.digest import is_plain


class Instant(TypeDecorator[datetime]):
    """A zoned instant, kept as UTC text of fixed width: its order as text is its order in time."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """Any JSON value, stored as compact text; NUL and lone surrogates are escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


FOLDED = Text().with_variant(Text(collation="C"), "postgresql")
"""A text as `shared.words.folding` folds it: compared and put in order by its characters alone."""

LONGEST_FOLDED = 400
"""Characters of a folded name that are kept to look it up: an index of PostgreSQL takes no more."""


def instant_text(at: datetime) -> str:
    """Like 2026-03-09T14:52:00.000000Z. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone is never stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def json_text(value: Any) -> str:
    """Compact JSON; a NUL and a lone surrogate are escaped, so that any database keeps them."""
    try:
        text = orjson.dumps(value, default=dict)
    except orjson.JSONEncodeError:
        return _exact(value)  # A lone surrogate, more than 64 bits, or very deep.
    # An infinity, and nothing else, would silently become null.
    return text.decode() if b"null" not in text or is_plain(value) else _exact(value)


def _exact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=dict)
