"""The work of a visit: saved when a method returns, refused in words when it may not be."""

import pytest

from field_app.session.session import Stage
from field_app.store.database import DiskFull, NewerData
from field_app.visit.capture import PhotoRefused
from field_app.visit.work import CommandRefused, ReadOnly, TicketClosed
from tests.field_app.cast import STROKES, TICKET, photo
from tests.field_app.visits import run


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


def test_a_file_that_is_no_database_is_kept_and_a_new_code_opens_the_tablet(tablet, opened):
    path = tablet.session.database.folder / "folio.db"
    tablet.close()
    for file in path.parent.glob("folio.db-*"):
        file.unlink()
    path.write_bytes(b"no database" * 1000)
    assert opened().session.stage is Stage.ENROL
    assert path.with_name("folio.db.damaged-1").read_bytes() == b"no database" * 1000


def test_a_folder_of_a_newer_folio_is_left_alone(tablet, opened):
    with tablet.session.database.transaction() as db:
        db.execute("PRAGMA user_version = 999")
    tablet.close()
    with pytest.raises(NewerData):
        opened()
