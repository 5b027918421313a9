"""The number that a ticket is known by: SEI-2026-000101, given once, in the order of arrival."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from sync_server.database import Transaction
from sync_server.schema import folio_counter
from sync_server.settings import Settings


def next_folio(tx: Transaction, settings: Settings, now: datetime) -> str:
    """The next folio of the year that it is in the office's zone. R148; PROCESS.md, Records."""
    year = now.astimezone(ZoneInfo(settings.zone)).year
    same = folio_counter.c.year == year
    last = tx.scalar(select(folio_counter.c.last).where(same).with_for_update())
    number = (last or 0) + 1
    if last is None:
        tx.execute(insert(folio_counter).values(year=year, last=number))
    else:
        tx.execute(update(folio_counter).where(same).values(last=number))
    return folio(settings.folio_prefix, year, number)


def folio(prefix: str, year: int, number: int) -> str:
    """Prefix, year, six digits; the millionth ticket of a year has seven."""
    return f"{prefix}-{year}-{number:06d}"
