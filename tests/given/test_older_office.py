"""A tablet of today works with an office of 0.1.0: with one that runs, and with what one answered.

The one that runs is started from this repository's history. A clone without that commit has its
recorded answers alone.
"""

import json

import pytest

from tests.given.folders import ADDRESS, the_day
from tests.given.release import is_in_history, started, tree
from tests.given.traffic import RecordedOffice, recorded
from tests.office import Clock
from tests.tablet import PIN, RunningTablet, finish_work, sign


class Older:
    """An office of 0.1.0 as a tablet needs it: where it is, a code, and the time of day."""

    def __init__(self, clock, url, code, ticket):
        self.clock, self.url, self.code, self.ticket = clock, url, code, ticket

    def line(self):
        """What the tablet's requests go over; None is the network."""
        return

    def told(self):
        """The ticket, as the office has it."""
        return


class Recorded(Older):
    """Out of its answers."""

    def __init__(self):
        super().__init__(the_day(), ADDRESS, "any", recorded()["ticket"])

    def line(self):
        return RecordedOffice()


class Running(Older):
    """In a process of its own, on the tree of the release."""

    def __init__(self, place, data):
        self.process = started(place, "office", str(data))
        where = json.loads(self._said())
        super().__init__(Clock(), where["url"], where["code"], where["ticket"])

    def told(self):
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self._said())

    def stop(self):
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def _said(self):
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.wait(timeout=60)
        return line


@pytest.fixture(scope="module")
def release():
    """The tree of 0.1.0."""
    with tree() as place:
        yield place


@pytest.fixture(params=["running", "recorded"] if is_in_history() else ["recorded"])
def older(request, tmp_path):
    if request.param == "recorded":
        yield Recorded()
        return
    office = Running(request.getfixturevalue("release"), tmp_path / "older")
    yield office
    office.stop()


@pytest.fixture
def tablet(older, tmp_path):
    tablet = RunningTablet(older, tmp_path / "tablet")
    tablet.line._real = older.line() or tablet.line._real
    tablet.session.enrol(older.url, older.code)
    tablet.session.set_pin(PIN)
    tablet.sync()
    yield tablet
    tablet.close()


def test_a_whole_visit_is_handed_in_and_closed(older, tablet):
    assert tablet.ticket(older.ticket).state == "assigned"
    finish_work(tablet.session, older.ticket)
    sign(tablet.session, older.ticket)
    assert tablet.session.finalise(older.ticket) == []
    assert tablet.queue.waiting > 0
    tablet.sync()
    assert tablet.queue.waiting == 0
    tablet.session.create_ticket(channel="phone", description="Otro equipo sin red")
    tablet.sync()
    assert tablet.queue.waiting == 0
    assert tablet.ticket(older.ticket).state == "closed"
    told = older.told()
    assert told is None or told["fields"]["state"] == "closed"


def test_the_tablet_is_opened_again_with_all_of_it(older, tablet):
    tablet.session.append(older.ticket, "notes", text="Sin señal en el sótano")
    tablet.restart()
    assert tablet.queue.waiting == 1
    assert "Sin señal" in str(tablet.ticket(older.ticket).record.entries["notes"])


@pytest.mark.skipif(not is_in_history(), reason="this clone has no commit of 0.1.0")
@pytest.mark.parametrize("older", ["running"], indirect=True)
def test_a_file_that_is_lost_is_parked_there_and_holds_up_nothing(older, tablet):
    finish_work(tablet.session, older.ticket)
    [after] = tablet.ticket(older.ticket).photos("after")
    folder = tablet.session.database.folder / "evidence"
    (folder / after.sha256[:2] / after.sha256).unlink()
    for _ in range(2):
        tablet.sync()
    assert tablet.queue.waiting == 0
    outcomes = tablet.session.database.rows(
        "SELECT outcome FROM outbox WHERE kind = 'command' AND body LIKE '%bytes_lost%'"
    )
    assert [row["outcome"] for row in outcomes] == ["parked"]
    told = older.told()
    photos = [entry["sha256"] for entry in told["entries"]["evidence"]]
    assert after.sha256 in photos, "the entry stays"
    assert told["fields"]["solution"]
