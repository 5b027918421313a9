"""Work for later: asked for in a transaction, leased by one worker at a time, done once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, insert, or_, select, update

from sync_server.database.tables import job as table
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext

LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job; `fence` tells this lease from every other one."""

    id: str
    kind: str
    body: Mapping[str, Any]
    tries: int
    fence: int


def ask(
    tx: Transaction,
    context: ApplicationContext,
    kind: str,
    key: str,
    body: Mapping[str, Any],
    due_at: datetime,
) -> None:
    """Ask for a job; one that was asked for under this key before is not asked for again."""
    if tx.scalar(select(table.c.id).where(table.c.key == key)) is None:
        tx.execute(
            insert(table).values(
                id=context.new_id(), kind=kind, key=key, body=dict(body), due_at=due_at
            )
        )


def is_due(tx: Transaction, now: datetime) -> bool:
    """Whether any job is due: a look that keeps no writer waiting."""
    return tx.scalar(_due(now).with_only_columns(table.c.id).limit(1)) is not None


def lease(tx: Transaction, worker: str, now: datetime) -> Job | None:
    """The next job that is due, now this worker's until its lease is over; None without any."""
    due = _due(now).order_by(table.c.due_at, table.c.id).limit(1)
    row = tx.execute(due.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    job = _leased(row)
    tx.execute(
        update(table)
        .where(table.c.id == job.id)
        .values(worker=worker, lease_until=now + LEASE, fence=job.fence, tries=job.tries)
    )
    return job


def done(tx: Transaction, job: Job, now: datetime) -> bool:
    """The job is done; False when the lease was lost meanwhile and somebody else has it."""
    return _settle(tx, job, done_at=now, failure=None, lease_until=None)


def failed(tx: Transaction, job: Job, why: str, now: datetime) -> bool:
    """The job did not succeed: again later, later each time; False when the lease was lost."""
    wait = min(timedelta(seconds=10) * 2 ** min(job.tries, 12), LONGEST_WAIT)
    return _settle(tx, job, failure=why[:2000], lease_until=None, due_at=now + wait)


def _due(now: datetime) -> Select[Any]:
    return (
        select(table)
        .where(table.c.done_at.is_(None), table.c.due_at <= now)
        .where(or_(table.c.lease_until.is_(None), table.c.lease_until <= now))
    )


def _settle(tx: Transaction, job: Job, **values: Any) -> bool:
    result = tx.execute(
        update(table)
        .where(table.c.id == job.id, table.c.fence == job.fence, table.c.done_at.is_(None))
        .values(**values)
    )
    return result.rowcount == 1


def _leased(row: Row[Any]) -> Job:
    return Job(row.id, row.kind, row.body, row.tries + 1, row.fence + 1)
