"""The report as a file: archival, whole, the same wherever it is made, with the evidence inside."""

import os
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp

from shared.operations.digest import report_digest, report_record
from shared.report.blocks import Paper
from shared.report.content import service_report
from shared.report.pdf import render
from shared.ticket.ticket import Record
from sync_server.reports.report_reading import findings, read
from tests.shared.report import pages, specimens

EVERY = [
    pytest.param(make, 30 if name == "long" else 6, id=name) for name, make in specimens.ALL.items()
]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    return written(tmp_path_factory.mktemp("report"), specimens.made(specimens.ordinary()))


def written(folder: Path, pdf: bytes) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    return path


def english(record):
    statement = {k: v for k, v in (record.fields.get("sign_off") or {}).items() if k != "digest"}
    unsigned = record.with_fields({"sign_off": None})
    return specimens.signed(unsigned, **{**statement, "locale": "en"}) if statement else unsigned


@pytest.mark.parametrize(("make", "photos"), EVERY)
@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("locale", ["es-MX", "en"])
def test_every_report_is_pdf_a_3b_and_says_what_the_record_says(make, photos, paper, locale):
    record = make() if locale == "es-MX" else english(make())
    pdf = specimens.made(record, photos, paper=paper, locale=locale)
    assert findings(read(pdf), report_record(record)) == []


@pytest.mark.parametrize(("make", "photos"), EVERY)
def test_nothing_stands_outside_the_margins(make, photos, tmp_path):
    pdf = written(tmp_path, specimens.made(make(), photos))
    pages.assert_inside_margins(pdf)


def test_qpdf_finds_nothing_to_mend(ordinary):
    assert b"No syntax or stream encoding errors found" in pages.run("qpdf", "--check", ordinary)


def test_every_font_is_embedded_and_its_letters_can_be_copied(ordinary):
    fonts = pages.run("pdffonts", ordinary).decode().splitlines()[2:]
    assert fonts
    for font in fonts:
        embedded, _, unicode = font.split()[-5:-2]
        assert (embedded, unicode) == ("yes", "yes"), font


def test_pdfdetach_gives_back_the_record_and_the_strokes(ordinary, tmp_path):
    pages.run("pdfdetach", "-saveall", "-o", tmp_path, ordinary)
    for name, content in specimens.attachments(specimens.ordinary()).items():
        assert (tmp_path / name).read_bytes() == content


def test_the_photos_inside_are_the_evidence_byte_for_byte(ordinary):
    with pikepdf.open(ordinary) as pdf:
        inside = [
            item.read_raw_bytes()
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]
    assert sorted(inside) == sorted(data for _, data in specimens.pictures(6))
    names = {entry["sha256"] for entry in specimens.evidence()}
    assert {sha256(data).hexdigest() for data in inside} == names


def test_a_photo_shown_twice_is_carried_once():
    evidence = specimens.evidence(1)
    twice = (*evidence, {**evidence[0], "id": "e900", "kind": "after"})
    record = specimens.signed(Record("t", {**specimens.FIELDS}, specimens.entries(evidence=twice)))
    pdf = specimens.made(record, 1)
    assert pdf.count(specimens.pictures(1)[0][1]) == 1


def test_a_photo_that_is_not_at_hand_leaves_a_frame_that_says_so(tmp_path):
    record = specimens.ordinary()
    pdf = specimens.made(record, photos=4)
    assert "La fotografía no está" in pages.text(written(tmp_path, pdf))
    assert [f.rule for f in findings(read(pdf), report_record(record))] == ["photos", "photos"]


def test_the_same_record_gives_the_same_bytes_in_any_process():
    script = (
        "import sys; from hashlib import sha256; from tests.shared.report import specimens as s; "
        "sys.stdout.write(sha256(s.made(s.ordinary())).hexdigest())"
    )
    here = sha256(specimens.made(specimens.ordinary())).hexdigest()
    for environment in (
        {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4242",
         "SOURCE_DATE_EPOCH": "1", "RL_useA85": "1", "RL_pageCompression": "1", "RL_invariant": "0",
         "RL_ttfAsciiReadable": "0"},
    ):  # fmt: skip
        made = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout == here


@pytest.mark.slow
def test_threads_do_not_write_into_each_others_reports():
    records = [make() for make in (specimens.odd_letters, specimens.ordinary, specimens.remote)]
    reports = [service_report(specimens.subject(record)) for record in records]
    alone = [render(report, {}, {}) for report in reports]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(6) as pool:
            together = list(pool.map(lambda report: render(report, {}, {}), reports * 50))
    finally:
        sys.setswitchinterval(switching)
    assert together == alone * 50


