"""The day of an engineer, without a screen: doors, work, signing, closing, leaving."""

import stat

import pytest

from field_app.capture import PhotoRefused
from field_app.closing import SignatureEmpty, Standing
from field_app.device import AlreadyRunning
from field_app.door import SignOutRefused
from field_app.pin import PinBlocked, PinWait, WrongPin
from field_app.presence import Locked, Stage
from field_app.session import Session
from field_app.status import Phase
from field_app.store.database import DamagedData, Database, DiskFull, NewerData
from field_app.store.listing import WorkStage
from field_app.sync.troubles import EnrolmentRefused
from field_app.tablet import Tablet, open_tablet
from field_app.work import CommandRefused, ReadOnly, TicketClosed
from tests.field_app.cast import NOW, STROKES, TICKET, photo
from tests.field_app.small_office import problem


def run(tablet: Tablet) -> None:
    round = tablet.network.round(tablet.session)
    assert round is not None
    round.run()


def stage(session: Session) -> Stage:
    return session.stage


def phase(session: Session) -> Phase:
    return session.status.phase


def finished(session) -> None:
    """Everything that the checklist wants, but the signature."""
    session.arrive(TICKET)
    session.append(TICKET, "contacts", how="in_person", **{"with": "Lic. Ibáñez"})
    session.set_field(
        TICKET, history_reviewed=True, serial_matched=True,
        meter={"total": 284342, "bw": 201580, "colour": 82762},
        diagnosis="El fusor no calienta: vida útil agotada al 118 %.", root_cause="CR-FUS-01",
        solution="Se cambió el fusor y se probó.", final_classification="FC01",
    )  # fmt: skip
    session.append(TICKET, "actions", text="Cambio de fusor")
    session.append(TICKET, "parts_used", code="REF-FUS-A3C", quantity=1)
    session.keep_photo(TICKET, "before", photo("navy"), caption="Antes")
    session.keep_photo(TICKET, "after", photo("olive"), caption="Después")
    now = session.now()
    session.append(
        TICKET, "time_entries", kind="work", start=(now).isoformat(),
        end=(now.replace(minute=30)).isoformat(),
    )  # fmt: skip
    session.set_field(TICKET, test_result="passed", tested_at=session.now().isoformat())
    session.set_field(TICKET, departed_at=now.replace(minute=40).isoformat())


def signed(session, **more) -> None:
    session.sign(
        TICKET, "conformity", name="Marta Ibáñez", position="Administradora", strokes=STROKES,
        text="He leído y acepto.", rating=5, **more,
    )  # fmt: skip


# Doors


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
    assert "2 cambios y 2 archivos" in refused.value.sentence("es")
    assert stage(session) is Stage.OPEN


def test_leaving_forgets_what_came_from_the_office(tablet):
    session = tablet.session
    folder = session.database.folder
    session.sign_out()
    assert stage(session) is Stage.ENROL
    assert session.accounts == ()
    assert b"San Gabriel" not in b"".join(p.read_bytes() for p in folder.glob("folio.db*"))
    left = Database(folder)
    for table in ("base", "membership", "ticket", "ticket_words"):
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


# Work


def test_what_a_method_said_is_saved_survives_the_process(tablet, opened):
    session = tablet.session
    session.arrive(TICKET)
    entry = session.append(TICKET, "actions", text="Cambio de fusor")
    session.save_draft(TICKET, "strokes", STROKES[:1])
    name = session.keep_photo(TICKET, "before", photo(), caption="Antes")
    tablet.close()
    again = opened().session
    read = again.ticket(TICKET).ticket
    assert read.mode == "on_site"
    assert [a.id for a in read.actions] == [entry]
    assert [e.id for e in read.evidence] == [name]
    assert again.draft(TICKET, "strokes") == STROKES[:1]


def test_arriving_starts_the_ticket(session):
    session.arrive(TICKET)
    assert session.ticket(TICKET).ticket.state == "in_analysis"
    assert session.today().rows[0].arrived


def test_writing_what_stands_already_makes_no_operation(session):
    session.set_field(TICKET, solution="x")
    session.set_field(TICKET, solution="x")
    assert len(session.waiting()) == 1


def test_a_command_that_is_not_legal_is_refused_in_words(session):
    with pytest.raises(CommandRefused) as refused:
        session.command(TICKET, "resume")
    assert "Asignado" in refused.value.sentence("es")


