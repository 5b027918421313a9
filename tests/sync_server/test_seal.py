"""The seal: behind the report as it came, by the office's key, nothing after it but another."""

import subprocess
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import pytest
from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.timestamps import DummyTimeStamper

from sync_server.reports import seal_certificates, signing_key
from sync_server.reports.seal_validation import read_seal
from sync_server.reports.signer import AuthorityStamps, NoTimeStamp, NotSealable, Seal
from sync_server.reports.signing_key import SealExists, UnusableKey
from sync_server.runtime.settings import Settings
from tests.shared.report.pages import needs
from tests.sync_server.sealed import SEALED_AT, key, other_key, report, sealed


def test_the_received_bytes_stay_the_exact_beginning():
    assert sealed().startswith(report())


def test_the_seal_holds_and_says_when_and_by_whom():
    reading = read_seal(sealed(), [key().certificate])
    assert reading.holds
    assert reading.at == SEALED_AT
    assert reading.signer == key().fingerprint
    assert "Servicio en Sitio" in reading.name


def test_the_seal_certifies_and_allows_nothing_but_another_seal():
    reader = PdfFileReader(BytesIO(sealed()))
    [signature] = reader.embedded_signatures
    assert signature.docmdp_level is MDPPerm.FILL_FORMS
    [field] = reader.root["/AcroForm"]["/Fields"]  # there is no form to be filled
    assert field.get_object()["/T"] == "FolioSeal"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_sealed_it_stays_the_version_of_pdf_that_it_came_in():
    reader = PdfFileReader(BytesIO(sealed()))
    assert reader.input_version == (1, 7)
    assert "/Version" not in reader.root
    assert list(reader.root["/Extensions"]) == ["/ESIC"]


def test_every_date_in_the_seal_is_its_own_and_it_says_why():
    reader = PdfFileReader(BytesIO(sealed()))
    [signature] = reader.embedded_signatures
    when = f"D:{SEALED_AT:%Y%m%d%H%M%S}"
    assert signature.sig_object["/M"].startswith(when)
    assert reader.trailer["/Info"]["/ModDate"].startswith(when)
    metadata = reader.root["/Metadata"].data
    assert f'ModifyDate="{SEALED_AT:%Y-%m-%dT%H:%M:%S}'.encode() in metadata
    assert b'pdfaid:part="3"' in metadata
    assert signature.sig_object["/Reason"].startswith("Sello de la oficina")


def test_another_office_s_seal_is_sound_but_not_ours():
    reading = read_seal(Seal.with_key(other_key()).sealed(report(), SEALED_AT), [key().certificate])
    assert (reading.intact, reading.whole, reading.tight) == (True, True, True)
    assert not reading.ours
    assert not reading.holds


def test_a_seal_dated_outside_of_its_certificate_does_not_hold():
    early = Seal.with_key(key()).sealed(report(), SEALED_AT - timedelta(days=30))
    assert not read_seal(early, [key().certificate]).holds


def test_a_time_stamp_authority_vouches_for_the_date(authority):
    address, root = authority
    stamped = Seal.with_key(key(), AuthorityStamps(address)).sealed(report(), SEALED_AT)
    assert stamped.startswith(report())
    reading = read_seal(stamped, [key().certificate], [root])
    assert reading.holds
    assert reading.stamped_at == SEALED_AT
    stranger = read_seal(stamped, [key().certificate], [other_key().certificate])
    assert stranger.holds
    assert stranger.stamped_at is None


def test_an_authority_that_does_not_answer_is_said():
    seal = Seal.with_key(key(), AuthorityStamps("http://127.0.0.1:9/", timeout=0.5))
    with pytest.raises(NoTimeStamp):
        seal.sealed(report(), SEALED_AT)


@pytest.mark.parametrize("junk", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF", b"%PDF-1.7" + b"\0" * 999])
def test_what_is_no_pdf_cannot_be_sealed(junk):
    with pytest.raises(NotSealable):
        Seal.with_key(key()).sealed(junk, SEALED_AT)


def test_a_key_made_for_a_demo_is_kept_for_its_owner_only(tmp_path):
    signing_key.write(key(), tmp_path / "seal")
    assert signing_key.read_folder(tmp_path / "seal").fingerprint == key().fingerprint
    assert (tmp_path / "seal" / "key.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(SealExists):
        signing_key.write(other_key(), tmp_path / "seal")


def test_an_operator_brings_a_pkcs12_file_with_its_password(tmp_path):
    path = tmp_path / "office.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", key().key, key().certificate, None, BestAvailableEncryption(b"secret")
        )
    )
    assert signing_key.read_pkcs12(path, b"secret").fingerprint == key().fingerprint
    with pytest.raises(UnusableKey):
        signing_key.read_pkcs12(path, b"wrong")


def test_an_rsa_key_seals_too(tmp_path):
    secret = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    brought = _with_certificate(tmp_path, secret)
    sealed_by_rsa = Seal.with_key(brought).sealed(report(), SEALED_AT)
    assert read_seal(sealed_by_rsa, [brought.certificate]).holds


def test_a_key_of_another_kind_or_of_another_certificate_is_refused(tmp_path):
    with pytest.raises(UnusableKey):
        _with_certificate(tmp_path, ed25519.Ed25519PrivateKey.generate())
    signing_key.write(key(), tmp_path / "one")
    signing_key.write(other_key(), tmp_path / "other")
    with pytest.raises(UnusableKey, match="does not belong"):
        signing_key.read_pem(
            tmp_path / "one" / "certificate.pem", tmp_path / "other" / "key.pem", None
        )


def test_a_new_certificate_keeps_trusting_what_the_earlier_one_sealed(tmp_path):
    signing_key.write(key(), tmp_path / "seal")
    signing_key.write(other_key(), tmp_path / "brought")
    settings = Settings(
        data=tmp_path,
        seal_certificate=str(tmp_path / "brought" / "certificate.pem"),
        seal_key=str(tmp_path / "brought" / "key.pem"),
    )
    office = seal_certificates.of(settings)
    assert office.seal.key.fingerprint == other_key().fingerprint
    assert read_seal(sealed(), office.trusted).holds


def test_an_office_without_a_certificate_says_so(tmp_path):
    with pytest.raises(signing_key.NoSeal):
        seal_certificates.of(Settings(data=tmp_path))
    assert seal_certificates.trusted(Settings(data=tmp_path)) == ()


@needs("pdfsig")
def test_pdfsig_agrees(tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed())
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def _with_certificate(folder, secret):
    """PEM files of a key that the certificate maker does not make by itself."""
    template = key().certificate
    certificate = (
        x509.CertificateBuilder()
        .subject_name(template.subject)
        .issuer_name(template.subject)
        .public_key(secret.public_key())
        .serial_number(7)
        .not_valid_before(template.not_valid_before_utc)
        .not_valid_after(template.not_valid_after_utc)
        .sign(key().key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "k.pem").write_bytes(
        secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return signing_key.read_pem(folder / "c.pem", folder / "k.pem", None)


@pytest.fixture
def authority():
    """A time-stamp authority at its address, and its root certificate."""
    secret = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    root = _stamping(secret)
    stamper = DummyTimeStamper(
        tsa_cert=signing_key.as_asn1(root),
        tsa_key=PrivateKeyInfo.load(
            secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        fixed_dt=SEALED_AT,
    )

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", root
        server.shutdown()


def _stamping(secret):
    template = key().certificate
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autoridad de sellado de tiempo")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(9)
        .not_valid_before(template.not_valid_before_utc)
        .not_valid_after(template.not_valid_after_utc)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(secret, hashes.SHA256())
    )
