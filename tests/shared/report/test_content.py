"""What the report says, before anybody draws it."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.report import work
from shared.report.blocks import (
    Checklist,
    Fields,
    Mark,
    PhotoPairs,
    Signature,
    Table,
    Text,
    Verification,
)
from shared.report.conformity import consent
from shared.report.content import service_report
from shared.report.phrases import Phrases
from shared.report.unprintable import unprintable_in
from shared.ticket.asset import Asset
from shared.ticket.fields import FIELD, Field, Owner
from shared.ticket.shapes import TEXT
from shared.ticket.ticket import Record
from shared.words import FOLDER, t
from tests.shared.report import specimens


def said(record, **surroundings):
    return service_report(specimens.subject(record, **surroundings))


def section(report, key):
    return next(section for section in report.sections if section.key == key)


def block(report, key, kind):
    return next(block for block in section(report, key).blocks if isinstance(block, kind))


def marks(report):
    return {item.label: item.mark for item in block(report, "checklist", Checklist).items}


def test_the_sections_come_in_the_order_in_which_they_are_read():
    keys = [section.key for section in said(specimens.ordinary()).sections]
    assert keys == ["asset", "service", "work", "parts", "hours", "photos", "checklist",
                    "conformity", "evidence"]  # fmt: skip


def test_what_the_customer_signs_and_nobody_laid_out_is_printed_under_its_word(monkeypatch):
    asked = Field("group", Owner.OFFICE, TEXT, signed=True, plain="request")
    priority = FIELD["priority"]
    found = replace(priority, owner=Owner.ENGINEER, signed=True, plain="work")
    unsigned = Field("impact", Owner.ENGINEER, TEXT, plain="work")
    monkeypatch.setattr(work, "REQUESTED", (asked,))
    monkeypatch.setattr(work, "CAPTURED", (found, unsigned))
    record = specimens.ordinary().with_fields({"group": "Guardia de noche", "impact": "Nadie."})
    blocks = section(said(record), "work").blocks
    assert blocks[1] == Text("Guardia de noche", "Grupo")
    assert blocks[-1] == Text("Alta", "Prioridad")
    empty = section(said(record.with_fields({"group": None, "priority": None})), "work").blocks
    assert len(empty) == len(blocks) - 2


def test_before_stands_beside_after_in_order_of_capture():
    pairs = block(said(specimens.ordinary()), "photos", PhotoPairs).pairs
    assert [tuple(photo.role for photo in pair) for pair in pairs] == [
        ("1 · Antes", "4 · Después"), ("2 · Antes", "5 · Después"), ("3 · Antes", "6 · Después"),
    ]  # fmt: skip


def test_a_photo_without_partner_stands_beside_the_next_one():
    taken = specimens.evidence()[:5]
    record = replace(specimens.ordinary(), entries=specimens.entries(evidence=taken))
    pairs = block(said(record), "photos", PhotoPairs).pairs
    assert [tuple(photo and photo.role for photo in pair) for pair in pairs] == [
        ("1 · Antes", "4 · Después"), ("2 · Antes", "5 · Después"), ("3 · Antes", None),
    ]  # fmt: skip


def test_no_photos_no_heading():
    record = replace(specimens.ordinary(), entries=specimens.entries(evidence=()))
    assert "photos" not in [section.key for section in said(record).sections]


def test_the_report_never_counts_itself_as_evidence():
    report = {"id": "e9", "sha256": "c" * 64, "mime": "application/pdf", "kind": "report"}
    record = specimens.ordinary()
    assert said(record.with_entry("evidence", report)) == said(record)


def test_nothing_used_and_nothing_pending_is_said():
    tables = section(said(specimens.remote()), "parts").blocks
    assert [table.empty for table in tables if isinstance(table, Table)] == [
        "No se utilizaron refacciones.", "No quedan refacciones pendientes.",
    ]  # fmt: skip


def test_before_signing_the_customer_reads_what_it_means():
    report = said(specimens.unsigned())
    texts = [b.text for b in section(report, "conformity").blocks if isinstance(b, Text)]
    assert texts[0].startswith("Al firmar confirmo")
    assert "no renuncia a garantías" in texts[0]
    assert report.draft == "Borrador para revisión del cliente. Todavía no está firmado."
    assert "evidence" not in [section.key for section in report.sections]


def test_the_organisation_may_word_its_own_consent():
    subject = specimens.subject(specimens.unsigned())
    organisation = {**specimens.ORGANISATION, "consent": {"es": "Recibí conforme."}}
    catalogues = {**specimens.CATALOGUES, "organisation": organisation}
    assert consent(replace(subject, catalogues=catalogues)) == "Recibí conforme."


def test_a_signature_that_holds_says_so():
    signature = block(said(specimens.ordinary()), "conformity", Signature)
    assert signature.mark is Mark.DONE
    assert signature.outcome == "Conforme"
    assert said(specimens.ordinary()).draft == ""


def test_a_change_after_signing_voids_it_visibly():
    report = said(specimens.voided())
    assert report.draft == "El informe cambió. La firma anterior ya no es válida."
    assert block(report, "conformity", Signature).mark is Mark.MISSING
    assert report.highlights[-1].value == "Firma sin validez"


def test_a_refusal_gives_its_reason_and_no_ink():
    report = said(specimens.refused())
    signature = block(report, "conformity", Signature)
    assert (signature.mark, len(signature.strokes)) == (Mark.EXCEPTION, 0)
    reasons = {b.label: b.text for b in section(report, "conformity").blocks if isinstance(b, Text)}
    assert reasons["Motivo"] == "El gerente pide revisar el cargo primero."
    assert "Texto aceptado" not in reasons


def test_remote_work_needs_no_signature():
    report = said(specimens.remote())
    assert report.draft == ""
    assert "conformity" not in [section.key for section in report.sections]
    assert report.sections[-1].key == "evidence"
    assert marks(report)["Número de serie verificado"] is Mark.NOT_APPLICABLE


def test_an_exception_is_marked_and_explained():
    report = said(specimens.long())
    assert marks(report)["Contador leído"] is Mark.EXCEPTION
    assert marks(report)["Sin refacciones pendientes"] is Mark.EXCEPTION
    assert marks(report)["Refacciones dentro de existencias"] is Mark.EXCEPTION


def test_a_late_arrival_is_a_promise_overrun():
    late = specimens.ordinary().with_fields({"arrived_at": specimens.at(300)})
    table = section(said(late), "hours").blocks[1]
    assert isinstance(table, Table)
    assert [row[3] for row in table.rows] == ["Cumplido", "Vencido", "Cumplido"]


def test_a_response_that_nobody_gave_before_its_limit_is_overrun():
    unanswered = specimens.ordinary().with_fields({"responded_at": None})
    silent = replace(unanswered, entries={**unanswered.entries, "contacts": ()})
    table = section(said(silent), "hours").blocks[1]
    assert isinstance(table, Table)
    assert (table.rows[0][2:], table.rows[1][3]) == (("—", "Vencido"), "Cumplido")


def test_the_code_leads_to_this_record_and_no_other():
    first, second = specimens.ordinary(), specimens.refused()
    urls = {block(said(r), "evidence", Verification).url for r in (first, second)}
    assert len(urls) == 2
    digest = specimens.subject(first).digest
    assert f"https://folio.example.com/v/SEI-2026-000101#{digest[:32]}" in urls


def test_the_language_is_the_customers_until_somebody_signed_in_another():
    assert said(specimens.unsigned(), locale="en-US").title == "Service report"
    assert said(specimens.ordinary(), locale="en-US").title == "Hoja de servicio"


def test_an_empty_record_is_still_a_report():
    report = said(Record("0195f3a2-7c1e-7d3a-9b51"))
    assert report.folio == "0195f3a2-7c1e-7d3a-9b51"


def test_names_that_the_office_did_not_send_are_shown_as_codes():
    subject = replace(specimens.subject(specimens.ordinary()), catalogues={}, customer={}, site={},
                      asset=Asset.of("asset-1", {}))  # fmt: skip
    work = section(service_report(subject), "work")
    assert "CR-FUS-01" in [b.text for b in work.blocks if isinstance(b, Text)]


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (25, "25 min"), (60, "1 h"), (85, "1 h 25 min"),
                           (-30, "−30 min"), (6000, "100 h")],
)  # fmt: skip
def test_spans_of_time_in_words(minutes, words):
    phrases = Phrases("es", specimens.MEXICO, {})
    assert phrases.span(timedelta(minutes=minutes)) == words


def test_times_are_told_in_the_zone_of_the_organisation():
    phrases = Phrases("es", specimens.MEXICO, {})
    utc = specimens.OPENED.astimezone(tz=None)
    assert phrases.when(utc) == "9 mar 2026, 08:52"


def test_both_languages_say_the_same_things():
    keys = [
        [line for line in (FOLDER / language / "LC_MESSAGES/report.po").read_text().splitlines()
         if line.startswith("msgid")]
        for language in ("es", "en")
    ]  # fmt: skip
    assert keys[0] == keys[1]
    assert t("report.title", "es") == "Hoja de servicio"


def test_a_spare_part_has_one_word_on_paper_and_on_the_screens():
    packs = Path(__file__).parents[3] / "sync_server/registers/packs"
    office = (packs / "managed-print/profile.csv").read_text("utf-8")
    for said in ((FOLDER / "es/LC_MESSAGES/report.po").read_text("utf-8"), office):
        assert "refacciones" in said
        assert not re.findall(r"\bpartes?\b", said, re.IGNORECASE)


def facts(report):
    return {
        item.label: item.value
        for part in report.sections
        for each in part.blocks
        if isinstance(each, Fields)
        for item in each.items
    }


def test_remarks_are_told_on_the_first_page_and_are_no_good_mark():
    words = "La bandeja 3 sigue atascando el papel grueso y nadie ha dicho cuándo vuelven a venir."
    report = said(specimens.signed(specimens.ordinary(), outcome="remarks", remarks=words))
    told = report.highlights[-1]
    assert told.mark is Mark.EXCEPTION
    assert told.value == (
        "Con observaciones\n«La bandeja 3 sigue atascando el papel grueso y nadie ha…»"
    )
    assert block(report, "conformity", Signature).mark is Mark.EXCEPTION


def test_a_refusal_says_why_on_the_first_page():
    assert (
        said(specimens.refused())
        .highlights[-1]
        .value.endswith("\n«El gerente pide revisar el cargo primero.»")
    )


@pytest.mark.parametrize(
    ("billable", "contract", "charge"),
    [
        (True, "Integral 2026", "Este servicio puede generar cargo"),
        (False, "Integral 2026", "Sin cargo, según contrato"),
        (None, "Integral 2026", "Sin cargo, según contrato"),
        (False, "", "Sin cargo"),
        (None, "", "Sin cargo"),
    ],
)
def test_a_charge_is_told_as_far_as_it_is_known(billable, contract, charge):
    record = specimens.ordinary().with_fields({"billable": billable})
    subject = replace(
        specimens.subject(record), customer={"name": "Hospital", "contract": contract}
    )
    assert facts(service_report(subject))["Cargo"] == charge


def test_an_id_is_nobodys_name():
    subject = specimens.subject(specimens.ordinary())
    unknown = replace(subject, customer={}, catalogues={"organisation": specimens.ORGANISATION})
    report = service_report(unknown)
    assert (facts(report)["Cliente"], facts(report)["Ingeniero"]) == ("", "")
    assert block(report, "parts", Table).rows[0][:2] == ("REF-FUS-A3C", "—")


def test_a_promised_day_is_written_as_every_day_is():
    pending = {"id": "q1", "code": "REF-UIM-K", "quantity": 1, "eta": "2026-03-18"}
    vague = {**pending, "id": "q2", "eta": "fin de mes"}
    record = replace(
        specimens.ordinary(), entries=specimens.entries(parts_pending=(pending, vague))
    )
    table = section(said(record), "parts").blocks[1]
    assert [row[3] for row in table.rows] == ["18 mar 2026", "fin de mes"]


def test_hours_that_end_before_they_begin_are_in_no_sum():
    at = specimens.at
    times = (
        {"id": "t1", "start": at(60), "end": at(90), "kind": "work"},
        {"id": "t2", "start": at(300), "end": at(100), "kind": "travel"},
        {"id": "t3", "start": at(100), "end": at(130), "kind": "work"},
    )
    table = block(
        said(replace(specimens.ordinary(), entries=specimens.entries(time_entries=times))),
        "hours", Table,
    )  # fmt: skip
    assert [row[3] for row in table.rows] == ["30 min", "—", "30 min"]
    assert table.total[3] == "1 h"


def test_signs_that_print_as_boxes_are_found_wherever_they_stand():
    record = specimens.unsigned().with_fields({"diagnosis": "Panel en 漢 y 10⁶ Ω"})
    subject = replace(specimens.subject(record), customer={"name": "株式会社 漢"})
    assert unprintable_in(service_report(subject)) == ("株", "式", "会", "社", "漢")
    assert unprintable_in(said(specimens.ordinary())) == ()


def test_a_note_is_printed_nowhere():
    """A word among colleagues: nobody showed it to the customer before signing."""
    record = specimens.ordinary()
    noted = replace(record, entries={**record.entries, "notes": (
        {"id": "n1", "at": "2026-03-09T09:00:00-06:00", "text": "Se queja de todo"},)})  # fmt: skip
    assert "Se queja" not in str(said(noted))


@pytest.mark.parametrize("doc", [{}, {"items": None}, {"items": []}])
def test_a_code_of_a_catalogue_that_says_nothing_is_printed_as_it_is(doc):
    phrases = Phrases("es", specimens.MEXICO, {"parts": doc})
    assert phrases.named("parts", "REF-1") == "REF-1"
