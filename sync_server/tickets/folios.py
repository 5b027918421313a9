"""The number that a ticket is known by: SEI-2026-000101, given once, in the order of arrival."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update

from shared.operations.operation import FOLIO
from shared.words.folding import folded
from sync_server.database.lookup import LookupByKey
from sync_server.database.tables import folio_counter, ticket
from sync_server.database.transactions import Cache, Transaction
from sync_server.runtime.settings import Settings

_LAST_NUMBER: Cache[int, int] = Cache()
"""The last number of each year that this transaction asked about; its counter is locked."""

_TAKEN: Cache[str, bool] = Cache()
"""Whether a number that a tablet gave is some ticket's, as far as this transaction asked."""

_GIVEN = tuple(
    LookupByKey(select(column.label("number")), column)
    for column in (ticket.c.folio, ticket.c.provisional_folio)
)

TYPED = re.compile("(.+) ([0-9]{4}) ([0-9]{1,7})")


def next_folio(tx: Transaction, settings: Settings, now: datetime) -> str:
    """The next folio of the year that it is in the office's zone. R148; PROCESS.md, Records."""
    year = now.astimezone(ZoneInfo(settings.zone)).year
    number = _last(tx, year) + 1
    _count(tx, year, number)
    return folio(settings.folio_prefix, year, number)


def in_turn(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Whoever registers waits here for whoever is registering, and sees what they registered."""
    _last(tx, now.astimezone(ZoneInfo(settings.zone)).year)


def kept_folio(tx: Transaction, settings: Settings, wanted: str) -> str | None:
    """`wanted`, when it has our form and nobody has it; the year's counter goes on behind it."""
    parts = FOLIO.fullmatch(wanted)
    if parts is None or parts["prefix"] != settings.folio_prefix:
        return None
    if tx.scalar(select(ticket.c.id).where(ticket.c.folio == wanted)) is not None:
        return None
    year, number = int(parts["year"]), int(parts["number"])
    if _last(tx, year) < number:
        _count(tx, year, number)
    return wanted


def look_up(tx: Transaction, provisional: Iterable[str]) -> None:
    """Ask once for all the numbers that a push brings: `claim` knows them then."""
    wanted = sorted(set(provisional))
    taken = {row.number for lookup in _GIVEN for row in lookup.rows(tx, wanted)}
    tx.cache(_TAKEN).update({number: number in taken for number in wanted})


def claim(tx: Transaction, provisional: str) -> bool:
    """Whether no ticket is known by this number, which a tablet gave; from now on one is."""
    known = tx.cache(_TAKEN)
    if provisional not in known:
        look_up(tx, [provisional])
    is_free = not known[provisional]
    known[provisional] = True
    return is_free


def as_given(typed: str) -> str:
    """The folio that somebody means: `sei 2026 101` is SEI-2026-000101; anything else stays."""
    parts = TYPED.fullmatch(folded(typed))
    return folio(parts[1].upper(), int(parts[2]), int(parts[3])) if parts else typed


def folio(prefix: str, year: int, number: int) -> str:
    """Prefix, year, six digits; the millionth ticket of a year has seven."""
    return f"{prefix}-{year}-{number:06d}"


def _last(tx: Transaction, year: int) -> int:
    """The last number given in a year, 0 before the first; its row is locked until the end."""
    given = tx.cache(_LAST_NUMBER)
    if year not in given:
        last = tx.scalar(_LAST, {"of": year})
        if last is None:
            tx.execute(insert(folio_counter), {"year": year, "last": 0})
        given[year] = last or 0
    return given[year]


def _count(tx: Transaction, year: int, number: int) -> None:
    tx.cache(_LAST_NUMBER)[year] = number
    tx.before_commit(_write_out)


def _write_out(tx: Transaction) -> None:
    for year, last in tx.cache(_LAST_NUMBER).items():
        tx.batch(_COUNTED, {"of": year, "last": last})


_LAST = (
    select(folio_counter.c.last).where(folio_counter.c.year == bindparam("of")).with_for_update()
)
_COUNTED = update(folio_counter).where(folio_counter.c.year == bindparam("of"))