def test_a_photo_gets_the_place_and_loses_its_hidden_data(tablet):
    session = tablet.session
    tablet.session.device.position = lambda: {"lat": 19.4, "lon": -99.1, "accuracy": 8.0}
    session.keep_photo(TICKET, "before", photo(size=(3000, 2000)))
    [entry] = session.ticket(TICKET).ticket.evidence
    assert entry.position == {"lat": 19.4, "lon": -99.1, "accuracy": 8.0}
    assert len(session.thumbnail(entry.sha256)) < len(session.evidence(entry.sha256))


@pytest.mark.parametrize("data", [b"", b"hola", photo()[:300], b"\0\0\0\x18ftypheic" + b"\0" * 80])
def test_what_is_no_photo_is_refused_and_leaves_nothing(session, data):
    with pytest.raises(PhotoRefused) as refused:
        session.keep_photo(TICKET, "before", data)
    assert refused.value.sentence("es")
    assert session.waiting() == []


def test_a_ticket_that_went_to_somebody_else_can_be_read_but_not_changed(tablet, small_office):
    small_office.durable = False
    tablet.session.set_field(TICKET, solution="x")
    run(tablet)
    small_office.take_away(TICKET)
    run(tablet)
    assert tablet.session.ticket(TICKET).ticket.solution == "x"
    with pytest.raises(ReadOnly):
        tablet.session.set_field(TICKET, solution="y")


def test_a_closed_ticket_cannot_be_changed(tablet, small_office):
    small_office.assign(TICKET, state="closed")
    run(tablet)
    with pytest.raises(TicketClosed):
        tablet.session.append(TICKET, "notes", text="tarde")


def test_a_ticket_born_here_has_a_provisional_folio(tablet, small_office):
    id = tablet.session.create_ticket(description="Otra impresora", type="technical_fault")
    assert tablet.session.ticket(id).ticket.label.startswith("PROV-")
    run(tablet)
    assert small_office.tickets[id].record.fields["description"] == "Otra impresora"


def test_every_change_is_told(session):
    told: list[int] = []
    stop = session.subscribe(lambda: told.append(session.revision))
    session.set_field(TICKET, solution="x")
    stop()
    session.set_field(TICKET, solution="y")
    assert len(told) == 1


def test_the_radar_finds_the_same_cause_on_the_same_asset(session):
    session.set_field(TICKET, root_cause="CR-FUS-01")
    assert [past.folio for past in session.recurrence(TICKET)] == ["SEI-2026-000007"]
    assert session.catalogue().answers_for("código C6000")[0].title("es") == "C6000: fusor"


# Signing and closing


def test_a_signature_holds_until_something_that_was_shown_changes(session):
    finished(session)
    assert session.sign_off_standing(TICKET) is Standing.NONE
    signed(session)
    assert session.sign_off_standing(TICKET) is Standing.VALID
    session.set_field(TICKET, final_classification="FC02")
    assert session.sign_off_standing(TICKET) is Standing.VALID
    session.set_field(TICKET, solution="Se cambió otra cosa")
    assert session.sign_off_standing(TICKET) is Standing.VOID


def test_signing_again_replaces_the_picture_and_ends_the_drafts(session):
    finished(session)
    session.save_draft(TICKET, "strokes", STROKES)
    session.sign(TICKET, "conformity", name="A", position="B", text="Leído")
    assert session.draft(TICKET, "strokes") is None
    signed(session)
    read = session.ticket(TICKET).ticket
    assert len(read.photos("signature")) == 1
    assert read.satisfaction == {"rating": 5, "comment": ""}


def test_an_empty_signature_is_refused(session):
    with pytest.raises(SignatureEmpty):
        session.sign(TICKET, "conformity", name="A", position="B", strokes=[[[1, 1, 0]]])


def test_somebody_who_cannot_draw_signs_in_words_before_a_witness(session):
    finished(session)
    session.sign(
        TICKET, "conformity", name="A", position="B", typed="Marta Ibáñez", witness="Juan Pérez"
    )
    assert session.checklist(TICKET) == []


def test_the_customer_cannot_leave_the_signing_screen_without_the_pin(tablet, opened):
    tablet.session.begin_signing(TICKET)
    assert stage(tablet.session) is Stage.SIGNING
    tablet.close()
    again = opened().session
    assert (again.stage, again.signing) == (Stage.SIGNING, TICKET)
    with pytest.raises(WrongPin):
        again.end_signing("0000")
    again.end_signing("2580")
    assert stage(again) is Stage.OPEN


