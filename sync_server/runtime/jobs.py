"""Background jobs: asked for in a transaction, run by one of the workers until they succeed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from sync_server.database.tables import job as table
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.leases import Lease, LeasedRows, Retries

JOBS = LeasedRows(
    table,
    table.c.done_at.is_(None),
    length=timedelta(minutes=2),
    retries=Retries(first=timedelta(seconds=20), longest=timedelta(hours=1)),
)
"""Jobs not done yet. None is given up: a report waits for its seal as long as it takes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as leased to a worker; `body` is what its kind needs to know."""

    lease: Lease
    kind: str
    body: Mapping[str, Any]


def ask(
    tx: Transaction,
    context: ApplicationContext,
    kind: str,
    key: str,
    body: Mapping[str, Any],
    due_at: datetime,
) -> None:
    """Ask for a job; one that was asked for under this key before is not asked for again."""
    if not is_asked(tx, key):
        tx.execute(
            insert(table).values(
                id=context.new_id(), kind=kind, key=key, body=dict(body), due_at=due_at
            )
        )


def is_asked(tx: Transaction, key: str) -> bool:
    """Whether a job was ever asked for under this key."""
    return tx.scalar(select(table.c.id).where(table.c.key == key)) is not None


def lease(tx: Transaction, worker: str, due_by: datetime, now: datetime) -> Job | None:
    """The next job due by `due_by`, this worker's from `now` until its lease ends; None without."""
    leased = JOBS.lease(tx, due_by, now, worker=worker)
    return Job(leased[0], leased[1].kind, leased[1].body) if leased else None


def done(tx: Transaction, job: Job, now: datetime) -> bool:
    """The job is done; False when the lease was lost meanwhile and somebody else has it."""
    return JOBS.settle(tx, job.lease, done_at=now, failure=None)


def failed(tx: Transaction, job: Job, why: str, now: datetime) -> bool:
    """The job did not succeed: again later, later each time; False when the lease was lost."""
    return JOBS.failed(tx, job.lease, why, now)
