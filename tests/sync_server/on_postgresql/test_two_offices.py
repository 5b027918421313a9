"""Several processes on one PostgreSQL: nothing is taken twice, nothing is skipped."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.conftest import Enrol, enrol, tablet
from tests.sync_server.postbox import postbox
from tests.sync_server.test_database import test_who_cannot_be_told_of_a_commit_undoes_nothing
from tests.sync_server.test_leases import (
    handlers,
    mailing,
    test_processes_that_work_at_once_do_each_thing_once,
)
from tests.sync_server.test_migrations import differences

pytestmark = pytest.mark.postgres

__all__ = [
    "enrol",
    "handlers",
    "mailing",
    "postbox",
    "tablet",
    "test_processes_that_work_at_once_do_each_thing_once",
    "test_who_cannot_be_told_of_a_commit_undoes_nothing",
]


@pytest.fixture
def second(office: RunningOffice, tmp_path: Path) -> Iterator[RunningOffice]:
    """Another process on the same records."""
    records = office.settings.database_url
    second = RunningOffice(tmp_path / "second", database_url=records).start()
    yield second
    second.stop()


def test_the_same_push_at_both_doors_is_taken_once(
    office: RunningOffice, second: RunningOffice, tablet: RawTablet
):
    id = office.ticket()
    ops = [tablet.appends(id, "notes", text=str(i)) for i in range(10)]
    message = {"device_id": tablet.device_id, "ops": ops}
    headers = {"Authorization": f"Bearer {tablet.token}"}

    def push(url: str) -> list[object]:
        answer = tablet.http.post(f"{url}/api/v1/sync/push", json=message, headers=headers)
        assert answer.status_code == 200, answer.text
        results: list[object] = answer.json()["results"]
        return results

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(push, [office.url, second.url] * 8))
    assert all(answer == answers[0] for answer in answers)
    assert len(office.entries(id, "notes")) == 10
    office.history(id)


def test_no_change_is_skipped_while_eight_write_and_one_reads(
    office: RunningOffice, second: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    ids = [office.ticket() for _ in range(6)]
    writers = [enrol() for _ in range(8)]
    for writer in writers[::2]:
        writer.http.base_url = second.url
    tablet.pull()

    def write(writer: RawTablet) -> None:
        for turn in range(12):
            writer.push(*[writer.appends(id, "notes", text=f"{turn}") for id in ids[turn % 3 :: 3]])

    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(write, writer) for writer in writers]
        while not all(job.done() for job in work):
            tablet.pull(limit=3)
        for job in work:
            job.result()
    tablet.pull()
    assert sum(len(office.entries(id, "notes")) for id in ids) == 8 * 12 * 2
    for id in ids:
        held = tablet.ticket(id)
        assert held is not None
        assert tuple(held["entries"]["notes"]) == office.entries(id, "notes")
        office.history(id)


def test_migrations_make_what_the_schema_says(office: RunningOffice):
    assert differences(office.context.database.engine) == []
