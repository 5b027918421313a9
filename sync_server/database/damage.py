"""Errors that say that a database is damaged or cannot be written, told from all others."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from sync_server.database.transactions import Damaged, ReadOnly

MALFORMED = ("malformed", "file is not a database", "database corruption")
"""How SQLite says SQLITE_CORRUPT and SQLITE_NOTADB."""

READ_ONLY = ("readonly database", "read-only")

CORRUPTED = frozenset({"XX001", "XX002", "58030"})
"""data_corrupted (a page whose checksum is wrong is one), index_corrupted, io_error."""

READ_ONLY_STATES = frozenset({"25006"})


def named(error: BaseException) -> Exception | None:
    """Damaged or ReadOnly for a driver's error that means that; else None."""
    words = " ".join(str(error).split())
    state = getattr(error, "sqlstate", None)
    if state is not None:
        if state in CORRUPTED:
            return Damaged(words)
        return ReadOnly(words) if state in READ_ONLY_STATES else None
    said = words.lower()
    if any(sign in said for sign in MALFORMED):
        return Damaged(words)
    return ReadOnly(words) if any(sign in said for sign in READ_ONLY) else None


def watch(engine: Engine, found: Callable[[str], None]) -> None:
    """From now on such an error of this engine is raised by its name; `found` hears of damage."""

    @event.listens_for(engine, "handle_error")
    def name(context: ExceptionContext) -> Any:
        fault = named(context.original_exception)
        if isinstance(fault, Damaged):
            found(str(fault))
        return fault
