"""The office takes what was shown from the report, and holds it against what was signed."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from shared.operations.digest import canonical, digest, report_record
from sync_server.archive.archive_check import check_archive, verify_online
from sync_server.reports import report_reading
from sync_server.reports.report_file import shown_holds, statement_holds
from sync_server.reports.report_reading import findings
from sync_server.reports.verify import verify
from tests.shared.report import specimens
from tests.sync_server.visit import Visit, finished


def told(pdf: bytes) -> dict[str, bool | None]:
    """What the verification says of each thing it looked at."""
    said = {check.code: check.passed for check in verify(pdf, []).checks}
    [shown] = [code for code in said if code.startswith("shown")]
    return {**said, "shown": said[shown]}


def test_a_report_that_carries_what_was_shown_closes_its_ticket(office, enrol):
    visit = finished(enrol(), office.ticket())
    visit.push()
    visit.upload()
    assert office.fields(visit.ticket)["state"] == "closed"
    assert check_archive(office.context) == []
    finding = verify_online(office.context, office.context.blobs.read(visit.pdf))
    assert {c.code: c.passed for c in finding.checks}["shown"] is True


def test_a_report_of_0_1_0_closes_its_ticket_and_says_what_its_signature_covers(office, enrol):
    visit = finished(enrol(), office.ticket(), format=1)
    visit.push()
    visit.upload()
    assert office.fields(visit.ticket)["state"] == "closed"
    assert check_archive(office.context) == []
    finding = verify_online(office.context, office.context.blobs.read(visit.pdf))
    [shown] = [check for check in finding.checks if check.code == "shown"]
    assert shown.passed is None
    assert "por su clave" in shown.sentence("es")
    assert "by their ids" in shown.sentence("en")


def test_another_content_than_was_signed_refuses_the_closing(office, enrol):
    visit = Visit(enrol(), office.ticket()).work().sign()
    other = deepcopy(visit.shown)
    other["sections"][0]["blocks"][0]["items"][0]["value"] = "Otro cliente"
    visit.shown = other
    visit.report().finalise().push()
    visit.upload()
    doc = office.fields(visit.ticket)
    assert doc["state"] == "in_analysis"
    [missing] = doc["finalise_missing"]["missing"]
    assert missing["rule"] == "CL19"
    assert "no es lo que firmó" in str(missing)


@pytest.mark.parametrize(("format", "state"), [(1, "closed"), (2, "in_analysis")])
def test_a_scratch_closes_nothing_but_what_an_earlier_tablet_took(office, enrol, format, state):
    visit = Visit(enrol(), office.ticket(), format=format).work()
    visit.sign(strokes=[[[10, 10, 0], [60, 10, 16]]]).report().finalise().push()
    visit.upload()
    doc = office.fields(visit.ticket)
    assert doc["state"] == state
    missing = (doc.get("finalise_missing") or {}).get("missing", [])
    said = [each["sentence"] for each in missing if each["rule"] == "CL17"]
    short = "La firma es demasiado corta: pida que firme de nuevo, con su nombre o su rúbrica."
    assert said == [short] * (state != "closed")


def test_a_ticket_signed_under_its_provisional_folio_is_reported_under_it():
    record = specimens.ordinary().with_fields({"folio": None, "provisional_folio": "SIN-A1-001"})
    frozen = specimens.frozen(record)
    known = record.with_fields(
        {"folio": "SEI-2026-000102", "sign_off": frozen.ticket.record.fields["sign_off"]}
    )
    later = replace(frozen, ticket=type(frozen.ticket).of(known))
    assert later.folio == "SIN-A1-001"
    assert later.digest == frozen.digest
    reading = report_reading.read(specimens.frozen_pdf(later))
    assert findings(reading, report_reading.printed_record(known, reading)) == []


def attached(record) -> dict[str, Any]:
    subject = specimens.frozen(record)
    return dict(subject.attached)


def test_what_holds_is_told_apart_from_what_nothing_says():
    signed = attached(specimens.ordinary())
    assert shown_holds(signed) is True
    assert shown_holds({**signed, "shown": {**signed["shown"], "title": "Otra hoja"}}) is False
    assert shown_holds(attached(specimens.remote())) is None
    assert shown_holds(attached(specimens.voided())) is None
    old = report_record(specimens.ordinary())
    assert (shown_holds(old), statement_holds(old)) == (None, True)


def test_what_the_signature_names_cannot_be_exchanged_either():
    signed = attached(specimens.ordinary())
    other = {**signed["shown"], "title": "Otra hoja"}
    sign_off = {**signed["sign_off"], "shown": digest(other)}
    assert statement_holds({**signed, "shown": other, "sign_off": sign_off}) is False


@pytest.mark.parametrize(
    ("kind", "said"),
    [("ordinary", True), ("remote", True), ("voided", None), ("unsigned", True)],
)
def test_the_verification_says_of_the_words_what_was_established(kind, said):
    frozen = specimens.frozen(specimens.ALL[kind]())
    assert told(specimens.frozen_pdf(frozen, len(frozen.evidence)))["shown"] is said
    old = specimens.made(specimens.ALL[kind](), len(frozen.evidence))
    assert told(old)["shown"] is None


def test_shown_content_that_cannot_be_read_is_a_finding():
    frozen = specimens.frozen(specimens.remote())
    reading = report_reading.read(specimens.frozen_pdf(frozen, 1))
    record = frozen.ticket.record
    shown = dict(frozen.shown or {})
    assert reading.record is not None
    for strange in ({}, {**shown, "folio": "SEI-0"}, {**shown, "more": 1}):
        other = replace(reading, record={**reading.record, "shown": strange})
        found = findings(other, report_reading.printed_record(record, other))
        assert [f.rule for f in found] == ["shown"], strange
    assert canonical(report_reading.printed_record(record, reading)) == canonical(reading.record)
