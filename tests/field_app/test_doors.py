"""Who comes in, who stays out, and that nobody leaves with work unsent."""

import stat

import pytest

from field_app.app.tablet import open_tablet
from field_app.device.device import AlreadyRunning
from field_app.session.onboarding import SignOutRefused
from field_app.session.pin import PinBlocked, PinWait, WrongPin
from field_app.session.session_state import Locked, Stage
from field_app.session.status import Phase
from field_app.store.database import Database
from field_app.sync.troubles import EnrolmentRefused
from tests.field_app.cast import TICKET, photo
from tests.field_app.visits import phase, run, stage


def test_the_doors_open_one_after_another(opened):
    session = opened().session
    assert stage(session) is Stage.ENROL
    session.enrol("https://office.example", "GOOD-CODE")
    assert stage(session) is Stage.SET_PIN
    session.set_pin("2580")
    assert stage(session) is Stage.OPEN
    session.lock()
    assert stage(session) is Stage.LOCKED


def test_a_wrong_code_leaves_the_tablet_as_it_was(opened):
    session = opened().session
    with pytest.raises(EnrolmentRefused):
        session.enrol("https://office.example", "BAD")
    assert stage(session) is Stage.ENROL


def test_a_restart_asks_for_the_pin(tablet, opened):
    tablet.close()
    again = opened().session
    assert stage(again) is Stage.LOCKED
    with pytest.raises(Locked):
        again.set_field(TICKET, solution="x")
    again.unlock("2580")
    assert stage(again) is Stage.OPEN


def test_wrong_pins_are_counted_across_restarts(tablet, opened, clock):
    session = tablet.session
    session.lock()
    for _ in range(2):
        with pytest.raises(WrongPin):
            session.unlock("0000")
    tablet.close()
    again = opened().session
    with pytest.raises(PinWait):
        again.unlock("2580")
    for _ in range(3):
        clock.forward(minutes=10)
        with pytest.raises((WrongPin, PinBlocked)):
            again.unlock("0000")
    clock.forward(days=1)
    with pytest.raises(PinBlocked):
        again.unlock("2580")


def test_a_blocked_person_enrols_anew_and_finds_their_unsent_work(tablet, small_office):
    session = tablet.session
    session.set_field(TICKET, solution="Se cambió el fusor")
    session.lock()
    session.enrol("https://office.example", "GOOD-CODE")
    assert stage(session) is Stage.SET_PIN
    session.set_pin("1357")
    run(tablet)
    assert small_office.tickets[TICKET].record.fields["solution"] == "Se cambió el fusor"


def test_the_token_is_in_a_file_that_only_its_owner_reads(tablet):
    path = tablet.session.device.folder / "keyring.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "token-1" in path.read_text()
    for other in tablet.session.device.folder.rglob("*"):
        if other.is_file() and other != path:
            assert b"token-1" not in other.read_bytes()


def test_a_second_tablet_on_the_same_folder_is_refused_with_a_sentence(tablet):
    device, settings = tablet.session.device, tablet.session.settings
    with pytest.raises(AlreadyRunning) as refused:
        open_tablet(device, settings)
    assert "--data" in refused.value.sentence("es")


def test_two_people_on_one_tablet_have_queues_apart(tablet, small_office, monkeypatch):
    session = tablet.session
    session.set_field(TICKET, solution="de Luis")
    ana = {"id": "eng-2", "name": "Ana Ríos", "role": "engineer", "email": "ana@example.com"}
    monkeypatch.setattr("tests.field_app.small_office.ENGINEER", ana)
    session.enrol("https://office.example", "GOOD-CODE")
    session.set_pin("1357")
    assert session.user.name == "Ana Ríos"
    assert session.waiting() == []
    session.choose("eng-1")
    session.unlock("2580")
    assert [row.what for row in session.waiting()] == ["process.field.solution"]
    assert [account.user.name for account in session.accounts] == ["Luis Cano", "Ana Ríos"]


def test_leaving_is_refused_while_work_is_unsent_and_says_how_much(tablet):
    session = tablet.session
    session.set_field(TICKET, solution="Se cambió el fusor")
    session.keep_photo(TICKET, "after", photo())
    with pytest.raises(SignOutRefused) as refused:
        session.sign_out()
    assert "falta enviar 2 cambios y 2 archivos" in refused.value.sentence("es")
    assert "Not sent yet: 2 changes and 2 files" in refused.value.sentence("en")
    assert stage(session) is Stage.OPEN


def test_one_unsent_change_is_one(tablet):
    session = tablet.session
    session.set_field(TICKET, solution="Se cambió el fusor")
    with pytest.raises(SignOutRefused) as refused:
        session.sign_out()
    assert "falta enviar 1 cambio y 0 archivos" in refused.value.sentence("es")
    assert "Not sent yet: 1 change and 0 files" in refused.value.sentence("en")


def test_each_wrong_pin_says_how_many_tries_are_left(tablet, clock):
    session = tablet.session
    session.lock()
    for es, en in (
        ("PIN incorrecto. Quedan 4 intentos.", "Wrong PIN. 4 tries are left."),
        ("Quedan 3 intentos; espere 5 s.", "3 tries are left; wait 5 s."),
        ("Quedan 2 intentos; espere 30 s.", "2 tries are left; wait 30 s."),
        ("Queda 1 intento; espere 120 s.", "1 try is left; wait 120 s."),
        ("Demasiados intentos.", "Too many tries."),
    ):
        with pytest.raises((WrongPin, PinBlocked)) as refused:
            session.unlock("0000")
        assert es in refused.value.sentence("es")
        assert en in refused.value.sentence("en")
        clock.forward(minutes=10)


def test_leaving_forgets_what_came_from_the_office(tablet):
    session = tablet.session
    folder = session.database.folder
    session.sign_out()
    assert stage(session) is Stage.ENROL
    assert session.accounts == ()
    assert b"San Gabriel" not in b"".join(p.read_bytes() for p in folder.glob("folio.db*"))
    left = Database(folder)
    for table in ("base", "membership", "ticket", "ticket_words", "ticket_prose"):
        assert left.value(f"SELECT count(*) FROM {table}") == 0
    left.close()


def test_a_session_that_ended_hides_and_deletes_nothing_unsent(tablet, small_office):
    session = tablet.session
    session.set_field(TICKET, solution="Se cambió el fusor")
    small_office.seats["device-1"].token = "another"
    tablet.engine.poke()
    tablet.engine.step()
    assert stage(session) is Stage.OPEN
    assert phase(session) is Phase.SIGNED_OUT
    session.set_field(TICKET, diagnosis="Se puede seguir trabajando.")
    assert session.status.queue.operations == 2
    assert tablet.network.round(session) is None
    session.enrol("https://office.example", "GOOD-CODE")
    assert stage(session) is Stage.OPEN
    run(tablet)
    assert small_office.tickets[TICKET].record.fields["solution"] == "Se cambió el fusor"


def test_a_retired_tablet_forgets_the_office_and_keeps_what_was_captured(tablet, small_office):
    session = tablet.session
    session.set_field(TICKET, solution="Se cambió el fusor")
    small_office.wipe = True
    small_office.seats["device-1"].token = "another"
    tablet.engine.poke()
    tablet.engine.step()
    assert session.accounts == ()
    small_office.wipe = False
    session.enrol("https://office.example", "GOOD-CODE")
    run(tablet)
    assert small_office.tickets[TICKET].record.fields["solution"] == "Se cambió el fusor"
