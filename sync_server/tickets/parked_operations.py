"""Operations that could not be understood or applied: kept byte for byte."""

from datetime import datetime

from sqlalchemy import insert, update

from sync_server.database.tables import parked
from sync_server.database.transactions import Transaction
from sync_server.tickets.unit_of_work import UnitOfWork


def keep(unit: UnitOfWork, line: int, raw: bytes, reason: str) -> None:
    """Keep the bytes of an operation that was not applied, and why. SYNC.md, O4."""
    unit.tx.execute(insert(parked).values(operation=line, raw=raw, reason=reason, at=unit.now))


def settle(tx: Transaction, line: int, user: str, now: datetime) -> None:
    """Somebody has dealt with a parked operation; its bytes stay."""
    tx.execute(
        update(parked)
        .where(parked.c.operation == line, parked.c.settled_at.is_(None))
        .values(settled_at=now, settled_by=user)
    )
