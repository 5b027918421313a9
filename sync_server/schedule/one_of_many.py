"""One ticket of many: what cannot be done for it is logged, and the others have their turn."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from sync_server.database.transactions import Damaged, NoSpace, ReadOnly, Unavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

EVERYBODYS = (Damaged, NoSpace, ReadOnly, SQLAlchemyError, Unavailable)
"""Faults that the next ticket would meet as well."""


def one_of_many(id: str, do: Callable[[], T]) -> T | None:
    """What is done for this ticket; None where a record that nobody can read forbids it."""
    try:
        return do()
    except EVERYBODYS:
        raise
    except Exception:
        log.exception("a ticket was passed over", ticket=id)
        return None
