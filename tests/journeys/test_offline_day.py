"""A whole ticket without a signal, and what the office makes of it when the signal is back."""

import json
from io import BytesIO

import pikepdf
import pytest

from field_app.session.status import Phase
from field_app.store.ticket_index import WorkStage
from field_app.sync.troubles import NoSignal
from field_app.visit.closing import SignOffStatus
from shared.operations.digest import canonical, report_record
from shared.operations.operation import Kind
from shared.report.shown import shown_digest
from shared.ticket.people import Role
from shared.ticket.ticket import State, Ticket
from sync_server.console.tickets.checklist import checklist
from sync_server.database.tables import blob
from sync_server.records import records
from sync_server.tickets import register_differences
from tests import cast
from tests.pictures import photo
from tests.tablet import Killed, finish_work, sign


def settled(office, tablet, id: str) -> None:
    """The oracle: nothing waits, and both sides hold the same record."""
    assert tablet.queue.waiting == 0
    assert tablet.ticket(id).record == office.record(id).record


def blobs(office) -> set[str]:
    return set(office.ask(lambda tx: tx.scalars(blob.select().with_only_columns(blob.c.sha256))))


def test_the_engineer_gets_exactly_their_tickets_with_everything_around_them(office, tablet):
    mine = office.ticket()
    other = office.user(Role.ENGINEER, "Otra Persona")
    office.ticket(assignee=other)
    tablet.sync()
    assert [row.id for row in tablet.session.today().rows] == [mine]
    detail = tablet.session.ticket(mine)
    assert detail.asset.serial == "DEMO-KY4054-0117"
    assert detail.customer.name == "Hospital San Gabriel"
    catalogue = tablet.session.catalogue()
    assert catalogue.stock["REF-FUS-A3C"] == 1
    assert "FC01" in catalogue.compatible["CR-FUS-01"]
    assert catalogue.answers_for(detail.ticket.description)


