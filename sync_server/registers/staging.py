"""Rows of an import between being checked and being made so: nobody sees them, a crash drops them.

They are written in batches, so that others go on; one short transaction makes them records.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, and_, case, delete, func, insert, literal, select, update

from sync_server.database.tables import feed as feed_table
from sync_server.database.tables import import_row, record
from sync_server.database.transactions import Database, Transaction
from sync_server.records import feed
from sync_server.registers.kind import Planned

AT_ONCE = 1000

LONGEST_RUN = timedelta(days=1)


class ChangedMeanwhile(Exception):
    """Somebody changed a record between the check and its taking in: to be checked again."""


def stage(tx: Transaction, run: str, planned: Sequence[Planned]) -> None:
    """Keep these for the run."""
    for each in planned:
        tx.batch(_STAGED, {
            "run": run, "n": each.number, "record": each.record, "id": each.id,
            "doc": dict(each.doc), "label": each.label, "folded": each.folded,
            "code": each.code, "code_key": each.code_key, "before": each.before,
        })  # fmt: skip


def staged(tx: Transaction, run: str) -> Iterator[Planned]:
    """What was kept, in the order of the file, read in pages."""
    last = -1
    query = select(import_row).where(import_row.c.run == run).order_by(import_row.c.n)
    while rows := tx.rows(query.where(import_row.c.n > last).limit(AT_ONCE)):
        for row in rows:
            yield Planned(row.record, row.id, row.doc, row.label, row.folded, row.code,
                          row.code_key, row.before, row.n)  # fmt: skip
        last = rows[-1].n


def counts(tx: Transaction, run: str) -> tuple[int, int]:
    """How many of a run are new and how many change."""
    new = func.sum(case((import_row.c.before.is_(None), 1), else_=0))
    row = tx.rows(select(new.label("new"), func.count().label("all"))
                  .where(import_row.c.run == run))[0]  # fmt: skip
    return int(row.new or 0), int(row.all) - int(row.new or 0)


def clear(tx: Transaction, run: str) -> None:
    """Forget what was kept for the run."""
    tx.execute(delete(import_row).where(import_row.c.run == run))


def sweep(tx: Transaction, now: datetime) -> None:
    """Forget what imports left that were killed: none goes on for a day."""
    begun = int((now - LONGEST_RUN).timestamp() * 1000)
    first = f"{begun:012x}"  # a UUIDv7 begins with its milliseconds
    tx.execute(delete(import_row).where(import_row.c.run < f"{first[:8]}-{first[8:]}"))


def sweep_when_left(database: Database, now: datetime) -> None:
    """The same, where there is anything: a database that cannot be written opens all the same."""
    with database.reading() as tx:
        left = tx.scalar(select(import_row.c.n).limit(1)) is not None
    if left:
        database.write(lambda tx: sweep(tx, now))


def make_records(tx: Transaction, run: str, now: datetime) -> None:
    """Make the staged records so, all in a few statements. Raises ChangedMeanwhile."""
    _refuse_what_moved(tx, run)
    mine = import_row.c.run == run
    names = ("record", "id", "doc", "label", "folded", "code", "code_key")
    copied = [import_row.c[name] for name in names]
    at = literal(now, record.c.updated_at.type)
    tx.execute(
        insert(record).from_select(
            [*names, "rev", "updated_at"],
            select(*copied, literal(1), at).where(mine, import_row.c.before.is_(None)),
        )
    )
    changed = and_(mine, import_row.c.before.is_not(None), import_row.c.record == record.c.record,
                   import_row.c.id == record.c.id)  # fmt: skip
    tx.execute(
        update(record).where(changed).values(
            rev=record.c.rev + 1, updated_at=at,
            **{name: import_row.c[name] for name in names[2:]},
        )
    )  # fmt: skip
    _tell_tablets(tx, run)


def _refuse_what_moved(tx: Transaction, run: str) -> None:
    same = and_(import_row.c.record == record.c.record, import_row.c.id == record.c.id)
    moved = select(import_row.c.n).join(record, same).where(
        import_row.c.run == run, import_row.c.before != record.c.rev
    )  # fmt: skip
    taken = (
        select(import_row.c.n)
        .join(record, and_(import_row.c.record == record.c.record,
                           import_row.c.code_key == record.c.code_key))
        .where(import_row.c.run == run, import_row.c.code_key != "", import_row.c.id != record.c.id)
    )  # fmt: skip
    for query in (moved, taken):
        if tx.scalar(query.limit(1)) is not None:
            raise ChangedMeanwhile(run)


def _tell_tablets(tx: Transaction, run: str) -> None:
    """Publish the changed ones where a tablet has them; a new one is in no scope yet."""
    query = (
        select(feed_table.c.scope, record.c.record, record.c.id, record.c.rev)
        .join(import_row, and_(import_row.c.record == feed_table.c.record,
                               import_row.c.id == feed_table.c.id))
        .join(record, and_(import_row.c.record == record.c.record, import_row.c.id == record.c.id))
        .where(import_row.c.run == run, feed_table.c.kind == literal("update", String))
    )  # fmt: skip
    for row in tx.rows(query):
        feed.publish(tx, row.scope, row.record, row.id, row.rev)


_STAGED = insert(import_row)
