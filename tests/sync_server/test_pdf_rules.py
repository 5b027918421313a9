"""For each rule, a report with that one defect seeded: the check finds it, and names it."""

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from shared.operations.digest import report_record
from shared.report.content import service_report
from shared.report.pdf import render
from shared.words import t
from sync_server.reports.pdf_rules import Rule
from sync_server.reports.report_reading import findings, read
from tests.shared.report import specimens


@pytest.fixture(scope="module")
def sound() -> bytes:
    return specimens.made(specimens.ordinary())


def rules(pdf: bytes, record=None) -> set[Rule]:
    """What the office finds when these bytes arrive, held against `record` where one is given."""
    reading = read(pdf)
    found = reading.findings if record is None else findings(reading, record)
    return {finding.rule for finding in found}


def same_length(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """The bytes with one place changed and every offset kept."""
    assert old in pdf
    assert len(old) == len(new), (len(old), len(new))
    return pdf.replace(old, new, 1)


def rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """The file as another program would save it after this change."""
    file = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(
            file,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            deterministic_id=True,
        )
    return file.getvalue()


def test_a_sound_report_has_no_findings(sound):
    assert findings(read(sound), report_record(specimens.ordinary())) == []


def test_rewriting_alone_is_not_what_the_next_tests_find(sound):
    assert Rule.ARCHIVAL not in rules(rewritten(sound, lambda pdf: None))


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7\n", b"just text", b"\xff\xd8\xff\xe0 a photo"])
def test_what_is_no_pdf_does_not_open(bad):
    assert rules(bad) == {Rule.OPENS}


def test_a_report_cut_short_does_not_open(sound):
    assert rules(sound[: len(sound) // 2]) == {Rule.OPENS}


def test_a_missing_end_of_line_before_endstream(sound):
    # One byte moves from the end of the line into the stream; the length is told to agree.
    where = re.search(rb"/Length (\d+)\n>>\nstream\n(?=BT|0\.)", sound)
    assert where is not None
    length = int(where[1])
    longer = same_length(sound, where[0], where[0].replace(where[1], b"%d" % (length + 1)))
    assert Rule.STREAMS in rules(longer)


def test_a_wrong_length_that_readers_mend(sound):
    where = re.search(rb"/Length (\d\d\d\d)\n", sound)
    assert where is not None
    wrong = same_length(sound, where[1], b"%d" % (int(where[1]) - 7))
    assert Rule.STREAMS in rules(wrong)


def test_a_broken_cross_reference(sound):
    where = sound.rindex(b"startxref")
    assert rules(sound[:where] + b"startxref\n12\n%%EOF\n") == {Rule.OPENS}


def drop(*path: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        at = pdf.Root
        for name in path[:-1]:
            at = at[name] if not isinstance(at, pikepdf.Array) else at[0]
        del at[path[-1]]

    return change


def script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def plain_font(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.Font["/FX"] = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    use_font(pdf)


def use_font(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"BT /FX 9 Tf (x) Tj ET")


def ink_for_print(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 1 1 0 k 9 9 9 9 re f")


def no_font_file(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
            del item["/FontFile2"]


def unprinted_link(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            del annotation["/F"]


def unrelated_attachment(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/AFRelationship" in item:
            del item["/AFRelationship"]


def other_level(pdf: pikepdf.Pdf) -> None:
    content = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(content.replace(b"<pdfaid:part>3", b"<pdfaid:part>1"))


def other_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Otro documento"


def other_title_in_metadata(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = "Otro documento"


@pytest.mark.parametrize(
    "defect",
    [
        drop("/OutputIntents"), drop("/Metadata"), drop("/AF"), script, plain_font, no_font_file,
        ink_for_print, unprinted_link, unrelated_attachment, other_level,
    ],
)  # fmt: skip
def test_what_pdf_a_forbids_is_found(sound, defect):
    assert Rule.ARCHIVAL in rules(rewritten(sound, defect))


def test_an_encrypted_report(sound):
    file = BytesIO()
    with pikepdf.open(BytesIO(sound)) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="secret", user=""))
    assert rules(file.getvalue()) == {Rule.OPENS}


def test_another_diagnosis_in_the_attached_record(sound):
    altered = same_length(sound, b"no alcanza", b"ya alcanza")
    assert rules(altered, report_record(specimens.ordinary())) == {Rule.RECORD}


def test_a_record_that_moved_on_at_the_office(sound):
    moved = specimens.ordinary().with_fields({"solution": "Otra cosa."})
    assert rules(sound, report_record(moved)) == {Rule.RECORD}


def test_the_report_of_another_folio(sound):
    other = specimens.ordinary().with_fields({"folio": "SEI-2026-000999"})
    assert rules(sound, report_record(other)) == {Rule.RECORD, Rule.FOLIO}


@pytest.mark.parametrize("renamed", [other_title, other_title_in_metadata])
def test_a_title_of_another_folio(sound, renamed):
    altered = rewritten(sound, renamed)
    assert rules(altered, report_record(specimens.ordinary())) == {Rule.FOLIO}


def no_xml(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(b"<rdf:RDF no xml at all \xff")


def an_entity(pdf: pikepdf.Pdf) -> None:
    told = pdf.Root.Metadata.read_bytes()
    start = told.index(b"<x:xmpmeta")
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    folio = specimens.ordinary().fields["folio"].encode()
    pdf.Root.Metadata.write(outside + told[start:].replace(folio, b"&e;"))


@pytest.mark.parametrize("metadata", [drop("/Metadata"), no_xml, an_entity])
def test_metadata_that_cannot_be_read_name_no_folio(sound, metadata):
    altered = rewritten(sound, metadata)
    assert Rule.FOLIO in rules(altered, report_record(specimens.ordinary()))


def test_other_strokes_than_those_signed():
    record = specimens.ordinary()
    attachments = {**specimens.attachments(record), "strokes.json": b"[]"}
    report = service_report(specimens.subject(record))
    pdf = render(report, dict(specimens.pictures(6)), attachments)
    assert rules(pdf, report_record(record)) == {Rule.STROKES}


def test_a_report_without_its_attachments():
    record = specimens.ordinary()
    report = service_report(specimens.subject(record))
    pdf = render(report, dict(specimens.pictures(6)), {})
    assert rules(pdf, report_record(record)) == {Rule.RECORD, Rule.STROKES}


def test_a_photo_with_one_byte_changed(sound):
    photo = specimens.pictures(1)[0][1]
    altered = bytearray(photo)
    altered[len(photo) // 2] ^= 1
    swapped = same_length(sound, photo, bytes(altered))
    assert rules(swapped, report_record(specimens.ordinary())) == {Rule.PHOTOS}


def test_every_finding_has_its_sentence_in_both_languages(sound):
    other = report_record(specimens.ordinary().with_fields({"folio": "SEI-2026-000999"}))
    for finding in [*read(b"").findings, *findings(read(sound), other)]:
        assert finding.sentence("es") != finding.sentence("en")
    for rule in Rule:
        assert t(f"report.finding.{rule}", "es")
