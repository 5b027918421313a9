"""Jobs and mail: one worker at a time, later and later after each failure, given up at last."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Row, select

from sync_server.assembly import assemble
from sync_server.database.tables import job, outbox
from sync_server.messages import notices
from sync_server.messages.outbox import MAILS, send_mail
from sync_server.runtime import jobs
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.jobs import JOBS
from sync_server.runtime.leases import Retries
from sync_server.schedule import worker
from tests.office import RunningOffice
from tests.sync_server.postbox import Postbox, postbox

__all__ = ["postbox"]

TICK = timedelta(microseconds=1)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, worker.Handler]:
    """What the workers do with a job of each kind."""
    found: dict[str, worker.Handler] = {}
    monkeypatch.setattr(worker, "HANDLERS", found)
    return found


def at(context: ApplicationContext, then: datetime) -> ApplicationContext:
    """The same office, its clock stopped at that moment."""
    return replace(context, clock=lambda: then)


@pytest.fixture
def still(office: RunningOffice) -> ApplicationContext:
    """The office, its clock stopped at an hour from now: nobody else looks for jobs of then."""
    return at(office.context, office.clock() + timedelta(hours=1))


@pytest.fixture
def mailing(office: RunningOffice, postbox: Postbox) -> RunningOffice:
    """An office with a mail server."""
    office.stop()
    return office.start(smtp=postbox.url, mail_from="folio@example.com")


def asked(context: ApplicationContext, key: str = "test/1") -> None:
    context.database.write(lambda tx: jobs.ask(tx, context, "test", key, {}, context.now()))


def the_job(office: RunningOffice) -> Row[Any]:
    return office.ask(lambda tx: tx.execute(select(job)).one())


def told(office: RunningOffice, *to: str) -> None:
    record = office.record(office.ticket()).record
    recipients = [(address, "es") for address in to]
    office.do(
        lambda tx: notices.tell(
            tx, office.context, "closed", "closed/1", record, recipients, office.clock()
        )
    )


def the_mail(office: RunningOffice) -> Row[Any]:
    return office.ask(lambda tx: tx.execute(select(outbox).where(outbox.c.way == "mail")).one())


# How long is waited


@given(
    first=st.timedeltas(timedelta(seconds=1), timedelta(days=1)),
    longest=st.timedeltas(timedelta(days=1), timedelta(days=3650)),
    tries=st.integers(1, 10_000),
)
def test_each_wait_is_twice_the_one_before_up_to_the_longest(
    first: timedelta, longest: timedelta, tries: int
):
    retries = Retries(first, longest)
    assert retries.wait(1) == first
    assert retries.wait(tries) <= longest
    assert retries.wait(tries + 1) == min(retries.wait(tries) * 2, longest)


def test_a_job_is_tried_after_twenty_seconds_and_in_the_end_every_hour_for_ever():
    waits = [JOBS.retries.wait(tries) for tries in range(1, 12)]
    assert [wait.total_seconds() for wait in waits[:8]] == [20, 40, 80, 160, 320, 640, 1280, 2560]
    assert set(waits[8:]) == {timedelta(hours=1)}
    assert not JOBS.retries.ends_with(1_000_000)


def test_a_mail_is_tried_sixteen_times_within_fifty_hours():
    waits = [MAILS.retries.wait(tries) / timedelta(minutes=1) for tries in range(1, 16)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256] + [360] * 7
    assert sum(waits) == 50.5 * 60
    assert not MAILS.retries.ends_with(15)
    assert MAILS.retries.ends_with(16)


# What fails


def test_a_job_that_fails_is_tried_again_when_its_wait_is_over_and_never_lost(
    office: RunningOffice, still: ApplicationContext, handlers: dict[str, worker.Handler]
):
    tries: list[datetime] = []

    def stumbles(context: ApplicationContext, job: jobs.Job, now: datetime) -> None:
        tries.append(now)
        if len(tries) < 3:
            raise RuntimeError("not today")

    handlers["test"] = stumbles
    asked(still)
    start = still.now()
    looks = [0, 20, 60]
    for seconds in looks:
        due = start + timedelta(seconds=seconds)
        assert not worker.run_jobs(at(still, due - TICK), due - TICK)
        assert worker.run_jobs(at(still, due), due).total() == 1
    assert tries == [start + timedelta(seconds=seconds) for seconds in looks]
    assert the_job(office).done_at == tries[-1]
    asked(still)
    assert the_job(office).tries == 3, "what was done once is not asked for again"


def test_a_mail_that_is_turned_away_waits_and_is_given_up_after_the_sixteenth_try(
    mailing: RunningOffice, postbox: Postbox
):
    told(mailing, "ana@example.com")
    postbox.refusals = 16
    for tries in range(16):
        assert (the_mail(mailing).tries, the_mail(mailing).dead_at) == (tries, None)
        due = the_mail(mailing).due_at
        assert not send_mail(at(mailing.context, due - TICK), due - TICK)
        assert send_mail(at(mailing.context, due), due) == {"mail_failed": 1}
    assert the_mail(mailing).dead_at == due
    assert "451" in the_mail(mailing).failure
    assert not send_mail(mailing.context, due + timedelta(days=9))
    assert postbox.mails == []


# Who has it


def test_what_a_worker_has_is_free_again_when_its_lease_ends_and_not_before(
    office: RunningOffice, still: ApplicationContext, handlers: dict[str, worker.Handler]
):
    end = still.now() + JOBS.length
    beside: list[Counter[str]] = []

    def outlives_its_lease(context: ApplicationContext, job: jobs.Job, now: datetime) -> None:
        if now < end - TICK:
            beside.append(worker.run_jobs(at(still, end - TICK), end - TICK))
            beside.append(worker.run_jobs(at(still, end), end))

    handlers["test"] = outlives_its_lease
    asked(still)
    assert worker.run_jobs(still, still.now()) == {"test_failed": 1}, "it had lost its lease"
    assert beside == [{}, {"test_done": 1}]
    assert (the_job(office).done_at, the_job(office).tries) == (end, 2)


def test_who_lost_the_lease_of_a_mail_cannot_change_it_any_more(mailing: RunningOffice):
    told(mailing, "ana@example.com")
    now = mailing.clock()
    lost = mailing.do(lambda tx: MAILS.lease(tx, now, now))
    end = now + MAILS.length
    assert mailing.do(lambda tx: MAILS.lease(tx, end - TICK, end - TICK)) is None
    assert send_mail(mailing.context, end) == {"mailed": 1}
    sent = the_mail(mailing)
    assert lost is not None
    assert not mailing.do(lambda tx: MAILS.failed(tx, lost[0], "too late", end))
    assert not mailing.do(lambda tx: MAILS.settle(tx, lost[0], sent_at=end))
    assert the_mail(mailing) == sent


def test_a_lease_counts_from_when_the_job_begins_and_not_from_when_the_worker_began(
    office: RunningOffice, handlers: dict[str, worker.Handler]
):
    begun: list[str] = []
    beside: list[Counter[str]] = []

    def slow_at_first(context: ApplicationContext, job: jobs.Job, now: datetime) -> None:
        begun.append(job.lease.id)
        if len(begun) == 1:
            office.clock.forward(minutes=3)
        else:
            beside.append(worker.run_jobs(office.context, office.clock(), "beside"))

    handlers["test"] = slow_at_first
    asked(office.context, "test/1")
    asked(office.context, "test/2")
    assert worker.run_jobs(office.context, office.clock()) == {"test_done": 2}
    assert (len(begun), beside) == (2, [{}])


def test_processes_that_work_at_once_do_each_thing_once(
    mailing: RunningOffice, postbox: Postbox, handlers: dict[str, worker.Handler]
):
    done: Counter[str] = Counter()
    handlers["test"] = lambda context, job, now: done.update([job.lease.id])
    now = mailing.clock() + timedelta(hours=1)
    for number in range(30):
        asked(at(mailing.context, now), f"test/{number}")
    told(mailing, *(f"{number}@example.com" for number in range(30)))
    others = [assemble(mailing.settings, lambda: now) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        tallies = list(pool.map(lambda other: worker.run_jobs(other, now), others * 2))
        tallies += pool.map(lambda other: send_mail(other, now), others * 2)
    for other in others:
        other.close()
    assert sum(tallies, Counter()) == {"test_done": 30, "mailed": 30}
    assert len(done) == done.total() == 30
    assert len({mail["To"] for mail in postbox.mails}) == len(postbox.mails) == 30
