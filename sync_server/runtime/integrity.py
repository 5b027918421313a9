"""What is known of damage in the database: looked for at night, noted at the first error.

A slice is one table. All are due once a night, and at once after an end that was no closing. What
was found stands in the table `integrity`, which readiness reads.
"""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, insert, select, update

from sync_server.database import integrity as database_integrity
from sync_server.database.tables import integrity as table
from sync_server.database.transactions import Damaged, Transaction
from sync_server.runtime.context import ApplicationContext

log = structlog.get_logger(__name__)

NIGHT = range(1, 5)
"""Hours of the office's own time in which all tables are due again."""

EVERY = timedelta(hours=20)

FIRST = "first"
"""The part under which the first error stands that anybody met."""

OPEN = "open"
"""The part that stands while a worker is at work: left behind, the last end was no closing."""

BESIDES = (FIRST, OPEN)


def opened(context: ApplicationContext, now: datetime) -> None:
    """A worker begins. Where the last one did not end, every table is due."""
    if context.database.dialect != "sqlite":
        return  # PostgreSQL mends by itself what an end of its own left half done
    context.database.write(lambda tx: _opened(tx, now))


def closed(context: ApplicationContext) -> None:
    """A worker ends as it should."""
    context.database.write(
        lambda tx: tx.execute(delete(table).where(table.c.part == OPEN)) and None
    )


def look_on(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Note the first error that anybody met, and look at the next table that is due."""
    _note_first(context, now)
    part = _next(context, now)
    if part is None:
        return Counter()
    found = database_integrity.look(context.database, part)
    if found:
        found = _mended(context, part) if context.database.dialect == "sqlite" else found
    context.database.write(lambda tx: _note(tx, part, found or None, now))
    if found:
        log.error("the database is damaged", part=part, damage=found)
    else:
        _all_well(context)
    return Counter({"tables_damaged" if found else "tables_checked": 1})


def _let_go(tx: Transaction, part: str) -> None:
    tx.execute(delete(table).where(table.c.part == part))


def damage(tx: Transaction) -> str:
    """What is known to be damaged, by part; empty when nothing is."""
    rows = tx.rows(select(table.c.part, table.c.damage).where(table.c.damage.is_not(None)))
    return "; ".join(f"{row.part}: {row.damage}" for row in rows)


def _opened(tx: Transaction, now: datetime) -> None:
    if tx.scalar(select(table.c.part).where(table.c.part == OPEN)) is None:
        tx.execute(insert(table).values(part=OPEN, noted_at=now))
        return
    log.warning("the last end was no closing: every table is looked at")
    tx.execute(update(table).where(table.c.part.not_in(BESIDES)).values(checked_at=None))
    known = set(tx.scalars(select(table.c.part)))
    for part in database_integrity.parts():
        if part not in known:
            tx.execute(insert(table).values(part=part))


def _note_first(context: ApplicationContext, now: datetime) -> None:
    met = context.database.damage
    if not met:
        return
    try:
        context.database.write(lambda tx: _note_once(tx, met, now))
    except Damaged:
        log.exception("not even the damage can be noted")


def _note_once(tx: Transaction, met: str, now: datetime) -> None:
    if tx.scalar(select(table.c.part).where(table.c.part == FIRST)) is None:
        tx.execute(insert(table).values(part=FIRST, damage=met[:400], noted_at=now))


def _next(context: ApplicationContext, now: datetime) -> str | None:
    """The table that is due and was looked at longest ago."""
    with context.database.reading() as tx:
        rows = tx.rows(select(table.c.part, table.c.checked_at))
    known = {row.part: row.checked_at for row in rows if row.part not in BESIDES}
    asked = sorted(str(part) for part, at in known.items() if at is None)
    if asked:
        return asked[0]
    if now.astimezone(ZoneInfo(context.settings.zone)).hour not in NIGHT:
        return None
    never = [part for part in database_integrity.parts() if part not in known]
    due = [part for part, at in known.items() if now - at > EVERY]
    if never:
        return min(never)
    return str(min(due, key=lambda part: known[part])) if due else None


def _mended(context: ApplicationContext, part: str) -> str:
    """What is still damaged when the indexes of the table were made anew."""
    try:
        database_integrity.rebuild(context.database, part)
    except Damaged:
        log.warning("the indexes cannot be made anew", part=part)
    found = database_integrity.look(context.database, part)
    if not found:
        log.warning("the indexes were damaged, and were made anew", part=part)
    return found


def _note(tx: Transaction, part: str, found: str | None, now: datetime) -> None:
    tx.execute(delete(table).where(table.c.part == part))
    tx.execute(
        insert(table).values(
            part=part, checked_at=now, damage=found, noted_at=now if found else None
        )
    )


def _all_well(context: ApplicationContext) -> None:
    """The first error is over when every table was looked at since, and is whole."""
    with context.database.reading() as tx:
        first = tx.one_or_none(select(table).where(table.c.part == FIRST))
        rows = tx.rows(select(table).where(table.c.part.not_in(BESIDES)))
    if first is None and not context.database.damage:
        return
    since = {row.part for row in rows
             if row.damage is None and row.checked_at is not None
             and (first is None or row.checked_at > first.noted_at)}  # fmt: skip
    if since >= set(database_integrity.parts()):
        context.database.write(partial(_let_go, part=FIRST))
        context.database.damage = ""
