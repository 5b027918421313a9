"""Not too many mails for one person: escalations of an hour in one mail, and a ceiling for all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update

from shared.words import t, tn
from sync_server.database.tables import outbox as table
from sync_server.database.transactions import Transaction

HOUR = timedelta(hours=1)

GATHERED = "escalation"
"""The topic of which a person gets one mail an hour, with all that there is to say by then."""


def held_until(tx: Transaction, row: Row[Any], most: int, now: datetime) -> datetime | None:
    """When a mail may go to this person again; None when it may now.

    A mail with several escalations was one. `most` mails go in an hour; 0 is any number.
    """
    mine = (table.c.recipient == row.recipient) & (table.c.sent_at > now - HOUR)
    last: datetime | None = tx.scalar(
        select(func.max(table.c.sent_at)).where(mine, table.c.topic == GATHERED)
    )
    if row.topic == GATHERED and last is not None:
        return last + HOUR
    others = select(func.count()).select_from(table).where(mine, table.c.topic != GATHERED)
    gone = tx.scalar(others) + (last is not None)
    if not most or gone < most:
        return None
    oldest: datetime = tx.scalar(select(func.min(table.c.sent_at)).where(mine))
    return oldest + HOUR


def hold(tx: Transaction, row: Row[Any], open: ColumnElement[bool], until: datetime) -> int:
    """Everything of the same kind that is due for this person waits until then: how many."""
    same = (table.c.topic == GATHERED) if row.topic == GATHERED else (table.c.topic != GATHERED)
    due = open & (table.c.recipient == row.recipient) & same & (table.c.due_at < until)
    return tx.execute(update(table).where(due).values(due_at=until)).rowcount


def gathered(
    tx: Transaction, row: Row[Any], open: ColumnElement[bool], now: datetime
) -> Sequence[Row[Any]]:
    """The other escalations that are due for the same person and go in the same mail."""
    if row.topic != GATHERED:
        return ()
    due = open & (table.c.recipient == row.recipient) & (table.c.topic == GATHERED)
    query = select(table).where(due, table.c.due_at <= now, table.c.id != row.id)
    query = query.order_by(table.c.created_at, table.c.id)
    return tx.rows(query.with_for_update(skip_locked=True))


def digest(rows: Sequence[Row[Any]], office: str) -> tuple[str, str]:
    """Subject and text of one mail for several escalations, each with its link."""
    language = str(rows[0].body.get("language") or "es")
    said = [
        t("mail.digest.line", language, said=row.body.get("line") or row.body["subject"],
          address=f"{office}/tickets/{row.ticket}")
        for row in rows
    ]  # fmt: skip
    text = t("mail.digest.text", language, lines="\n\n".join(said))
    return tn("mail.digest.subject", len(rows), language), text
