"""Rounds against a real office that are killed, cut, repeated, forked: nothing lost or doubled."""

import shutil

import pytest

from shared.ticket.ticket import State
from tests.pictures import photo
from tests.tablet import Killed, RunningTablet, finish_work, sign

STEPS = (
    "hello", "actions", "batch marked", "batch leaves", "push", "results", "pull", "page", "check",
    "upload signature", "upload report", "upload thumbnail", "upload photo", "received", "purge",
)  # fmt: skip


def settled(office, tablet, id: str) -> None:
    assert tablet.queue.waiting == 0
    assert tablet.ticket(id).record == office.record(id).record
    numbers = [(row.device, row.n) for row in office.history(id) if row.n]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("step", STEPS)
def test_a_tablet_killed_after_any_step_of_a_round_runs_it_again(office, tablet, step):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.kill_after(step)
    with pytest.raises(Killed):
        tablet.sync()
    tablet.restart()
    tablet.sync()
    assert office.fields(id)["state"] == State.CLOSED
    settled(office, tablet, id)
    assert len(office.entries(id, "actions")) == 1


@pytest.mark.parametrize("path", ["hello", "push", "pull", "blobs"])
def test_answers_lost_after_the_office_committed_are_asked_for_again(office, tablet, path):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.finalise(id)
    lost: list[str] = []

    def lose_each_once(request) -> bool:
        key = f"{request.method} {request.url.path} {request.headers.get('Upload-Offset')}"
        if path not in key:
            return False
        lost.append(key)
        return lost.count(key) == 1

    tablet.line.lose = lose_each_once
    tablet.sync()
    assert lost
    assert office.fields(id)["state"] == State.CLOSED
    settled(office, tablet, id)


def test_the_same_batch_pushed_twice_is_applied_once(office, tablet):
    id = office.ticket()
    tablet.sync()
    tablet.session.append(id, "notes", text="una sola vez")
    tablet.kill_after("push")
    for _ in range(3):
        with pytest.raises(Killed):
            tablet.sync()
    tablet.restart().sync()
    assert [note["text"] for note in office.entries(id, "notes")] == ["una sola vez"]
    settled(office, tablet, id)


def test_a_cloned_tablet_becomes_another_one_and_neither_loses_anything(office, tablet, tmp_path):
    id = office.ticket()
    tablet.sync()
    tablet.close()
    shutil.copytree(tablet.folder, tmp_path / "clone")
    tablet.restart()
    clone = RunningTablet(office, tmp_path / "clone")
    clone.session.unlock("2580")
    tablet.session.append(id, "notes", text="de la primera")
    clone.session.append(id, "notes", text="de la copia")
    clone.session.keep_photo(id, "before", photo(3))
    tablet.sync()
    clone.sync()
    tablet.sync()
    assert {n["text"] for n in office.entries(id, "notes")} == {"de la primera", "de la copia"}
    assert clone.session.identity != tablet.session.identity
    settled(office, tablet, id)
    settled(office, clone, id)
    clone.close()


def test_a_tablet_put_back_to_yesterday_goes_on_without_losing_today(office, tablet, tmp_path):
    id = office.ticket()
    tablet.sync()
    tablet.close()
    shutil.copytree(tablet.folder, tmp_path / "yesterday")
    tablet.restart()
    tablet.session.append(id, "notes", text="hoy")
    tablet.sync()
    yesterday = RunningTablet(office, tmp_path / "yesterday")
    yesterday.session.unlock("2580")
    yesterday.session.append(id, "notes", text="desde ayer")
    yesterday.sync()
    assert [n["text"] for n in office.entries(id, "notes")] == ["hoy", "desde ayer"]
    settled(office, yesterday, id)
    yesterday.close()


@pytest.mark.slow
def test_a_month_offline_goes_up_in_batches(office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    for number in range(450):
        tablet.session.append(id, "notes", text=f"nota {number}")
    for number in range(12):
        tablet.session.keep_photo(id, "before", photo(number, (320, 240)))
    office.start()
    tablet.line.sent.clear()
    tablet.sync()
    assert len(office.entries(id, "notes")) == 450
    assert tablet.line.sent.count("POST /api/v1/sync/push") == 3
    settled(office, tablet, id)
