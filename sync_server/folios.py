"""The number that a ticket is known by: SEI-2026-000101, given once, in the order of arrival."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from sync_server.database import Transaction
from sync_server.schema import folio_counter, ticket
from sync_server.settings import Settings

FORM = re.compile(r"(?P<prefix>[^-]+)-(?P<year>[0-9]{4})-(?P<number>[0-9]{6,7})")


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


def kept_folio(tx: Transaction, settings: Settings, wanted: str) -> str | None:
    """`wanted`, when it has our form and nobody has it; the year's counter goes on behind it."""
    parts = FORM.fullmatch(wanted)
    if parts is None or parts["prefix"] != settings.folio_prefix:
        return None
    if tx.scalar(select(ticket.c.id).where(ticket.c.folio == wanted)) is not None:
        return None
    year, number = int(parts["year"]), int(parts["number"])
    same = folio_counter.c.year == year
    last = tx.scalar(select(folio_counter.c.last).where(same).with_for_update())
    if last is None:
        tx.execute(insert(folio_counter).values(year=year, last=number))
    elif last < number:
        tx.execute(update(folio_counter).where(same).values(last=number))
    return wanted


def folio(prefix: str, year: int, number: int) -> str:
    """Prefix, year, six digits; the millionth ticket of a year has seven."""
    return f"{prefix}-{year}-{number:06d}"
