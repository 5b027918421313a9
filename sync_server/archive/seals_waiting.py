"""Seals that could not be given yet, and why; and how long the certificate still holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from sync_server.archive.archive import SEAL
from sync_server.database.tables import job
from sync_server.database.transactions import Transaction
from sync_server.reports import seal_certificates
from sync_server.reports.signing_key import NoSeal, UnusableKey
from sync_server.runtime.settings import Settings

WARNINGS = (90, 30, 7)
"""Days before the certificate's end from which on it is said, each time more urgently."""

CAUSES = {
    "NoSeal": "none",
    "UnusableKey": "unusable",
    "NotInForce": "not_in_force",
    "ClockBehind": "clock",
    "NoTimeStamp": "time_stamp",
}
"""What keeps a seal waiting, by the exception that the job ended with; else a fault of the file."""


@dataclass(frozen=True, slots=True)
class SealsWaiting:
    """How many seals were tried in vain and will be tried again; `cause` of the latest try."""

    count: int
    cause: str


def waiting(tx: Transaction) -> SealsWaiting | None:
    """The seals that failed so far, or None."""
    failed = (job.c.done_at.is_(None), job.c.kind == SEAL, job.c.failure.is_not(None))
    count = int(tx.scalar(select(func.count()).select_from(job).where(*failed)) or 0)
    if not count:
        return None
    latest = select(job.c.failure).where(*failed).order_by(job.c.due_at.desc()).limit(1)
    return SealsWaiting(count, cause_of(str(tx.scalar(latest))))


def cause_of(failure: str) -> str:
    """The code of what a seal's job failed with, as `archive.seal_waits.<code>` words it."""
    return CAUSES.get(failure.partition(":")[0], "file")


def why(tx: Transaction, archive_id: str) -> str | None:
    """Why this archived report has no seal yet; None while it was not tried in vain."""
    query = select(job.c.failure).where(job.c.key == f"{SEAL}/{archive_id}")
    failure = tx.scalar(query.where(job.c.done_at.is_(None)))
    return cause_of(failure) if failure else None


def days_left(settings: Settings, now: datetime) -> int | None:
    """Whole days until the certificate in use ends, negative after; None without a usable one."""
    try:
        return seal_certificates.of(settings).seal.key.days_left(now)
    except (NoSeal, UnusableKey):
        return None


def warning(settings: Settings, now: datetime) -> int | None:
    """The days left when that must be said: from 90 days before the end on. None otherwise."""
    left = days_left(settings, now)
    return left if left is not None and left < WARNINGS[0] else None


def ending(left: int) -> str:
    """How that is said: `ended`, `ends_today`, or `ends` with the number of days."""
    return "ended" if left < 0 else "ends" if left else "ends_today"


def urgency(left: int) -> str:
    """`soon` from 90 days on, `near` from 30, `now` from 7 and after the end."""
    _, near, now = WARNINGS
    return "now" if left < now else "near" if left < near else "soon"
