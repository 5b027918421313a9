"""Every report that 0.1.0 sealed is authentic still: as a file, and to an office that asks."""

import json
import shutil
from hashlib import sha256

import httpx
import pytest

from sync_server.archive.archive_check import verify_online
from sync_server.reports import seal_certificates
from sync_server.reports.report_file import read_report
from sync_server.reports.report_reading import findings, read
from sync_server.reports.signing_key import read_certificates
from sync_server.reports.verify import Verdict, verify
from tests.given.folders import command
from tests.given.release import GIVEN

REPORTS = GIVEN / "reports"
CERTIFICATE = REPORTS / "certificate.pem"
LISTED = json.loads((REPORTS / "reports.json").read_text("utf-8"))


@pytest.fixture
def knowing(office):
    """The office, which once sealed with the certificate of these reports."""
    place = seal_certificates.folder(office.settings) / "earlier"
    place.mkdir(parents=True)
    shutil.copy(CERTIFICATE, place)
    seal_certificates.of.cache_clear()
    yield office
    seal_certificates.of.cache_clear()


def test_every_kind_of_report_is_among_them():
    kinds = {said["kind"] for said in LISTED.values()}
    assert kinds >= {
        "short", "ordinary", "long", "refused", "absent", "remarks", "typed", "remote", "voided",
        "every letter and emoji", "unsigned",
    }  # fmt: skip
    assert {path.name for path in REPORTS.glob("*.pdf")} == LISTED.keys()


@pytest.mark.parametrize("name", LISTED)
def test_what_was_received_is_the_exact_beginning(name):
    sealed = (REPORTS / name).read_bytes()
    received = sealed[: LISTED[name]["received"]]
    assert sha256(received).hexdigest() == LISTED[name]["sha256"]
    assert received.rstrip().endswith(b"%%EOF")
    assert len(received) < len(sealed)


@pytest.mark.parametrize("name", LISTED)
def test_with_its_certificate_it_is_authentic_and_says_what_it_said(name):
    finding = verify((REPORTS / name).read_bytes(), read_certificates(CERTIFICATE))
    assert finding.verdict is Verdict.AUTHENTIC
    assert finding.folio == "SEI-2026-000101"
    statements = [check.passed for check in finding.checks if check.code == "statement"]
    kind = LISTED[name]["kind"]
    assert statements == ([] if kind in ("remote", "unsigned") else [kind != "voided"])
    assert not [c.code for c in finding.checks if c.passed is False and c.code != "statement"]
    [covers] = [c for c in finding.checks if c.code == "shown"]
    assert covers.passed is None
    assert "por su clave" in covers.sentence("es")


@pytest.mark.parametrize("name", LISTED)
def test_what_was_received_keeps_the_rules_that_the_office_holds_it_to(name):
    received = (REPORTS / name).read_bytes()[: LISTED[name]["received"]]
    record = read_report(received).record
    assert record is not None
    assert findings(read(received), record) == []


def test_one_byte_changed_it_is_altered():
    changed = bytearray((REPORTS / "ordinary-es-MX.pdf").read_bytes())
    changed[2000] ^= 1
    assert verify(bytes(changed), read_certificates(CERTIFICATE)).verdict is Verdict.ALTERED


def test_without_its_certificate_it_is_nobodys():
    assert verify((REPORTS / "ordinary-es-MX.pdf").read_bytes(), []).verdict is Verdict.UNKNOWN


def test_the_command_line_says_so_of_a_file_alone(tmp_path):
    done = command(tmp_path, "verify", REPORTS / "ordinary-es-MX.pdf", "--certificate", CERTIFICATE)
    assert done.exit_code == 0, done.output
    assert "Auténtico" in done.stdout


@pytest.mark.parametrize("name", LISTED)
def test_an_office_that_sealed_them_knows_them(knowing, name):
    finding = verify_online(knowing.context, (REPORTS / name).read_bytes())
    assert finding.verdict is Verdict.AUTHENTIC


def test_anybody_may_ask_the_office_with_the_file(knowing):
    content = (REPORTS / "ordinary-es-MX.pdf").read_bytes()
    answer = httpx.post(f"{knowing.url}/v", files={"file": content}, timeout=30)
    assert answer.status_code == 200
    assert "Auténtico" in answer.text
