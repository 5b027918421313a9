"""Is this file ours and unchanged? Every way of changing it that was tried is found."""

from collections.abc import Callable
from io import BytesIO
from random import Random

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from reportlab.pdfgen.canvas import Canvas

from sync_server.reports.signer import HeldKeySigner, Seal
from sync_server.reports.verify import Verdict, verify
from tests.shared.report import specimens
from tests.sync_server.sealed import SEALED_AT, key, other_key, report, sealed
from tests.sync_server.tablets import photo


def verdict(pdf, trusted=None):
    return verify(pdf, [key().certificate] if trusted is None else trusted).verdict


def checks(pdf):
    return {check.code: check.passed for check in verify(pdf, [key().certificate]).checks}


def foreign(text="una factura"):
    out = BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, text)
    canvas.save()
    return out.getvalue()


def saved(pdf, change=lambda opened: None, **how):
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, **how)
    return out.getvalue()


def test_a_sealed_report_is_authentic_and_says_what_was_checked():
    finding = verify(sealed(), [key().certificate])
    assert finding.verdict is Verdict.AUTHENTIC
    assert finding.folio == "SEI-2026-000101"
    assert finding.sealed_at == SEALED_AT
    assert [check.code for check in finding.checks if check.passed is False] == []
    assert {"opens", "record", "photos", "statement", "seal_intact", "seal_whole"} <= {
        check.code for check in finding.checks
    }


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_answer_has_its_words(language):
    for pdf in (sealed(), report(), foreign(), b"", sealed()[:-9], encrypted(), saved(foreign())):
        finding = verify(pdf, [key().certificate])
        assert all(check.sentence(language) for check in finding.checks)
        assert finding.on_the_wire(language)["checks"]


def test_no_person_is_named():
    said = str(verify(sealed(), [key().certificate]).on_the_wire("es"))
    assert "Ibáñez" not in said
    assert "Gabriel" not in said


@pytest.mark.slow
def test_any_one_byte_that_is_flipped_is_found():
    """Sampled over the whole file, and every byte of the seal's own dictionary and envelope."""
    chosen = Random(7)
    pdf = sealed()
    spots = {chosen.randrange(len(report())) for _ in range(40)}
    spots |= {chosen.randrange(len(report()), len(pdf)) for _ in range(110)}
    spots |= {0, 1, 5, len(pdf) - 1, len(pdf) - 7, len(report()) - 1, len(report())}
    for spot in sorted(spots):
        changed = bytearray(pdf)
        changed[spot] ^= 1 << chosen.randrange(8)
        assert verdict(bytes(changed)) in (Verdict.ALTERED, Verdict.UNCHECKED), spot


def test_a_letter_of_the_envelope_in_the_other_case_is_found():
    at = sealed().index(b"/Contents <") + len(b"/Contents <")
    letter = next(i for i in range(at, at + 200) if sealed()[i : i + 1].isalpha())
    changed = bytearray(sealed())
    changed[letter] ^= 0x20
    assert verdict(bytes(changed)) is Verdict.ALTERED


def _updated(pdf):
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Folio"] = writer.root["/Type"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _photo_swapped(opened):
    for item in opened.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Filter") == pikepdf.Name.DCTDecode:
            item.write(photo(9), filter=pikepdf.Name.DCTDecode)
            return


def _record_changed(opened):
    file = opened.attachments["record.json"].get_file().obj
    file.write(file.read_raw_bytes().replace(b"CR-FUS-01", b"CR-FUS-02"))


TAMPERED = {
    "an update appended": lambda: _updated(sealed()),
    "bytes appended": lambda: sealed() + b"% more\n",
    "a line end appended": lambda: sealed() + b"\n",
    "saved again": lambda: saved(sealed()),
    "a photo swapped": lambda: saved(sealed(), _photo_swapped),
    "a field changed in the attachment": lambda: saved(sealed(), _record_changed),
    "an attachment taken out": lambda: saved(sealed(), lambda o: o.attachments.clear()),
    "a page taken out": lambda: saved(sealed(), lambda o: o.pages.__delitem__(0)),
    "cut before its end": lambda: sealed()[:-40],
    "a second seal over the first": lambda: _sealed_twice(),
    "the seal of one report behind another": lambda: _other_report() + sealed()[len(report()) :],
    "something before it": lambda: b"\n" + sealed(),
}


def _other_report():
    return specimens.made(specimens.signed(specimens.ordinary().with_fields({"billable": True})))


def _sealed_twice():
    """As a PDF program would sign: a second signature field behind the first."""
    signer = PdfSigner(PdfSignatureMetadata(field_name="Other"), HeldKeySigner(key()))
    setattr(signer, "_enforce_certification_constraints", lambda reader: None)  # noqa: B010
    out = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(sealed())), output=out)
    return out.getvalue()


NOT_ESTABLISHED = {
    "saved again", "a photo swapped", "a field changed in the attachment",
    "an attachment taken out", "a page taken out", "cut before its end",
    "the seal of one report behind another", "something before it",
}  # fmt: skip
"""Written anew, or not whole: not the file that was sealed; the file alone does not say more."""


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found(what):
    expected = Verdict.UNCHECKED if what in NOT_ESTABLISHED else Verdict.ALTERED
    assert verdict(TAMPERED[what]()) is expected


def test_a_file_that_was_saved_again_is_accused_of_nothing():
    said = checks(saved(sealed()))
    assert set(said.values()) == {True, None}
    assert said["seal"] is True
    assert said["seal_intact"] is said["seal_ours"] is None


def test_what_stands_before_an_addition_is_vouched_for():
    said = checks(_updated(sealed()))
    assert said["seal_intact"] is said["seal_tight"] is said["seal_ours"] is True
    assert said["seal_whole"] is False


def encrypted():
    return saved(foreign(), encryption=pikepdf.Encryption(owner="a", user="b"))


UNKNOWN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "text": lambda: b"just text\n" * 99,
    "noise": lambda: Random(3).randbytes(5000),
    "noise that says it is a PDF": lambda: b"%PDF-1.7\n" + Random(3).randbytes(5000) + b"%%EOF",
    "a PDF of somebody else": foreign,
    "a modern PDF of somebody else": lambda: saved(
        foreign(), object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "an encrypted PDF": encrypted,
    "the first half of a report": lambda: sealed()[: len(sealed()) // 2],
    "a cut PDF of somebody else": lambda: foreign()[:-30],
    "a PDF that somebody else signed": lambda: _signed_by_another(),
    "a report that was never sealed": report,
    "a report that another office sealed": lambda: Seal.with_key(other_key()).sealed(
        report(), SEALED_AT
    ),
}


def _signed_by_another():
    out = BytesIO()
    signer = PdfSigner(PdfSignatureMetadata(field_name="Sig1"), HeldKeySigner(other_key()))
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(foreign())), output=out)
    return out.getvalue()


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_known_is_said_to_be_unknown(what):
    assert verdict(UNKNOWN[what]()) is Verdict.UNKNOWN


def test_an_encrypted_file_is_named_as_such():
    assert "opens_encrypted" in checks(encrypted())


def test_without_a_certificate_nothing_is_ours():
    assert verdict(sealed(), []) is Verdict.UNKNOWN


def test_a_small_file_that_grows_when_unpacked_is_not_unpacked():
    def bomb(opened):
        opened.make_stream(b"\0" * 50_000_000)

    packed = saved(
        foreign(), bomb, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True
    )
    assert checks(packed)["opens_foreign"] is False
