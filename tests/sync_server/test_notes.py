"""A note of the office stays in the office: no tablet, paper, record, mail or hand-out has it."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import select

from shared.operations.operation import Kind
from shared.ticket.people import Actor, Role
from sync_server.archive import customer_export
from sync_server.archive.archive_check import check_archive
from sync_server.database.tables import archive, outbox
from sync_server.reports.report_file import read_report
from tests import cast
from tests.sync_server.visit import Visit, finished

INTERNAL = "Ojo, se queja de todo"


def notes(office, ticket, text=INTERNAL, role=Role.CALL_CENTRE):
    """Somebody at the console writes a note."""
    entry = {"id": office.context.new_id(), "at": office.clock().isoformat(), "text": text}
    return office.operation(ticket, Kind.APPEND, {"collection": "notes", "entry": entry}, role)


@pytest.fixture
def ticket(office):
    return office.ticket()


def test_a_tablet_is_not_told_what_the_office_notes(office, tablet, ticket):
    notes(office, ticket)
    tablet.pull()
    assert tablet.ticket(ticket)["entries"].get("notes", []) == []
    assert tablet.ticket(ticket)["rev"] == office.record(ticket).record.rev
    tablet.push(tablet.appends(ticket, "notes", text="Piso 3, preguntar por Marta"))
    notes(office, ticket, "Otra cosa")
    tablet.pull()
    kept = [note["text"] for note in tablet.ticket(ticket)["entries"]["notes"]]
    assert kept == ["Piso 3, preguntar por Marta"]
    assert len(office.entries(ticket, "notes")) == 3


def test_a_customer_answer_that_was_noted_stays_too(office, tablet, ticket):
    office.command(ticket, "ask_customer", Role.CALL_CENTRE, question="¿Qué bandeja?")
    notes(office, ticket, "Respuesta del cliente: la dos")
    tablet.pull()
    assert "la dos" not in json.dumps(tablet.ticket(ticket)["entries"])


def test_neither_pages_nor_record_nor_mail_have_it(office, enrol, ticket):
    notes(office, ticket)
    visit = finished(enrol(), ticket)
    visit.push()
    visit.upload()
    assert office.fields(ticket)["state"] == "closed"
    assert INTERNAL not in str(read_report(visit.files[visit.pdf][0]).record)
    (kept,) = office.ask(lambda tx: tx.rows(select(archive)))
    assert INTERNAL not in str(kept.record)
    assert INTERNAL not in str(office.ask(lambda tx: tx.rows(select(outbox.c.body))))
    assert list(check_archive(office.context)) == []


def test_a_word_among_colleagues_keeps_no_ticket_open(office, enrol, ticket):
    """Written while the tablet had no signal, or while the last photo is on its way."""
    visit = finished(enrol(), ticket)
    notes(office, ticket)
    assert visit.push()[-1]["outcome"] == "applied"
    notes(office, ticket, "Y otra")
    visit.upload()
    assert office.fields(ticket)["state"] == "closed"


def test_a_note_that_a_report_says_must_be_the_tickets(office, enrol, ticket):
    """A tablet of 0.1.0 attaches its notes: those are compared, the office's later ones not."""
    visit = Visit(enrol(), ticket, format=1)
    visit.append("notes", text="De la tableta")
    visit.work().sign().report().finalise()
    notes(office, ticket)
    assert visit.push()[-1]["outcome"] == "applied"
    visit.upload()
    assert office.fields(ticket)["state"] == "closed"


def test_a_tablet_that_still_knows_one_has_its_report_looked_at_first(office, enrol, ticket):
    """It was told by an office of 0.1.0, and prints it in the chronology."""
    notes(office, ticket)
    visit = Visit(enrol(), ticket, format=1)
    told = {**visit.record.entries, "notes": office.entries(ticket, "notes")}
    visit.record = replace(visit.record, entries=told)
    visit.work().sign().report().finalise()
    visit.push()
    visit.upload()
    assert "report_differs" in office.fields(ticket)["flags"]
    assert office.ask(lambda tx: tx.rows(select(outbox))) == []


def test_a_note_that_nobody_wrote_is_no_part_of_a_report(office, enrol, ticket):
    visit = Visit(enrol(), ticket, format=1).work().sign()
    made_up = {"id": "n9", "text": "Inventada"}
    visit.record = replace(visit.record, entries={**visit.record.entries, "notes": (made_up,)})
    visit.report().finalise()
    visit.push()
    visit.upload()
    assert office.fields(ticket)["state"] == "in_analysis"
    missing = office.fields(ticket)["finalise_missing"]["missing"]
    assert [item["rule"] for item in missing] == ["CL19"]


def test_what_is_handed_out_of_a_customer_has_no_notes(office, tablet, ticket):
    notes(office, ticket)
    tablet.pull()
    tablet.push(tablet.appends(ticket, "notes", text="De la tableta"))
    keeper = Actor(office.user(Role.BACK_OFFICE).id, Role.BACK_OFFICE)
    out = io.BytesIO()
    customer_export.pack(office.context, cast.CUSTOMER, keeper, office.clock(), out)
    with zipfile.ZipFile(out) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist()).decode()
        (log,) = (name for name in packed.namelist() if name.endswith("/log.json"))
        lines = json.loads(packed.read(log))
    assert INTERNAL not in everything
    assert "De la tableta" not in everything
    assert len(lines) == len(office.history(ticket))
