"""Who has read, taken away, held or deleted what: written down, and read by the administrator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from shared.ticket.people import Actor
from sync_server.database.tables import access_log, user
from sync_server.database.transactions import Transaction

COMMAND_LINE = "command-line"
"""Whoever acts from a shell on the server: more is not known of them here."""


def note(
    tx: Transaction, actor: Actor, action: str, what: str, now: datetime,
    detail: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write down that `actor` did `action` to `what`."""
    tx.execute(
        insert(access_log).values(
            at=now, actor=actor.id, action=action, object=what, allowed=True, detail=dict(detail)
        )
    )


def notes(
    tx: Transaction, limit: int, before: int | None = None, action: str = "", text: str = ""
) -> list[Row[Any]]:
    """The newest notes first, with the name of who it was; `before` is the id of the last one seen.

    `action` is the beginning of one, `text` part of what it was done to.
    """
    c = access_log.c
    query = select(access_log, user.c.name).select_from(
        access_log.outerjoin(user, user.c.id == c.actor)
    )
    if before is not None:
        query = query.where(c.id < before)
    if action:
        query = query.where(c.action.startswith(action, autoescape=True))
    if text:
        query = query.where(c.object.contains(text, autoescape=True))
    return tx.rows(query.order_by(c.id.desc()).limit(limit))