def test_an_edit_made_offline_arrives_when_the_office_is_back(office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    tablet.session.arrive(id)
    tablet.session.set_field(id, diagnosis="El fusor no calienta, agotado.")
    with pytest.raises(NoSignal):
        tablet.sync()
    assert tablet.ticket(id).diagnosis == "El fusor no calienta, agotado."
    tablet.restart()
    office.start()
    tablet.sync()
    assert office.fields(id)["diagnosis"] == "El fusor no calienta, agotado."
    assert office.fields(id)["state"] == "in_analysis"
    settled(office, tablet, id)


def test_a_photo_taken_offline_arrives_byte_for_byte(office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    tablet.session.keep_photo(id, "before", photo(7, (4000, 3000)), caption="Antes")
    [entry] = tablet.ticket(id).evidence
    kept = tablet.session.evidence(entry.sha256)
    office.start()
    tablet.sync()
    assert office.context.blobs.read(entry.sha256) == kept
    assert office.entries(id, "evidence")[0]["caption"] == "Antes"
    settled(office, tablet, id)


def test_a_ticket_finished_and_signed_offline_is_closed_by_the_office(office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    assert tablet.session.ticket(id).stage is WorkStage.ASKED
    office.start()
    tablet.ask()
    assert tablet.session.status.phase is Phase.SYNCHRONISED, tablet.session.status
    assert office.fields(id)["state"] == State.CLOSED
    assert tablet.session.ticket(id).stage is WorkStage.CLOSED
    settled(office, tablet, id)
    [report] = tablet.ticket(id).reports
    assert office.fields(id)["finalised"]["report"] == report.sha256
    assert {e.sha256 for e in tablet.ticket(id).evidence} <= blobs(office)


def test_the_report_that_the_office_keeps_carries_the_record_that_the_office_merged(office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.finalise(id)
    office.start()
    tablet.sync()
    [report] = tablet.ticket(id).reports
    with pikepdf.open(BytesIO(office.context.blobs.read(report.sha256))) as pdf:
        attached = pdf.attachments["record.json"].get_file().read_bytes()
        strokes = pdf.attachments["strokes.json"].get_file().read_bytes()
    shown = json.loads(attached)["shown"]
    assert attached == canonical(report_record(office.record(id).record, shown=shown))
    assert shown_digest(shown) == office.fields(id)["sign_off"]["shown"]
    assert json.loads(strokes) == tablet.ticket(id).sign_off.strokes
    assert office.ask(lambda tx: register_differences.of_ticket(tx, id)) == []


def test_an_edit_after_the_signature_voids_it_on_both_sides(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.set_field(id, solution="Se hizo otra cosa después.")
    assert tablet.session.sign_off_status(id) is SignOffStatus.VOID
    assert [m.rule for m in tablet.session.finalise(id)] == ["CL17"]
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.sync()
    assert office.fields(id)["state"] == State.CLOSED


def test_a_closing_that_the_office_rejects_comes_back_as_work_to_correct(office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.finalise(id)
    office.start()
    # Meanwhile the office found another reading of the same asset: the meter runs backwards.
    doc = {**office.known("asset", cast.ASSET), "meter": {"total": 300000}}
    office.do(lambda tx: records.put(tx, "asset", cast.ASSET, doc, office.clock()))
    tablet.ask()
    detail = tablet.session.ticket(id)
    assert detail.stage is WorkStage.TO_CORRECT
    assert [m.rule for m in detail.missing] == ["CL16"]
    assert tablet.session.status.phase is Phase.TO_CORRECT
    assert office.fields(id)["state"] == "in_analysis"
    tablet.session.set_field(id, meter_exception="El técnico anterior capturó otro equipo.")
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.ask()
    assert office.fields(id)["state"] == State.CLOSED, office.fields(id).get("finalise_missing")
    settled(office, tablet, id)


def test_a_ticket_whose_photos_are_not_there_yet_waits_for_them(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.finalise(id)
    tablet.kill_after("results")
    with pytest.raises(Killed):
        tablet.sync()
    assert office.fields(id)["state"] == "in_analysis"
    assert "closing" in office.fields(id)["flags"]
    tablet.restart()
    tablet.sync()
    assert office.fields(id)["state"] == State.CLOSED
    assert tablet.session.ticket(id).stage is WorkStage.CLOSED


def test_what_arrives_after_the_closing_is_kept_as_late_and_changes_nothing(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    tablet.session.finalise(id)
    tablet.sync()
    closed = office.record(id).record
    second = tablet.session  # still shows it; another tablet of the same person does not know yet
    assert second.ticket(id).ticket.is_terminal
    with second.database.transaction() as db:
        # As if the closing had not reached this tablet when the words were written.
        db.execute("UPDATE ticket SET doc = json_set(doc, '$.state', 'in_analysis') WHERE id = ?",
                   (id,))  # fmt: skip
    second.append(id, "actions", text="Se me olvidó: limpié el cristal.")
    tablet.sync()
    assert office.record(id).record == closed
    [late] = office.late(id)
    assert late is not None
    assert tablet.queue.waiting == 0
    assert tablet.session.today(filter="all").rows[0].attention
    settled(office, tablet, id)


def test_the_office_s_priority_stands_and_the_engineer_s_diagnosis_too(office, tablet):
    id = office.ticket(type="technical_fault", priority="medium")
    tablet.sync()
    office.stop()
    tablet.session.set_field(id, diagnosis="El fusor no calienta, agotado.")
    office.start()
    office.sets(id, priority="high")
    tablet.sync()
    [change] = tablet.session.ticket(id).changed
    assert (change.field, change.before, change.after) == ("priority", "medium", "high")
    assert office.fields(id)["diagnosis"] == "El fusor no calienta, agotado."
    settled(office, tablet, id)


def test_a_ticket_reassigned_with_work_pending_keeps_the_work_and_tells_both(
    office, tablet, second_tablet
):
    id = office.ticket()
    tablet.sync()
    office.stop()
    tablet.session.append(id, "actions", text="Revisé el fusor")
    office.start()
    other = office.user(Role.ENGINEER, "Ana Torres")
    second = second_tablet(other)
    office.assign(id, other)
    tablet.sync()
    second.sync()
    assert [a.text for a in second.ticket(id).actions] == ["Revisé el fusor"]
    assert tablet.queue.waiting == 0
    assert office.record(id).record.entries["actions"][0]["late"]
    assert tablet.session.today(filter="open").total == 0


def test_a_ticket_born_offline_gets_its_folio_from_the_office(office, tablet):
    office.stop()
    id = tablet.session.create_ticket(
        channel="phone", nature="technical_fault", type="technical_fault", priority="medium",
        description="Otra impresora del mismo piso se atora.",
    )  # fmt: skip
    provisional = tablet.ticket(id).label
    office.start()
    tablet.sync()
    record = office.record(id).record
    assert record.fields["provisional_folio"] == provisional
    assert record.fields["folio"] != provisional
    assert office.history(id)[0].kind == Kind.CREATE.value


def test_tablet_and_console_list_the_same_things_missing_from_the_same_work(office, tablet):
    id = office.ticket()
    tablet.sync()
    tablet.session.arrive(id)
    tablet.session.set_field(id, diagnosis="El fusor no calienta, agotado.", root_cause="CR-FUS-01")
    tablet.session.append(id, "parts_used", code="REF-NADA", quantity=1)
    tablet.sync()
    shown = office.ask(lambda tx: checklist(tx, Ticket.of(office.record(id).record), {}))
    ours = [(item.rule, item.field) for item in tablet.session.checklist(id)]
    assert "CL11" in [rule for rule, _ in ours]
    # Whether a report was made and stands is asked of the tablet when it finalises.
    assert [(i.rule, i.field) for i in shown.missing if i.rule != "CL19"] == ours


def test_the_console_says_before_the_finalising_that_somebody_without_the_ticket_worked(
    office, tablet
):
    id = office.ticket()
    tablet.sync()
    office.assign(id, office.user(Role.ENGINEER, "Otra Persona"))
    tablet.session.set_field(id, diagnosis="El fusor no calienta, agotado.")
    tablet.sync()
    ticket = Ticket.of(office.record(id).record)
    shown = office.ask(lambda tx: checklist(tx, ticket, {}))
    assert "CL02" in [item.rule for item in shown.missing]
