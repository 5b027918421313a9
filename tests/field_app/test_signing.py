"""The customer signs what they saw; the report says it; the office is asked to close."""

import json
from typing import Any

import pytest

from field_app.session.pin import WrongPin
from field_app.session.session_state import Stage
from field_app.store import operation_queue
from field_app.store.ticket_index import WorkStage
from field_app.visit import work
from field_app.visit.closing import SignatureEmpty, SignatureShort, SignOffStatus
from field_app.visit.handover import ReadAgain
from field_app.visit.service_report import ShownElsewhere
from shared.closure.checklist import current_version
from shared.operations.digest import sign_off_digest
from shared.report.shown import shown_digest
from sync_server.reports.report_file import read_report
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


def renamed(tablet, small_office):
    """The office corrects the customer's name, and the tablet hears of it."""
    [(scope, record, id)] = [key for key in small_office.feed if key[1] == "customer"]
    rev, change = small_office.feed[scope, record, id]
    document = {**change["doc"], "name": "CORREGIDO, S. A."}
    small_office.publish(scope, record, id, rev + 1, document)
    run(tablet)


def attached(session) -> dict[str, Any]:
    """The record in the report that the tablet makes now."""
    return read_report(session.report(TICKET).pdf).record or {}


def test_what_was_read_is_what_is_signed_and_printed(tablet, small_office):
    session = tablet.session
    finished(session)
    read = session.handover(TICKET)
    session.keep_read(TICKET, read)
    renamed(tablet, small_office)
    signed(session)
    record = attached(session)
    sign_off = session.ticket(TICKET).ticket.record.fields["sign_off"]
    assert record["format"] == 2
    assert sign_off["shown"] == shown_digest(record["shown"])
    assert record["shown"]["sections"][:-1] == read.shown.document()["sections"][:-1]
    assert "CORREGIDO" not in json.dumps(record)
    assert session.sign_off_status(TICKET) is SignOffStatus.VALID


def test_a_label_corrected_between_signing_and_printing_changes_no_page(tablet, small_office):
    session = tablet.session
    finished(session)
    signed(session)
    before = session.report(TICKET).pdf
    renamed(tablet, small_office)
    assert "CORREGIDO" in json.dumps(session.handover(TICKET).shown.document())
    assert session.report(TICKET).pdf == before


def test_what_changed_after_it_was_read_has_to_be_read_again(session):
    finished(session)
    session.keep_read(TICKET, session.handover(TICKET))
    session.save_draft(TICKET, "strokes", STROKES)
    session.set_field(TICKET, solution="Se cambió otra cosa")
    assert not session.handover(TICKET).was_read
    with pytest.raises(ReadAgain):
        signed(session)
    assert session.sign_off_status(TICKET) is SignOffStatus.NONE
    session.keep_read(TICKET, session.handover(TICKET))
    assert session.draft(TICKET, "strokes") is None
    signed(session)
    assert "Se cambió otra cosa" in json.dumps(attached(session)["shown"], ensure_ascii=False)


def without_what_was_shown(session) -> None:
    """As on the tablet of a colleague: the signature came from the office, its words did not."""
    with session.database.transaction() as db:
        db.execute("DELETE FROM shown")


def test_another_tablet_prints_the_same_while_it_words_it_alike(session):
    finished(session)
    signed(session)
    before = session.report(TICKET).pdf
    without_what_was_shown(session)
    assert session.report(TICKET).pdf == before


def test_another_tablet_never_prints_other_words_than_were_signed(tablet, small_office):
    session = tablet.session
    finished(session)
    signed(session)
    without_what_was_shown(session)
    renamed(tablet, small_office)
    assert session.preview(TICKET).sections
    for makes in (session.report, session.finalise):
        with pytest.raises(ShownElsewhere):
            makes(TICKET)
    signed(session)
    assert "CORREGIDO" in json.dumps(attached(session)["shown"])
    assert session.finalise(TICKET) == []


def test_a_signature_that_names_nothing_shown_makes_a_report_as_it_did(session):
    finished(session)
    signed(session)
    record = session.ticket(TICKET).ticket.record
    old = {n: v for n, v in record.fields["sign_off"].items() if n not in ("shown", "digest")}
    digest = sign_off_digest(record, old)
    work.sign(session.database, session.device, TICKET, {**old, "digest": digest})
    assert session.sign_off_status(TICKET) is SignOffStatus.VALID
    record = attached(session)
    assert record["format"] == 1
    assert "shown" not in record
    assert session.finalise(TICKET) == []


def test_a_void_signature_leaves_the_new_words_on_the_pages_and_its_own_shown_alone(session):
    finished(session)
    signed(session)
    session.set_field(TICKET, solution="Se cambió otra cosa")
    record = attached(session)
    assert "Se cambió otra cosa" in json.dumps(record["shown"], ensure_ascii=False)
    assert shown_digest(record["shown"]) != record["sign_off"]["shown"]


def test_an_office_that_reads_no_shown_content_yet_gets_the_pages_and_the_old_record(
    tablet, small_office
):
    session = tablet.session
    small_office.report_format = 1
    run(tablet)
    finished(session)
    signed(session)
    record = attached(session)
    assert record["format"] == 1
    assert record["sign_off"]["shown"]
    before = session.report(TICKET).pdf
    renamed(tablet, small_office)
    assert session.report(TICKET).pdf == before