def test_the_bytes_do_not_depend_on_zlib(ordinary):
    assert b"FlateDecode" not in ordinary.read_bytes()


def test_the_code_on_paper_leads_to_the_verification_page(ordinary):
    last = pages.images(ordinary, 200)[-1]
    (code,) = zxingcpp.read_barcodes(last)
    digest = report_digest(specimens.ordinary())
    assert code.text == f"https://folio.example.com/v/SEI-2026-000101#{digest[:32]}"


def test_folio_hash_and_zone_of_times_stand_on_every_page(ordinary):
    digest = report_digest(specimens.ordinary())
    found = pages.words(ordinary)
    last = max(word.page for word in found)
    for number in range(1, last + 1):
        said = " ".join(word.text for word in found if word.page == number)
        assert "SEI-2026-000101" in said
        assert f"Huella {digest[:4]} {digest[4:8]} {digest[8:12]} {digest[12:16]}" in said
        assert f"Página {number} de {last}" in said
        assert "soporte@example.com" in said
        assert said.count("Hora de Ciudad de México (UTC−06:00)") == 1


def in_order(pdf):
    """The words as they follow each other in the file: what a preview and a voice read."""
    return pages.run("pdftotext", "-raw", str(pdf), "-").decode()


def test_each_page_begins_with_its_content_and_each_label_has_its_value(ordinary):
    told = in_order(ordinary).split("\f")
    assert told[0].splitlines()[1].startswith("Hoja de servicio")
    for page in told[:-1]:
        *content, foot, zone = page.splitlines()
        assert foot.startswith("Soporte: 55 5550 0100")
        assert "UTC" in zone
        assert not [line for line in content if line.startswith(("Soporte", "Página"))]
    flat = " ".join(told[0].split())
    for each in (
        "Prueba final ✓ Aprobada Refacciones pendientes ✓ Ninguna",
        "Cliente Hospital San Gabriel, Urgencias Sitio Urgencias Av. Insurgentes",
        "Número de serie DEMO-KY4054-0117 Ubicación PB, Admisión",
    ):
        assert each in flat


def widest():
    """An issuer with a long name and many ways to reach it, and a folio of 36 letters."""
    organisation = {
        **specimens.ORGANISATION,
        "organisation": "Servicios Integrales de Impresión, Digitalización y Mantenimiento del "
        "Sureste, Sociedad Anónima de Capital Variable",
        "support": {
            "phone": "55 5550 0100 ext. 4410, 4411 y 4412",
            "email": "centro.de.atencion.a.clientes@servicios-integrales.example.com",
            "web": "https://soporte.servicios-integrales.example.com/tickets",
            "hours": "Lunes a viernes de 8:00 a 20:00, sábados de 9:00 a 14:00",
        },
    }
    record = specimens.ordinary().with_fields({"folio": None, "sign_off": None})
    typed = "Marta Guadalupe Ibáñez Cárdenas de la Fuente y Villaseñor Echeverría"
    record = specimens.signed(record, strokes=[], typed=typed, witness="Óscar Peña")
    catalogues = {**specimens.CATALOGUES, "organisation": organisation}
    return organisation, typed, replace(specimens.subject(record), catalogues=catalogues)


@pytest.mark.parametrize("paper", Paper)
def test_issuer_folio_support_and_typed_name_stand_whole_on_every_page(tmp_path, paper):
    organisation, typed, subject = widest()
    subject = replace(subject, edition=replace(subject.edition, paper=paper))
    pdf = written(tmp_path, render(service_report(subject), {}, {}))
    pages.assert_inside_margins(pdf)
    whole = [" ".join(page.split()) for page in in_order(pdf).split("\f")[:-1]]
    assert len(whole) > 1
    for page in whole:
        assert organisation["organisation"] in page
        assert subject.folio in page.replace("- ", "-")
        for way in organisation["support"].values():
            assert way in page
    assert typed in " ".join(whole)
    assert "…" not in "".join(whole)


def test_a_void_signature_is_struck_through(tmp_path):
    def reds(record):
        page = pages.images(written(tmp_path, specimens.made(record)), 72, page=3)[0]
        pixels = page.convert("RGB").tobytes()
        return sum(
            r > 120 > 60 > max(g, b)
            for r, g, b in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
        )

    assert reds(specimens.voided()) > 300
    assert reds(specimens.ordinary()) == 0


