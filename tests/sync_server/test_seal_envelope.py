"""Around the seal nothing may stand that nobody signed; of one sealing there is one file."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import cms, core
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from sync_server.archive import archive_search
from sync_server.archive.archive_check import verify_online
from sync_server.reports.seal_validation import read_seal
from sync_server.reports.verify import Verdict
from tests.sync_server.sealed import key, other_key, sealed
from tests.sync_server.test_archive import sealing, visit

assert sealing
assert visit

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256: with s also ORDER - s is a signature."""


def with_envelope(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """The same file with something else in the last envelope, as long as before."""
    found = list(re.finditer(rb"/Contents\s*<([0-9A-Fa-f]+)>", pdf))[-1]
    content = cms.ContentInfo.load(bytes.fromhex(found[1].decode()))
    change(content["content"])
    packed: bytes = content.dump(force=True).hex().upper().encode()
    assert len(packed) <= len(found[1])
    return pdf[: found.start(1)] + packed.ljust(len(found[1]), b"0") + pdf[found.end(1) :]


def as_it_is(signed: Any) -> None:
    """Nothing else."""


def attributed(signed: Any) -> None:
    attribute = cms.CMSAttribute(
        {"type": "1.2.3.4.5", "values": [core.Any(core.UTF8String("Pagado"))]}
    )
    signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])


def accompanied(signed: Any) -> None:
    signed["certificates"].append(
        cms.CertificateChoices("certificate", other_key().asn1_certificate)
    )


def accompanied_by_itself(signed: Any) -> None:
    signed["certificates"].append(cms.CertificateChoices("certificate", key().asn1_certificate))


def turned(signed: Any) -> None:
    info = signed["signer_infos"][0]
    r, s = decode_dss_signature(info["signature"].native)
    info["signature"] = core.OctetString(encode_dss_signature(r, ORDER - s))


def test_changed_in_nothing_it_holds():
    assert with_envelope(sealed(), as_it_is) == sealed()


@pytest.mark.parametrize("change", [attributed, accompanied, accompanied_by_itself])
def test_what_nobody_signed_loosens_the_seal(change):
    reading = read_seal(with_envelope(sealed(), change), [key().certificate])
    assert (reading.present, reading.intact, reading.tight) == (True, True, False)
    assert not reading.holds


def test_a_signature_that_was_turned_is_not_the_file_in_the_archive(sealing, visit):
    [one] = sealing.ask(lambda tx: archive_search.of_ticket(tx, visit.ticket))
    ours = sealing.context.blobs.read(one.sealed_sha256)
    assert verify_online(sealing.context, ours).verdict is Verdict.AUTHENTIC
    other = with_envelope(ours, turned)
    assert other != ours
    finding = verify_online(sealing.context, other)
    assert finding.verdict is Verdict.ALTERED
    assert {c.code: c.passed for c in finding.checks}["archived"] is False
