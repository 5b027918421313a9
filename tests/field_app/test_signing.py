"""The customer signs what they saw; the report says it; the office is asked to close."""

import pytest

from field_app.session.pin import WrongPin
from field_app.session.session_state import Stage
from field_app.store import operation_queue
from field_app.store.ticket_index import WorkStage
from field_app.visit.closing import SignatureEmpty, SignatureShort, SignOffStatus
from shared.closure.checklist import current_version
from tests.field_app.cast import STROKES, TICKET
from tests.field_app.visits import finished, run, signed, stage


def test_a_signature_holds_until_something_that_was_shown_changes(session):
    finished(session)
    assert session.sign_off_status(TICKET) is SignOffStatus.NONE
    signed(session)
    assert session.sign_off_status(TICKET) is SignOffStatus.VALID
    session.set_field(TICKET, final_classification="FC02")
    assert session.sign_off_status(TICKET) is SignOffStatus.VALID
    session.set_field(TICKET, solution="Se cambió otra cosa")
    assert session.sign_off_status(TICKET) is SignOffStatus.VOID


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


def test_a_scratch_is_no_signature(session):
    finished(session)
    with pytest.raises(SignatureShort):
        session.sign(
            TICKET, "conformity", name="A", position="B", strokes=[[[5, 5, 0], [60, 5, 9]]]
        )
    session.sign(
        TICKET, "conformity", name="A", position="B", strokes=[[[5, 5, 0], [60, 5, 9], [5, 5, 20]]]
    )


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
    command = operation_queue.of_ticket(session.database, TICKET)[-1]
    assert (command.body["name"], command.body["checklist"]) == ("finalise", current_version())
    run(tablet)
    order = small_office.uploaded
    signature = session.ticket(TICKET).ticket.photos("signature")[0].sha256
    assert order[:2] == [signature, report.sha256]
    assert small_office.blobs[report.sha256] == pdf


def test_the_same_record_gives_the_same_report(session):
    finished(session)
    signed(session)
    first, revision = session.report(TICKET), session.revision
    second = session.report(TICKET)
    assert first.pdf == second.pdf
    assert (first.is_new, second.is_new) == (True, False)
    assert session.revision == revision
    assert len(session.ticket(TICKET).ticket.reports) == 1


def test_a_report_before_the_signature_is_a_draft_that_is_not_kept(session):
    finished(session)
    assert session.report(TICKET).pdf
    assert session.ticket(TICKET).ticket.reports == ()