def test_finalising_answers_with_all_that_is_missing_and_queues_nothing(session):
    session.arrive(TICKET)
    before = len(session.waiting())
    rules = {missing.rule for missing in session.finalise(TICKET)}
    assert {"CL03", "CL06", "CL12", "CL17"} <= rules
    assert len(session.waiting()) == before


def test_a_finished_ticket_is_asked_to_be_closed_with_its_report(tablet, small_office):
    session = tablet.session
    finished(session)
    signed(session)
    assert session.finalise(TICKET) == []
    assert session.ticket(TICKET).stage is WorkStage.ASKED
    [report] = session.ticket(TICKET).ticket.reports
    pdf = session.evidence(report.sha256)
    assert pdf.startswith(b"%PDF-1.7")
    asked = session.waiting()
    assert asked[-1].kind == "file"
    run(tablet)
    order = small_office.uploaded
    signature = session.ticket(TICKET).ticket.photos("signature")[0].sha256
    assert order[:2] == [signature, report.sha256]
    assert small_office.blobs[report.sha256] == pdf


def test_the_same_record_gives_the_same_report(session):
    finished(session)
    signed(session)
    first, second = session.report(TICKET), session.report(TICKET)
    assert first.pdf == second.pdf
    assert len(session.ticket(TICKET).ticket.reports) == 1


def test_a_report_before_the_signature_is_a_draft_that_is_not_kept(session):
    finished(session)
    assert session.report(TICKET).pdf
    assert session.ticket(TICKET).ticket.reports == ()


# The strip


def test_the_strip_says_saved_then_synchronised_only_after_the_files(tablet, small_office):
    session = tablet.session
    session.keep_photo(TICKET, "before", photo())
    assert session.status.sentence("es") == "Guardado en la tableta"
    small_office.answer = lambda request: (
        None if "blobs" not in request.url.path else problem(413, "too-large")
    )
    tablet.engine.poke()
    tablet.engine.step()
    assert phase(session) is Phase.TROUBLE
    assert "a salvo en la tableta" in session.status.sentence("es")
    small_office.answer = lambda request: None
    tablet.engine.poke()
    tablet.engine.step()
    assert phase(session) is Phase.SYNCHRONISED


def test_the_strip_says_that_one_may_go_on_without_a_signal(tablet, small_office):
    small_office.down = True
    tablet.engine.poke()
    tablet.engine.step()
    assert tablet.session.status.sentence("es") == "Sin señal: puede seguir trabajando"


def test_the_strip_counts_what_the_office_asks_to_correct(tablet, small_office):
    session = tablet.session
    missing = {"at": NOW.isoformat(), "missing": [{"rule": "CL06"}, {"rule": "CL09"}]}
    small_office.assign(TICKET, state="in_analysis", finalise_missing=missing)
    tablet.engine.poke()
    tablet.engine.step()
    assert session.status.sentence("es") == "Recibido; el servidor pide corregir 2 datos"


def test_a_disk_full_in_mid_write_saves_nothing_by_halves_and_says_so(session):
    database = session.database
    pages = database.value("PRAGMA page_count")
    database.rows(f"PRAGMA max_page_count = {pages + 3}")
    saved: list[str] = []

    def fill() -> None:
        texts = (f"{number} " + "x" * 4000 for number in range(200))
        saved.extend(session.append(TICKET, "notes", text=text) for text in texts)

    with pytest.raises(DiskFull) as full:
        fill()
    assert "a salvo" in full.value.sentence("es")
    database.rows("PRAGMA max_page_count = 1000000")
    assert [note.id for note in session.ticket(TICKET).ticket.notes] == saved
    session.append(TICKET, "notes", text="cabe")
    assert [row.state for row in session.waiting()] == ["queued"] * (len(saved) + 1)


def test_a_damaged_file_is_left_for_somebody_to_look_at(tablet, opened):
    path = tablet.session.database.folder / "folio.db"
    tablet.close()
    for file in path.parent.glob("folio.db-*"):
        file.unlink()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(DamagedData):
        opened()
    assert path.read_bytes().startswith(b"no database")


def test_a_folder_of_a_newer_folio_is_left_alone(tablet, opened):
    with tablet.session.database.transaction() as db:
        db.execute("PRAGMA user_version = 999")
    tablet.close()
    with pytest.raises(NewerData):
        opened()
