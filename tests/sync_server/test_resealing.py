"""A report sealed again with another certificate: both seals stand, one over the other."""

import re
import subprocess
from datetime import timedelta
from functools import cache
from io import BytesIO
from random import Random

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from sync_server.reports import signing_key
from sync_server.reports.seal_validation import read_seal
from sync_server.reports.signer import HeldKeySigner, Seal
from sync_server.reports.verify import Verdict, verify
from tests.shared.report.pages import needs
from tests.sync_server.sealed import SEALED_AT, key, other_key, sealed

LATER = SEALED_AT + timedelta(days=400)


def ours():
    """The certificates of the office when it has sealed twice."""
    return [key().certificate, other_key().certificate]


@cache
def third_key():
    return signing_key.make("Servicio en Sitio", LATER - timedelta(days=1))


@cache
def twice() -> bytes:
    return Seal.with_key(other_key()).sealed(sealed(), LATER)


@cache
def three_times() -> bytes:
    return Seal.with_key(third_key()).sealed(twice(), LATER + timedelta(days=400))


def verdict(pdf, trusted=None):
    return verify(pdf, trusted or ours()).verdict


def test_the_file_sealed_before_is_the_exact_beginning():
    assert three_times().startswith(twice())
    assert twice().startswith(sealed())


def test_every_seal_holds_and_says_when_and_by_whom():
    reading = read_seal(three_times(), [*ours(), third_key().certificate])
    assert reading.holds
    assert (reading.at, reading.signer) == (LATER + timedelta(days=400), third_key().fingerprint)
    assert [(one.at, one.signer, one.ours) for one in reading.earlier] == [
        (SEALED_AT, key().fingerprint, True),
        (LATER, other_key().fingerprint, True),
    ]


def test_pyhanko_calls_each_of_them_valid():
    """By its own rules of what may change between revisions, told nothing by us."""
    found = PdfFileReader(BytesIO(three_times())).embedded_signatures
    assert [one.field_name for one in found] == ["FolioSeal", "FolioSeal2", "FolioSeal3"]
    for signature in found:
        status = validate_pdf_signature(
            signature, ValidationContext(trust_roots=[signature.signer_cert], moment=LATER)
        )
        assert (status.bottom_line, status.docmdp_ok) == (True, True), signature.field_name


@needs("pdfsig")
def test_pdfsig_calls_each_of_them_valid(tmp_path):
    path = tmp_path / "twice.pdf"
    path.write_bytes(twice())
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    assert said.rindex("Total document signed") > said.index("FolioSeal2")


def test_the_verdict_tells_of_the_earlier_seal():
    checks = {check.code: check for check in verify(twice(), ours()).checks}
    assert all(check.passed is not False for check in checks.values())
    assert f"{SEALED_AT:%Y-%m-%d}" in checks["seal_earlier"].sentence("es")
    assert "seal_earlier" not in {check.code for check in verify(sealed(), ours()).checks}


def test_the_present_certificate_is_enough_to_verify():
    assert verdict(twice(), [other_key().certificate]) is Verdict.AUTHENTIC


def test_a_signature_of_somebody_else_upon_our_seal_is_found():
    """Made as our own seals are, in the next field: only the certificate is a stranger's."""
    finding = verify(twice(), [key().certificate])
    assert finding.verdict is Verdict.ALTERED
    assert {c.code for c in finding.checks if c.passed is False} == {"seal_whole"}


def test_a_stranger_s_two_seals_are_unknown():
    assert verdict(twice(), [third_key().certificate]) is Verdict.UNKNOWN


@pytest.mark.slow
def test_any_one_byte_that_is_flipped_is_found():
    """Sampled over report and both seals, the lower envelope and its room included."""
    chosen, pdf = Random(11), twice()
    rooms = [hexes.span(1) for hexes in re.finditer(rb"/Contents <([0-9A-F]+)>", pdf)]
    assert len(rooms) == 2
    spots = {chosen.randrange(len(sealed())) for _ in range(10)}
    spots |= {chosen.randrange(len(sealed()), len(pdf)) for _ in range(40)}
    spots |= {at for begin, end in rooms for at in (begin, begin + 500, end - 1)}
    for spot in sorted(spots):
        changed = bytearray(pdf)
        changed[spot] ^= 1 << chosen.randrange(8)
        assert verdict(bytes(changed)) in (Verdict.ALTERED, Verdict.UNCHECKED), spot


def updated():
    writer = IncrementalPdfFileWriter(BytesIO(twice()))
    writer.root["/Folio"] = writer.root["/Type"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_in_a_field_of_another_name():
    out = BytesIO()
    signer = PdfSigner(PdfSignatureMetadata(field_name="Other"), HeldKeySigner(key()))
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(twice())), output=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "changed",
    [
        lambda: twice() + b"\n",
        updated,
        signed_in_a_field_of_another_name,
        lambda: twice()[:-9],
        lambda: sealed() + twice()[len(sealed()) + 1 :],
        lambda: three_times()[: len(sealed())] + three_times()[len(twice()) :],
    ],
    ids=["a byte behind", "an update", "another's field", "cut", "a byte less", "a seal left out"],
)
def test_what_is_added_or_taken_away_is_found(changed):
    assert verdict(changed(), [*ours(), third_key().certificate]) is Verdict.ALTERED


def test_the_earlier_file_by_itself_is_still_authentic():
    assert verdict(twice()[: len(sealed())]) is Verdict.AUTHENTIC
