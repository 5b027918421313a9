"""Push: a tablet's operations are applied once each, in order; a batch whole or not at all.

SYNC.md, O1–O5. `n` is the tablet's own number; the hash says whether the same number came with
the same words. A gap or a fork is an exception and nothing of the batch is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update

from sync_server.database.tables import device as table
from sync_server.database.transactions import Transaction
from sync_server.identity.devices import Device
from sync_server.runtime.context import ApplicationContext
from sync_server.sync.batch import AWAY, Batch, Counter, Fork, Gap

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a push; `results` as they go over the wire, `known_n` the number before it."""

    known_n: int
    last_n: int
    durable_n: int
    results: tuple[Mapping[str, Any], ...]


def accept(
    context: ApplicationContext,
    device: Device,
    messages: Sequence[Mapping[str, Any]],
    raw: Callable[[int], bytes],
    now: datetime,
) -> Accepted:
    """Take a batch in one transaction; every message has a whole number `n`.

    `raw(i)` gives the bytes of the i-th as they came. Raises Gap, Fork, and what the database
    raises when it is full or away.
    """
    try:
        return accept_unremembered(context, device, messages, raw, now)
    except Fork:
        _remember_fork(context, device, now)
        raise


def accept_unremembered(
    context: ApplicationContext,
    device: Device,
    messages: Sequence[Mapping[str, Any]],
    raw: Callable[[int], bytes],
    now: datetime,
) -> Accepted:
    """What `accept` does, but that a fork is not held against the tablet."""

    def apply_all(careful: bool) -> Accepted:
        return context.database.write(
            lambda tx: _apply_all(tx, context, device, messages, raw, now, careful)
        )

    try:
        return apply_all(careful=False)
    except (Gap, Fork, *AWAY):
        raise
    except Exception:
        # One operation that our own code cannot digest never blocks the queue behind it.
        log.exception("a push is taken again, one operation at a time", device=device.id)
        return apply_all(careful=True)


def _remember_fork(context: ApplicationContext, device: Device, now: datetime) -> None:
    mark = update(table).where(table.c.id == device.id).values(forked_at=now)
    context.database.write(lambda tx: tx.execute(mark))


def _apply_all(
    tx: Transaction,
    context: ApplicationContext,
    device: Device,
    messages: Sequence[Mapping[str, Any]],
    raw: Callable[[int], bytes],
    now: datetime,
    careful: bool,
) -> Accepted:
    clock = _locked(tx, device.id)
    batch = Batch(tx, context, device, clock, messages, raw, now, careful)
    results = [batch.apply(index) for index in range(len(messages))]
    batch.unit.flush()
    last_n = batch.last_n
    if last_n > clock.last_n:
        values = {"last_n": last_n, "last_captured_at": batch.captured_at}
        tx.execute(_COUNTED, {"which": device.id, **values})
    durable_n = last_n if context.settings.durable == "commit" else clock.durable_n
    return Accepted(clock.last_n, last_n, durable_n, tuple(results))


_CLOCK = (
    select(
        table.c.last_n, table.c.durable_n, table.c.skew_ms, table.c.clock_changed_at,
        table.c.last_captured_at,
    )
    .where(table.c.id == bindparam("which"))
    .with_for_update()
)  # fmt: skip
_COUNTED = update(table).where(table.c.id == bindparam("which"))


def _locked(tx: Transaction, id: str) -> Counter:
    row = tx.execute(_CLOCK, {"which": id}).one()
    skew = timedelta(milliseconds=row.skew_ms)
    return Counter(row.last_n, row.durable_n, skew, row.clock_changed_at, row.last_captured_at)
