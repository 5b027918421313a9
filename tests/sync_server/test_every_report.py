"""Every kind of report, before and after the seal, judged by programs that are none of ours."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from textwrap import dedent

import pikepdf
import pytest
from pikepdf import pdfa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from shared.operations.digest import report_record
from shared.report.blocks import Paper
from shared.ticket.ticket import Record
from sync_server.reports.report_reading import findings, read
from sync_server.reports.signer import Seal
from sync_server.reports.signing_key import as_asn1
from sync_server.reports.verify import Verdict, verify
from tests.shared.report import specimens
from tests.shared.report.pages import needs
from tests.sync_server.sealed import SEALED_AT, key

TOOLS = ("qpdf", "pdffonts", "pdfdetach", "pdfimages", "pdfsig")

pytestmark = needs(*TOOLS)


def short() -> Record:
    """No asset, no parts, no photos: the least that a visit leaves."""
    base = specimens.ordinary()
    fields = {**base.fields, "sign_off": None, "solution": "Hecho.", "asset": None}
    none = specimens.entries(parts_used=(), evidence=(), actions=())
    return specimens.signed(Record(base.id, fields, none))


def absent() -> Record:
    return specimens.signed(
        specimens.ordinary(), outcome="absent", strokes=[], reason="Salió a una urgencia."
    )


def remarks() -> Record:
    return specimens.signed(
        specimens.ordinary(), outcome="remarks", remarks="Falta revisar la bandeja 3."
    )


def english(record: Record) -> Record:
    sign_off = record.fields.get("sign_off")
    if not sign_off:
        return record
    statement = {name: value for name, value in sign_off.items() if name != "digest"}
    return specimens.signed(record.with_fields({"sign_off": None}), **{**statement, "locale": "en"})


@dataclass(frozen=True)
class Kind:
    """How to make one, with how many photos."""

    make: Callable[[], Record]
    photos: int = 6


KINDS = {
    "short": Kind(short, 0), "ordinary": Kind(specimens.ordinary), "long": Kind(specimens.long, 30),
    "refused": Kind(specimens.refused), "absent": Kind(absent), "remarks": Kind(remarks),
    "typed": Kind(specimens.typed), "remote": Kind(specimens.remote, 1),
    "voided": Kind(specimens.voided), "every letter and emoji": Kind(specimens.odd_letters),
}  # fmt: skip
EDITIONS = [("es-MX", Paper.LETTER), ("en", Paper.A4)]
EVERY = [
    pytest.param(kind, locale, paper, id=f"{kind}, {locale}, {paper}")
    for kind in KINDS
    for locale, paper in EDITIONS
]


@cache
def made(kind: str, locale: str, paper: Paper) -> tuple[Record, bytes, bytes]:
    """The record, its report, and the report sealed."""
    record = KINDS[kind].make()
    # What was void stays void: nobody signs it again.
    record = english(record) if locale == "en" and kind != "voided" else record
    pdf = specimens.made(record, KINDS[kind].photos, paper=paper, locale=locale)
    return record, pdf, Seal.with_key(key()).sealed(pdf, SEALED_AT)


@pytest.mark.parametrize(("kind", "locale", "paper"), EVERY)
@pytest.mark.slow
def test_as_it_came_it_is_archival(kind, locale, paper, tmp_path):
    record, pdf, _ = made(kind, locale, paper)
    assert findings(read(pdf), report_record(record)) == []  # /Length, ends of line, record, photos
    assert pdfa.validate_written(BytesIO(pdf), "3b").findings == []
    assert_sound(tmp_path, pdf, record)


@pytest.mark.parametrize(("kind", "locale", "paper"), EVERY)
@pytest.mark.slow
def test_sealed_it_is_what_came_and_valid_to_everybody(kind, locale, paper, tmp_path):
    record, pdf, sealed = made(kind, locale, paper)
    assert sealed.startswith(pdf)
    path = assert_sound(tmp_path, sealed, record)
    assert_signed(path, sealed)
    finding = verify(sealed, [key().certificate])
    assert finding.verdict is Verdict.AUTHENTIC
    [*said_of_record] = [c.passed for c in finding.checks if c.code == "statement"]
    assert said_of_record == ([] if not record.fields.get("sign_off") else [kind != "voided"])


def ours() -> ValidationContext:
    """The office's certificate, on the day of the seal."""
    return ValidationContext(
        trust_roots=[as_asn1(key().certificate)], moment=SEALED_AT, best_signature_time=SEALED_AT
    )


