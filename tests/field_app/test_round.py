"""A round: whatever is cut, killed, repeated or restored, nothing is lost and nothing doubled."""

import copy
import gzip
import json
import shutil

import pytest

from field_app.app.tablet import Tablet
from field_app.store import base, evidence
from field_app.store.queue_counts import queue_of
from field_app.sync.round import Moved, WipeAsked
from field_app.sync.troubles import BrokenAnswer, NoSignal, SignedOut, Unsettled, UpdateNeeded
from tests.field_app.cast import TICKET, photo
from tests.field_app.conftest import OpenTablet, enrol
from tests.field_app.small_office import SCOPES, SmallOffice, problem, reply


class Killed(BaseException):
    """The process is gone."""


def work(tablet: Tablet) -> None:
    session = tablet.session
    session.arrive(TICKET)
    session.append(TICKET, "contacts", how="in_person", **{"with": "Lic. Ibáñez"})
    session.set_field(TICKET, diagnosis="El fusor no calienta: agotado.")
    session.keep_photo(TICKET, "before", photo("navy"), caption="Antes")
    session.append(TICKET, "actions", text="Cambio de fusor")


def run(tablet: Tablet) -> Moved:
    round = tablet.network.round(tablet.session)
    assert round is not None
    return round.run()


def device_id(tablet: Tablet) -> str:
    me = tablet.session.identity
    assert me is not None
    return me.device_id


def settled(tablet: Tablet, office: SmallOffice) -> None:
    """The oracle: nothing waits, both sides hold the same, and each thing is there once."""
    session = tablet.session
    assert queue_of(session.database).waiting == 0
    record = office.tickets[TICKET].record
    assert session.ticket(TICKET).ticket.record == record
    assert len(record.entries["actions"]) == len(record.entries["contacts"]) == 1
    assert record.fields["diagnosis"] == "El fusor no calienta: agotado."
    for entry in record.entries["evidence"]:
        assert {entry["sha256"], entry["thumbnail"]} <= set(office.blobs)
    for scope in base.cursors(session.database):
        assert base.digest(session.database, scope) == office._digest(scope)


def test_a_round_brings_both_sides_to_the_same(tablet, small_office):
    work(tablet)
    run(tablet)
    settled(tablet, small_office)


def test_words_go_before_photos_and_thumbnails_before_them(tablet, small_office):
    small_office.requests.clear()
    work(tablet)
    run(tablet)
    pushed = small_office.requests.index("POST /api/v1/sync/push")
    assert pushed < small_office.requests.index("POST /api/v1/blobs/")
    sizes = [len(small_office.blobs[name]) for name in small_office.uploaded]
    assert sizes == sorted(sizes)


