"""Reports whose words the office's registers say otherwise: noted for a person, blocking nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from shared.ticket.evidence import EvidenceKind
from sync_server.database.tables import evidence
from sync_server.database.tables import register_difference as table
from sync_server.database.transactions import Transaction
from sync_server.reports.pages_compared import Difference


def note(tx: Transaction, sha256: str, found: Sequence[Difference], now: datetime) -> None:
    """Note what was found of the report of this hash, once, if anything was."""
    reported = evidence.c.kind == EvidenceKind.REPORT.value
    ticket = tx.scalar(select(evidence.c.ticket).where(evidence.c.sha256 == sha256, reported))
    if found and ticket is not None:
        words = [[each.where, each.record, each.pages] for each in found]
        tx.execute(insert(table).values(sha256=sha256, ticket=ticket, words=words, at=now))


def unseen(tx: Transaction, most: int) -> list[Row[Any]]:
    """Those that nobody has looked at, the oldest first."""
    query = select(table).where(table.c.seen_at.is_(None)).order_by(table.c.at, table.c.sha256)
    return tx.rows(query.limit(most))


def of_ticket(tx: Transaction, ticket_id: str) -> list[Row[Any]]:
    """Those of a ticket, the oldest first, seen or not."""
    query = select(table).where(table.c.ticket == ticket_id)
    return tx.rows(query.order_by(table.c.at, table.c.sha256))


def mark_seen(tx: Transaction, sha256: str, user: str, now: datetime) -> None:
    """Somebody has looked at it; the words stay noted."""
    tx.execute(
        update(table)
        .where(table.c.sha256 == sha256, table.c.seen_at.is_(None))
        .values(seen_at=now, seen_by=user)
    )