def assert_signed(path: Path, sealed: bytes) -> None:
    """To pdfsig and pyHanko."""
    said = run("pdfsig", path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    [signature] = PdfFileReader(BytesIO(sealed)).embedded_signatures
    status = validate_pdf_signature(signature, ours())
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def assert_sound(folder: Path, pdf: bytes, record: Record) -> Path:
    """To qpdf, pdffonts and pdfdetach; where it was written."""
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", path)
    fonts = run("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +yes +yes +\d+ +\d+$", font) for font in fonts), fonts
    run("pdfdetach", "-saveall", "-o", folder, path)
    for name, content in specimens.attachments(record).items():
        assert (folder / name).read_bytes() == content
    return path


def run(*command: object) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, check=True)
    return done.stdout.decode()


def resaved(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


def without_font_files(opened: pikepdf.Pdf) -> None:
    for item in opened.objects:
        if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
            del item["/FontFile2"]


def other_strokes(opened: pikepdf.Pdf) -> None:
    opened.attachments["strokes.json"].get_file().obj.write(b"[]")


def a_length_too_short(pdf: bytes) -> bytes:
    [*_, length] = re.finditer(rb"/Length (\d\d\d\d)\n", pdf)
    return pdf[: length.start(1)] + b"%d" % (int(length[1]) - 99) + pdf[length.end(1) :]


def test_saving_again_alone_is_not_what_the_judges_find(tmp_path):
    record, pdf, _ = made("ordinary", "es-MX", Paper.LETTER)
    assert_sound(tmp_path, resaved(pdf, lambda _: None), record)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (a_length_too_short, "qpdf"),
        (lambda pdf: resaved(pdf, without_font_files), "TrueType .* no +yes +yes"),
        (lambda pdf: resaved(pdf, other_strokes), r"assert b'\[\]' == "),
    ],
    ids=["qpdf", "pdffonts", "pdfdetach"],
)
def test_each_judge_of_a_file_finds_what_it_is_asked_for(tmp_path, spoiled, said):
    record, pdf, _ = made("ordinary", "es-MX", Paper.LETTER)
    with pytest.raises((AssertionError, subprocess.CalledProcessError), match=said):
        assert_sound(tmp_path, spoiled(pdf), record)


@pytest.mark.parametrize("where", [2000, -40_000, -4000])
def test_pdfsig_and_pyhanko_each_find_a_byte_changed(tmp_path, where):
    _, _, sealed = made("ordinary", "es-MX", Paper.LETTER)
    changed = bytearray(sealed)
    changed[where] ^= 1
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    assert "Signature is Valid" not in run("pdfsig", path)
    [signature] = PdfFileReader(BytesIO(changed)).embedded_signatures
    assert not validate_pdf_signature(signature, ours()).intact


def test_pdfsig_and_pyhanko_each_find_what_was_appended(tmp_path):
    _, _, sealed = made("ordinary", "es-MX", Paper.LETTER)
    path = tmp_path / "longer.pdf"
    path.write_bytes(sealed + b"% more\n")
    assert "Not total document signed" in run("pdfsig", path)
    [signature] = PdfFileReader(BytesIO(path.read_bytes())).embedded_signatures
    status = validate_pdf_signature(signature, ours())
    assert status.coverage is not SignatureCoverageLevel.ENTIRE_FILE


def test_the_recipe_for_ten_years_from_now_needs_no_folio(tmp_path):
    """docs/REPORT.md: steps 3 to 5 of ten years on, with poppler and Python alone."""
    record, _, sealed = made("ordinary", "es-MX", Paper.LETTER)
    path = assert_sound(tmp_path, sealed, record)
    held = sha256((tmp_path / "record.json").read_bytes()).hexdigest()
    assert f"#{held[:32]}" in record_address(record)
    run("pdfimages", "-all", path, tmp_path / "photo")
    photos = {sha256(p.read_bytes()).hexdigest() for p in tmp_path.glob("photo-*.jpg")}
    named = {e["sha256"] for e in json.loads((tmp_path / "record.json").read_text())["evidence"]}
    assert photos == named
    page = (Path(__file__).parents[2] / "docs" / "REPORT.md").read_text(encoding="utf-8")
    snippet = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert snippet
    (tmp_path / "recipe.py").write_text(dedent(snippet[1]), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-I", "recipe.py"], cwd=tmp_path, capture_output=True, check=True
    )
    assert told.stdout == b"True\n"


def record_address(record: Record) -> str:
    return specimens.subject(record).url