@pytest.mark.slow
def test_a_heading_is_never_the_last_thing_on_a_page(tmp_path):
    for count in range(12):
        base = specimens.ordinary()
        actions = tuple(
            {"id": f"a{i:02}", "at": specimens.at(80 + i), "text": f"Paso {i}"}
            for i in range(count)
        )
        record = specimens.signed(Record(base.id, base.fields,
                                                   specimens.entries(actions=actions)))  # fmt: skip
        found = pages.words(written(tmp_path, specimens.made(record)))
        for number in {word.page for word in found}:
            body = [w for w in found if w.page == number and w.bottom < 730]
            last = max(w.top for w in body)
            line = " ".join(w.text for w in body if abs(w.top - last) < 2)
            headings = ("Refacciones", "Fotografías", "Horas y nivel de servicio",
                        "Lista de verificación", "Conformidad del cliente", "Servicio")  # fmt: skip
            assert line not in headings


def test_the_signature_and_the_text_agreed_to_share_a_page(tmp_path):
    for make in (specimens.ordinary, specimens.long, specimens.odd_letters, specimens.refused):
        pdf = written(tmp_path, specimens.made(make(), 30))
        found = pages.words(pdf)
        (signed,) = {w.page for w in found if w.text in ("Firmado", "Registrado")}
        agreed = {w.page for w in found if w.text in ("aceptado", "presentado")}
        assert agreed == {signed}


@pytest.mark.parametrize("paper", Paper)
def test_a_hash_stands_on_two_lines_on_either_paper(tmp_path, paper):
    """Its broadest digits, and the longest way to write a time."""
    row = {**specimens.evidence(1)[0], "sha256": "8" * 64, "taken_at": "2026-09-28T20:58:48-06:00"}
    record = Record("t1", specimens.ordinary().fields, specimens.entries(evidence=(row,)))
    report = service_report(specimens.subject(record, paper=paper))
    said = [word.text for word in pages.words(written(tmp_path, render(report, {}, {})))]
    assert said.count("8" * 32) == 2
    assert " ".join(said).count("28 sep 2026, 20:58:48") == 1


def test_a_broken_jpeg_is_not_printed_and_does_no_harm():
    record = specimens.ordinary()
    photos = {name: b"\xff\xd8\xff\xe0 not really" for name, _ in specimens.pictures(6)}
    report = service_report(specimens.subject(record))
    pdf = render(report, photos, specimens.attachments(record))
    assert [f.rule for f in read(pdf).findings] == []


def test_the_file_tells_readers_its_title_language_and_date(ordinary):
    with pikepdf.open(BytesIO(ordinary.read_bytes())) as pdf:
        assert pdf.docinfo["/Title"] == "Hoja de servicio SEI-2026-000101"
        assert pdf.docinfo["/CreationDate"] == "D:20260309172100Z"
        assert pdf.Root.Lang == "es"


def with_logo(jpeg):
    organisation = {**specimens.ORGANISATION, "logo_jpeg": jpeg}
    subject = specimens.subject(specimens.ordinary())
    return replace(subject, catalogues={**specimens.CATALOGUES, "organisation": organisation})


def test_the_organisations_own_logo_takes_the_place_of_ours(tmp_path):
    record = specimens.ordinary()
    logo = specimens.photo(99, 900, 240)
    own = with_logo(b64encode(logo).decode())
    photos = own.pictures(dict(specimens.pictures(6)).__getitem__)
    pdf = render(service_report(own), photos, specimens.attachments(record))
    assert findings(read(pdf), report_record(record)) == []
    assert pdf.count(logo) == 1
    first = pages.images(written(tmp_path, pdf), 72, page=1)[0].crop((50, 42, 170, 72))
    assert first.getpixel((100, 15)) != (255, 255, 255)


@pytest.mark.parametrize(("wide", "named"), [(900, False), (240, True)])
def test_a_logo_that_is_a_mere_sign_has_the_name_beside_it(tmp_path, wide, named):
    own = with_logo(b64encode(specimens.photo(99, wide, 240)).decode())
    pdf = render(service_report(own), own.pictures(dict(specimens.pictures(6)).__getitem__), {})
    said = pages.text(written(tmp_path, pdf)).splitlines()
    heads = [line for line in said if "Huella " in line and ":" not in line]
    assert [("Servicio en Sitio" in line) for line in heads[:2]] == [named, named]


@pytest.mark.parametrize("jpeg", ["", None, "no base64", 7, b64encode(b"GIF89a").decode()])
def test_a_logo_that_cannot_be_printed_leaves_the_name(tmp_path, jpeg):
    own = with_logo(jpeg)
    pdf = render(service_report(own), own.pictures(dict(specimens.pictures(6)).__getitem__), {})
    assert "Servicio en Sitio" in pages.text(written(tmp_path, pdf)).splitlines()[0]
