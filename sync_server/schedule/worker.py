"""What is due: reminders, closings, escalations, seals, mail, forgotten uploads. Each once."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import uuid4

import structlog

from sync_server.archive import archive, retention, seal_job
from sync_server.blobs import uploads
from sync_server.database.transactions import Damaged, ReadOnly, Transaction
from sync_server.identity import audit_retention
from sync_server.messages import outbox
from sync_server.records import organisation
from sync_server.runtime import integrity, jobs
from sync_server.runtime.context import ApplicationContext, Clock
from sync_server.runtime.jobs import Job
from sync_server.schedule import sample
from sync_server.schedule.escalation import escalate
from sync_server.schedule.reminders import remind_and_close
from sync_server.schedule.retirement import retire

log = structlog.get_logger(__name__)

Handler = Callable[[ApplicationContext, Job, datetime], object]

HANDLERS: Mapping[str, Handler] = {
    archive.SEAL: lambda context, job, now: seal_job.seal_archived(
        context, job.body["archive"], now
    ),
    retention.DISPOSE: retention.remove_files,
    sample.SAMPLE: sample.take,
}
"""What does each kind of job."""

EVERY = 60.0
"""Seconds between two looks at the clocks of all tickets."""

SOON = 1.0
"""Seconds between two looks at the jobs, which are asked for and wait for nothing but a worker."""


def run_due(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Everything that is due by `now` (zoned): how many of what. Twice at once it is done once."""
    organisation.say_hours(context, now)
    sample.ask(context, now)
    tally = remind_and_close(context, now) + escalate(context, now) + run_jobs(context, now)
    tally += retire(context, now) + integrity.look_on(context, now)
    tally += audit_retention.let_go(context, now)
    return tally + outbox.send_mail(context, now) + forget_uploads(context, now)


def run_jobs(context: ApplicationContext, now: datetime, worker: str | None = None) -> Counter[str]:
    """Every job due by `now`, one after the other; one that fails is tried again later."""
    name = worker or f"worker-{uuid4().hex[:8]}"
    tally: Counter[str] = Counter()
    clock = context.clock_from(now)
    while (job := _next(context, name, now, clock)) is not None:
        outcome = "done" if _run(context, job, now, clock) else "failed"
        tally[f"{job.kind}_{outcome}"] += 1
    return tally


def forget_uploads(context: ApplicationContext, now: datetime) -> Counter[str]:
    """Give up uploads that nobody continued, and bytes that no upload owns."""
    expired = context.database.write(lambda tx: _forget_expired(tx, now))
    # First the bytes, then the rows: an upload that begins meanwhile has a row before any byte.
    held = list(context.blobs.uploads())
    with context.database.reading() as tx:
        known = uploads.under_way(tx)
    for upload in held:
        if upload not in known:
            context.blobs.drop(upload)
    return Counter({"uploads_forgotten": expired}) if expired else Counter()


class Worker:
    """The thread that looks at the clocks while the office is open."""

    def __init__(
        self, context: ApplicationContext, every: float = EVERY, soon: float = SOON
    ) -> None:
        self._office = context
        self._every, self._soon = every, soon
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="folio-clocks", daemon=True)

    def start(self) -> None:
        """Begin."""
        try:
            integrity.opened(self._office, self._office.now())
        except (Damaged, ReadOnly) as fault:
            # Readiness says so; what can still be done is done.
            log.error("nothing can be noted", fault=str(fault))
        self._thread.start()

    def stop(self) -> None:
        """Finish what was begun, and no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
            try:
                integrity.closed(self._office)
            except (Damaged, ReadOnly) as fault:
                log.error("nothing can be noted", fault=str(fault))

    def _work(self) -> None:
        beats = 0
        while not self._stop.wait(self._soon):
            beats += 1
            whole = beats * self._soon >= self._every
            beats = 0 if whole else beats
            self._look(run_due if whole else run_jobs)

    def _look(self, look: Callable[[ApplicationContext, datetime], Counter[str]]) -> None:
        try:
            tally = look(self._office, self._office.now())
        except Exception as fault:
            # A fault of today must not keep tomorrow's reminders from going out.
            log.error("the clocks stumbled", exc_info=fault)
            return
        if tally:
            log.info("what was due", **tally)


def _next(context: ApplicationContext, worker: str, due_by: datetime, clock: Clock) -> Job | None:
    with context.database.reading() as tx:
        if not jobs.JOBS.is_due(tx, due_by):
            return None
    return context.database.write(lambda tx: jobs.lease(tx, worker, due_by, clock()))


def _run(context: ApplicationContext, job: Job, now: datetime, clock: Clock) -> bool:
    try:
        HANDLERS[job.kind](context, job, now)
    except Exception as fault:
        why = f"{type(fault).__name__}: {fault}"
        log.warning("a job failed", kind=job.kind, **job.lease._asdict(), why=why[:300])
        context.database.write(lambda tx: jobs.failed(tx, job, why, clock()))
        return False
    return context.database.write(lambda tx: jobs.done(tx, job, clock()))


def _forget_expired(tx: Transaction, now: datetime) -> int:
    ids = uploads.expired(tx, now)
    for id in ids:
        uploads.forget(tx, id)
    return len(ids)
