"""What the seals in a file say: whose they are, since when, whether a byte was changed since."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sync_server.reports.signer import FIELD, envelope, field_name
from sync_server.reports.signing_key import as_asn1

# It logs a traceback for each file that is not in order; here that is an answer, in words.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class SealValidation:
    """A seal read; `signer` is the fingerprint of its certificate, `at` and `stamped_at` zoned.

    `intact`: every byte before the seal is as it was sealed. `whole`: nothing stands behind it.
    `tight`: its own envelope is as Folio writes it. `ours`: by a certificate of this office, in
    force on that day. `judged` when the seal stands where it says and could be read: without it
    none of these is established, neither way. `stamped_at` is there when an authority that we
    trust stamped it.

    Of a file that was sealed again this is the last seal, and `earlier` are those it stands on:
    `intact` and `tight` speak of all of them.
    """

    present: bool
    intact: bool = False
    whole: bool = False
    tight: bool = False
    ours: bool = False
    signer: str = ""
    name: str = ""
    at: datetime | None = None
    has_stamp: bool = False
    stamped_at: datetime | None = None
    trouble: str = ""
    earlier: tuple["SealValidation", ...] = ()
    judged: bool = False

    @property
    def holds(self) -> bool:
        """Whether this office sealed exactly this file."""
        return self.present and self.intact and self.whole and self.tight and self.ours


NO_SEAL = SealValidation(present=False)

WHOLE_REVISION = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


def read_seal(
    pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate] = ()
) -> SealValidation:
    """The seal of `pdf` against the certificates of this office and of its time-stamp authorities.

    Never raises: what cannot be read is a seal that does not hold, or no seal.
    """
    return asyncio.run(_read_anything(pdf, trusted, authorities))


async def _read_anything(
    pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
) -> SealValidation:
    try:
        return await _read(pdf, trusted, authorities)
    except Exception as error:  # a parser of bytes that anybody may have made raises anything
        said = f"{type(error).__name__}: {error}"[:200]
        return SealValidation(present=FIELD.encode() in pdf, trouble=said)


async def _read(
    pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
) -> SealValidation:
    if not pdf.startswith(b"%PDF-"):
        return SealValidation(present=FIELD.encode() in pdf, trouble="not a PDF")
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if FIELD not in {signature.field_name for signature in found}:
        return SealValidation(present=FIELD.encode() in pdf)
    if [one.field_name for one in found] != [field_name(n) for n in range(len(found))]:
        return SealValidation(present=True, trouble="a signature that is no seal of an office")
    return _together([await _judge(pdf, one, trusted, authorities) for one in found])


_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+\d{1,12}\s+(\d{1,12})\s+(\d{1,12})\s*\]")


def sealed_lengths(pdf: bytes) -> list[int]:
    """Where each seal says that the file ended, but for those that end with it; the last first."""
    ends = {int(found[1]) + int(found[2]) for found in _RANGE.finditer(pdf)}
    return sorted((end for end in ends if end < len(pdf)), reverse=True)[:MOST_SEALS]


MOST_SEALS = 8


def _together(seals: Sequence[SealValidation]) -> SealValidation:
    """One reading of seals that stand upon each other, the first one first."""
    *earlier, last = seals
    return replace(
        last,
        intact=all(seal.intact for seal in seals),
        tight=all(seal.tight for seal in seals),
        # Upon a seal of ours only one of ours may stand: whoever else signs has added something.
        whole=last.whole and (last.ours or not any(seal.ours for seal in earlier)),
        earlier=tuple(earlier),
        judged=all(seal.judged for seal in seals),
    )


async def _judge(
    pdf: bytes,
    signature: EmbeddedPdfSignature,
    trusted: Sequence[x509.Certificate],
    authorities: Sequence[x509.Certificate],
) -> SealValidation:
    leaf = signature.signer_cert
    at = signature.self_reported_timestamp
    pinned = [one for one in trusted if one.public_bytes(Encoding.DER) == leaf.dump()]
    status = await async_validate_pdf_signature(
        signature,
        ValidationContext(trust_roots=[leaf], moment=at, best_signature_time=at),
        ValidationContext(trust_roots=[as_asn1(one) for one in authorities]),
    )
    stamp = status.timestamp_validity
    return SealValidation(
        present=True,
        intact=status.intact
        and status.valid
        and status.docmdp_ok is not False
        and status.coverage in WHOLE_REVISION,
        whole=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        tight=_is_tight(pdf, signature) and (stamp is None or (stamp.intact and stamp.valid)),
        ours=any(_in_force(certificate, at) for certificate in pinned),
        signer=leaf.sha256.hex(),
        name=leaf.subject.native.get("common_name", ""),
        at=at,
        has_stamp=stamp is not None,
        stamped_at=stamp.timestamp if stamp is not None and stamp.trusted else None,
        judged=_is_in_place(pdf, signature),
    )


def _is_in_place(pdf: bytes, signature: Any) -> bool:
    """Whether the bytes that the seal leaves out are its envelope's. A program that saved the file
    again put everything elsewhere, and the seal speaks of bytes that are not there any more."""
    _, before, after, _ = (int(number) for number in signature.byte_range)
    return pdf[before : before + 1] == b"<" and pdf[after - 1 : after] == b">"


def _is_tight(pdf: bytes, signature: Any) -> bool:
    """Whether the bytes that no signature covers, the envelope's own, are those we would write."""
    content: bytes = signature.pkcs7_content
    _, before, after, _ = (int(number) for number in signature.byte_range)
    if pdf[before:after] != b"<" + content.hex().upper().encode() + b">":
        return False
    leaf = signature.signer_cert
    chain = [one for one in signature.other_embedded_certs if one.dump() != leaf.dump()]
    if not (_issued(leaf, chain) and _has_but_a_stamp(signature.signed_data)):
        return False
    expected = envelope(leaf, chain, signature.signed_data)
    return content == expected.ljust(len(content), b"\0")


def _issued(leaf: Any, others: Sequence[Any]) -> bool:
    """Whether the other certificates are those above the seal's, each needed, and no more."""
    below, waiting = as_x509(leaf), [as_x509(one) for one in others]
    while waiting:
        above = next((one for one in waiting if _has_issued(one, below)), None)
        if above is None:
            return False
        waiting.remove(above)
        below = above
    return True


def _has_issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _has_but_a_stamp(found: Any) -> bool:
    """Whether nothing stands in the envelope unsigned but one time-stamp."""
    attributes = found["signer_infos"][0]["unsigned_attrs"]
    named = [attribute["type"].native for attribute in attributes]
    return (
        len(found["signer_infos"]) == 1
        and named in ([], [STAMP])
        and all(len(attribute["values"]) == 1 for attribute in attributes)
    )


STAMP = "signature_time_stamp_token"


def as_x509(certificate: Any) -> x509.Certificate:
    """A certificate of a seal as `cryptography` has it."""
    return x509.load_der_x509_certificate(certificate.dump())


def _in_force(certificate: x509.Certificate, at: datetime | None) -> bool:
    return at is not None and (
        certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    )