STEPS = (
    "hello", "actions", "batch marked", "batch leaves", "push", "results", "pull", "page", "check",
    "upload thumbnail", "received", "upload photo", "confirmed", "purge",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_round_killed_after_any_step_repeats_harmlessly(opened, small_office, step):
    tablet = opened()
    enrol(tablet)
    run(tablet)
    work(tablet)

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    tablet.network.step = kill
    with pytest.raises(Killed):
        run(tablet)
    tablet.close()
    again = opened()
    run(again)
    settled(again, small_office)
    assert len(small_office.log) == len(small_office.seats["device-1"].ops)


def test_an_answer_lost_after_the_office_acted_is_asked_for_again(tablet, small_office):
    work(tablet)
    lost: list[str] = []

    def cut_each_once(request) -> bool:
        key = f"{request.method} {request.url.path}"
        lost.append(key)
        return lost.count(key) == 1

    small_office.cut = cut_each_once
    run(tablet)
    settled(tablet, small_office)
    assert small_office.replayed


def test_an_answer_that_is_lost_every_time_ends_the_round_and_loses_nothing(tablet, small_office):
    work(tablet)
    small_office.cut = lambda request: request.url.path.endswith("push")
    with pytest.raises(BrokenAnswer):
        run(tablet)
    small_office.cut = lambda request: False
    run(tablet)
    settled(tablet, small_office)


def test_without_a_signal_the_work_waits(tablet, small_office):
    work(tablet)
    small_office.down = True
    with pytest.raises(NoSignal):
        run(tablet)
    small_office.down = False
    run(tablet)
    settled(tablet, small_office)


def test_batches_halve_until_the_office_takes_them(tablet, small_office):
    for i in range(40):
        tablet.session.append(TICKET, "notes", text=f"nota {i}")

    def too_large(request):
        if not request.url.path.endswith("push"):
            return None
        body = request.content
        body = gzip.decompress(body) if "Content-Encoding" in request.headers else body
        return problem(413, "too-much") if len(json.loads(body)["ops"]) > 6 else None

    small_office.answer = too_large
    run(tablet)
    assert len(small_office.tickets[TICKET].record.entries["notes"]) == 40


def test_a_cloned_database_takes_a_new_identity_and_both_tablets_lose_nothing(
    opened: OpenTablet, small_office, tmp_path
):
    first = opened("one")
    enrol(first)
    run(first)
    first.close()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    one, two = opened("one", seed=50), opened("two", seed=90)
    for tablet in (one, two):
        tablet.session.unlock("2580")
    one.session.append(TICKET, "notes", text="desde la primera")
    two.session.append(TICKET, "notes", text="desde la segunda")
    two.session.append(TICKET, "notes", text="otra de la segunda")
    run(one)
    run(two)
    run(one)
    ids = {device_id(tablet) for tablet in (one, two)}
    assert len(ids) == 2
    texts = {note["text"] for note in small_office.tickets[TICKET].record.entries["notes"]}
    assert texts == {"desde la primera", "desde la segunda", "otra de la segunda"}
    assert one.session.ticket(TICKET).ticket.record == two.session.ticket(TICKET).ticket.record


def test_a_database_put_back_to_an_earlier_day_takes_a_new_identity(
    opened: OpenTablet, small_office, tmp_path
):
    tablet = opened()
    enrol(tablet)
    run(tablet)
    tablet.close()
    shutil.copytree(tmp_path / "tablet", tmp_path / "earlier")
    tablet = opened()
    tablet.session.unlock("2580")
    tablet.session.append(TICKET, "notes", text="antes de restaurar")
    run(tablet)
    restored = opened("earlier", seed=77)
    restored.session.unlock("2580")
    restored.session.append(TICKET, "notes", text="después de restaurar")
    run(restored)
    notes = small_office.tickets[TICKET].record.entries["notes"]
    assert [note["text"] for note in notes] == ["antes de restaurar", "después de restaurar"]
    assert queue_of(restored.session.database).waiting == 0


@pytest.mark.parametrize("step", ["token of the new identity", "reidentify"])
def test_a_tablet_killed_while_it_changes_identity_goes_on(opened, small_office, step):
    tablet = opened()
    enrol(tablet)
    run(tablet)
    work(tablet)
    small_office.seats["device-1"].forked = True

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    tablet.network.step = kill
    with pytest.raises(Killed):
        run(tablet)
    tablet.close()
    again = opened()
    run(again)
    settled(again, small_office)


def test_an_office_restored_from_an_older_backup_gets_everything_again(tablet, small_office):
    small_office.durable = False
    tablet.session.append(TICKET, "contacts", how="phone", **{"with": "Ibáñez"})
    run(tablet)
    backup = copy.deepcopy(
        (small_office.tickets, small_office.seats, small_office.log, small_office.feed)
    )
    tablet.session.set_field(TICKET, diagnosis="El fusor no calienta: agotado.")
    tablet.session.append(TICKET, "actions", text="Cambio de fusor")
    tablet.session.keep_photo(TICKET, "before", photo())
    run(tablet)
    small_office.tickets, small_office.seats, small_office.log, small_office.feed = backup
    small_office.epoch = "epoch-2"
    small_office.blobs.clear()
    run(tablet)
    settled(tablet, small_office)
    run(tablet)
    settled(tablet, small_office)


def test_sides_that_differ_are_read_anew_and_the_outbox_is_not_touched(tablet, small_office):
    with tablet.session.database.transaction() as db:
        db.execute("DELETE FROM membership WHERE record = 'asset'")
        db.execute("DELETE FROM base WHERE record = 'asset'")
    work(tablet)
    run(tablet)
    settled(tablet, small_office)
    assert tablet.session.ticket(TICKET).asset.serial == "DEMO-KY4054-0117"


def test_sides_that_differ_even_then_are_reported_not_forgotten(tablet, small_office):
    small_office.lie_about_digests = 9
    with pytest.raises(Unsettled):
        run(tablet)


def test_an_app_too_old_to_read_still_hands_in_its_work(tablet, small_office):
    work(tablet)
    small_office.answer = lambda request: (
        problem(426, "schema") if request.url.path.endswith("pull") else None
    )
    with pytest.raises(UpdateNeeded):
        run(tablet)
    assert queue_of(tablet.session.database).waiting == 0


def test_a_token_that_ends_in_mid_push_leaves_the_queue_as_it_is(tablet, small_office):
    work(tablet)
    before = queue_of(tablet.session.database)
    small_office.answer = lambda request: (
        problem(401, "not-signed-in") if request.url.path.endswith("push") else None
    )
    with pytest.raises(SignedOut):
        run(tablet)
    assert queue_of(tablet.session.database) == before


def test_a_damaged_photo_does_not_hold_up_the_next_one(tablet, small_office):
    tablet.session.keep_photo(TICKET, "before", photo("navy"))
    tablet.session.keep_photo(TICKET, "after", photo("olive"))
    first = evidence.unsent(tablet.session.database)[-1]
    path = tablet.session.database.folder / "evidence" / first.sha256[:2] / first.sha256
    path.write_bytes(b"broken")
    moved = run(tablet)
    assert moved.skipped == []
    assert len(small_office.blobs) == 3
    run(tablet)
    assert queue_of(tablet.session.database).waiting == 0
    assert (
        small_office.tickets[TICKET].record.fields["bytes_lost"][first.sha256]["reason"]
        == "damaged"
    )


def test_a_round_killed_when_it_found_a_photo_lost_tells_of_it_once(tablet, opened, small_office):
    tablet.session.keep_photo(TICKET, "after", photo("olive"))
    for path in (tablet.session.database.folder / "evidence").glob("*/*"):
        path.unlink()

    def kill(name: str) -> None:
        if name == "lost":
            raise Killed

    tablet.network.step = kill
    for _ in range(2):
        with pytest.raises(Killed):
            run(tablet)
    tablet.close()
    again = opened()
    for _ in range(2):
        run(again)
    assert queue_of(again.session.database).waiting == 0
    told = again.session.database.rows("SELECT body FROM outbox WHERE kind = 'command'")
    assert len(told) == 1, "of the photo; its thumbnail is nobody's evidence"
    assert list(small_office.tickets[TICKET].record.fields["bytes_lost"]) == [
        entry["sha256"] for entry in small_office.tickets[TICKET].record.entries["evidence"]
    ]


def test_a_retired_tablet_is_told_so(tablet, small_office):
    small_office.answer = lambda request: None
    original = small_office._hello
    small_office._hello = lambda message, seat: _with_wipe(original(message, seat))
    with pytest.raises(WipeAsked):
        run(tablet)


def _with_wipe(response):
    body = json.loads(gzip.decompress(b"".join(response.stream)))
    return reply(200, **{**body, "actions": [{"do": "wipe"}]})


def test_five_edits_of_one_field_offline_are_no_conflict_with_oneself(tablet, small_office):
    for word in ("uno", "dos", "tres", "cuatro", "cinco"):
        tablet.session.set_field(TICKET, solution=word)
    run(tablet)
    assert small_office.tickets[TICKET].record.fields["solution"] == "cinco"
    assert tablet.session.ticket(TICKET).conflicts == ()


def test_a_pull_killed_halfway_goes_on_where_it_stopped(opened, small_office):
    for i in range(1200):
        small_office.assign(f"t-{i:05}", folio=f"SEI-2026-{i:06}")
    tablet = opened()
    enrol(tablet)
    pages: list[str] = []

    def kill(name: str) -> None:
        pages.append(name)
        if pages.count("page") == 2:
            raise Killed

    tablet.network.step = kill
    with pytest.raises(Killed):
        run(tablet)
    tablet.close()
    again = opened()
    run(again)
    assert again.session.counts()["all"] == 1201
    assert queue_of(again.session.database).operations == 0


def test_files_are_kept_until_the_backup_of_the_office_has_them(tablet, small_office):
    small_office.durable = False
    tablet.session.keep_photo(TICKET, "before", photo())
    run(tablet)
    database = tablet.session.database
    assert len(evidence.unconfirmed(database, 9)) == 2
    small_office.durable = True
    run(tablet)
    assert evidence.unsafe(database) == []


def test_a_file_that_the_office_lost_goes_up_again(tablet, small_office):
    small_office.durable = False
    tablet.session.keep_photo(TICKET, "before", photo())
    run(tablet)
    lost = dict(small_office.blobs)
    small_office.blobs.clear()
    run(tablet)
    run(tablet)
    assert small_office.blobs == lost


@pytest.fixture
def met(tablet, small_office):
    """A tablet in step with its office, which greets with digests; its next round's requests."""
    run(tablet)
    small_office.requests.clear()
    return small_office.requests


HELLO, PULL = "POST /api/v1/sync/hello", "POST /api/v1/sync/pull"


def test_a_round_in_which_nothing_changed_is_one_request(tablet, met):
    run(tablet)
    assert met == [HELLO]


def test_what_changed_in_the_office_is_pulled(tablet, small_office, met):
    small_office.office_sets(TICKET, priority="low")
    run(tablet)
    assert met == [HELLO, PULL]
    assert tablet.session.ticket(TICKET).ticket.record.fields["priority"] == "low"


def test_what_was_pushed_comes_back(tablet, small_office, met):
    tablet.session.set_field(TICKET, diagnosis="El fusor no calienta: agotado.")
    run(tablet)
    assert met == [HELLO, "POST /api/v1/sync/push", PULL]
    assert base.digest(tablet.session.database, SCOPES[0]) == small_office._digest(SCOPES[0])


def test_a_greeting_that_says_otherwise_than_we_reckon_leads_to_a_pull(tablet, small_office, met):
    small_office.lie_about_digests = 1
    run(tablet)
    assert met == [HELLO, PULL]


def test_a_tablet_too_old_to_read_learns_of_it_though_nothing_changed(tablet, small_office, met):
    small_office.minimum_pull_schema = 2
    run(tablet)
    assert met == [HELLO, PULL]


def test_what_is_to_be_read_anew_is_pulled_whatever_the_greeting_says(tablet, met):
    round = tablet.network.round(tablet.session)
    round.step = lambda name: base.resync(round.database, SCOPES[0]) if name == "actions" else None
    round.run()
    assert met == [HELLO, PULL]
