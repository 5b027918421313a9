"""What tablets could not show of what they were sent: kept for people, until a later revision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, delete, exists, insert, select

from sync_server.database.tables import device as device_table
from sync_server.database.tables import record as record_table
from sync_server.database.tables import ticket as ticket_table
from sync_server.database.tables import unreadable_record as table
from sync_server.database.tables import user as user_table
from sync_server.database.transactions import Transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record at a revision, and what of it does not fit, in the tablet's words."""

    record: str
    id: str
    rev: int
    why: str


def note(tx: Transaction, device: str, told: Iterable[Unreadable], now: datetime) -> None:
    """A tablet could not show these. Told again it changes nothing but the time."""
    for each in told:
        # It quotes what does not fit: PostgreSQL keeps no NUL, and a log line is one line.
        why = "".join(sign if sign.isprintable() else "□" for sign in each.why)
        this = table.c.device == device, table.c.record == each.record, table.c.id == each.id
        tx.execute(delete(table).where(*this))
        tx.execute(
            insert(table).values(
                device=device, record=each.record, id=each.id, rev=each.rev, why=why, at=now
            )
        )
        log.warning(
            "a tablet cannot show a record", device=device, record=each.record, id=each.id,
            rev=each.rev, why=why,
        )  # fmt: skip


def still_so() -> ColumnElement[bool]:
    """Of those rows, the ones whose record has no later revision: that one may be readable."""
    this = record_table.c.record == table.c.record, record_table.c.id == table.c.id
    later = exists().where(*this, record_table.c.rev > table.c.rev)
    ticket_later = exists().where(
        table.c.record == "ticket", ticket_table.c.id == table.c.id,
        ticket_table.c.rev > table.c.rev,
    )  # fmt: skip
    return ~later & ~ticket_later


def told_of(tx: Transaction, most: int) -> list[Row[Any]]:
    """Those that tablets still cannot show, the oldest first, each with its `tablet` and `user`."""
    query = (
        select(table, device_table.c.name.label("tablet"), user_table.c.name.label("user"))
        .join(device_table, device_table.c.id == table.c.device)
        .join(user_table, user_table.c.id == device_table.c.user)
        .where(still_so())
        .order_by(table.c.at, table.c.record, table.c.id)
    )
    return tx.rows(query.limit(most))
