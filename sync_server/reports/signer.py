"""The office's seal: a signature behind the report exactly as it came. REPORT.md, What binds what.

PAdES B-B (B-T with a time-stamp authority) as an incremental update after which nothing may follow
but another seal; the received bytes stay the exact beginning of the sealed file, and a sealed
file that of the one sealed again.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import httpx
from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata.info import update_info_dict
from pyhanko.pdf_utils.metadata.xmp_xml import MetadataStream
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from shared.words import language_of, t
from sync_server.reports.signing_key import PrivateKey, SigningKey

FIELD = "FolioSeal"
"""The name of the first seal's field; those upon it are FolioSeal2, FolioSeal3 …"""

HASH = "sha256"

ROOM, ROOM_FOR_STAMP = 1024, 16384
"""Bytes kept free in the file for signature and attributes, and for a time-stamp, certificates
apart. Fixed, because measuring them signs everything twice."""


class NotSealable(Exception):
    """These bytes cannot carry a seal; the reason is inside."""


class NoTimeStamp(Exception):
    """The time-stamp authority did not answer, or not with a time-stamp."""


class HeldKeySigner(Signer):
    """Signs with a key that was read once: reading it for each report costs ten times the seal."""

    def __init__(self, key: SigningKey) -> None:
        chain = SimpleCertificateStore()
        chain.register_multiple(key.asn1_chain)
        super().__init__(signing_cert=key.asn1_certificate, cert_registry=chain)
        self._key = key.key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The signature over `data`; sha256 is the only digest the seal uses."""
        return _signature(self._key, data)


class AuthorityStamps(TimeStamper):
    """RFC 3161 time-stamps asked of `url`; `timeout` in seconds."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url
        self._timeout = timeout

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer. Raises TimestampRequestError."""
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            async with httpx.AsyncClient(timeout=self._timeout) as client:
                answer = await client.post(self._url, content=req.dump(), headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise TimestampRequestError(str(error)) from error
        return tsp.TimeStampResp.load(answer.content)


class SealWriter(IncrementalPdfFileWriter):
    """Writes the seal behind the report; every date in it is that of the seal."""

    def __init__(self, pdf: bytes, at: datetime) -> None:
        super().__init__(BytesIO(pdf))
        self._at = at

    def _update_meta(self) -> None:
        # As pyHanko does it, but that asks this machine's clock.
        self._meta.last_modified = self._at
        if self._info is not None:
            update_info_dict(self._meta, self._info.get_object(), only_update_existing=True)
            self.mark_update(self._info)
        if "/Metadata" in self.root:
            metadata = self.root["/Metadata"]
            if isinstance(metadata, MetadataStream):
                metadata.update_xmp_with_meta(self._meta)
                self.update_container(metadata)


class SealSigner(PdfSigner):
    """Leaves the file what it is: PDF 1.7, as PDF/A-3 has it (ISO 19005-3, 5.2).

    pyHanko makes it PDF 2.0 for a P-256 key, to declare ISO/TS 32002. PAdES has allowed elliptic
    curves in PDF 1.7 since ETSI TS 102 778, whose extension is declared.
    """

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """The extension of PAdES for 1.7, and no other."""
        if pdf_out.output_version < (2, 0):
            pdf_out.register_extension(ESIC_EXTENSION_1)


@dataclass(frozen=True, slots=True)
class Seal:
    """A key ready to seal, and where its time-stamps come from (nowhere: PAdES B-B)."""

    key: SigningKey
    signer: HeldKeySigner
    stamps: TimeStamper | None = None

    @classmethod
    def with_key(cls, key: SigningKey, stamps: TimeStamper | None = None) -> "Seal":
        """A seal over a key that is read already."""
        return cls(key, HeldKeySigner(key), stamps)

    def sealed(self, pdf: bytes, at: datetime) -> bytes:
        """`pdf`, a report or one sealed before, with this seal behind it, dated `at` (zoned).

        Raises NotSealable, NoTimeStamp.
        """
        output = BytesIO()
        try:
            asyncio.run(self._seal(pdf, at, output))
        except (PdfError, SigningError) as error:
            raise NotSealable(str(error)) from error
        except TimestampRequestError as error:
            raise NoTimeStamp(str(error)) from error
        return output.getvalue()

    async def _seal(self, pdf: bytes, at: datetime, output: BytesIO) -> None:
        """Write the sealed file to `output`.

        As the task's result its bytes would be written out in full, as a repr, whenever asyncio
        sets the signal handler back: in the main thread that took a third of the seal's time.
        """
        writer = SealWriter(pdf, at)
        language = language_of(str(writer.root.get("/Lang", "")) or None)
        description = _description(len(writer.prev.embedded_signatures), language)
        context = SealSigner(description, self.signer, timestamper=self.stamps)
        session = context.init_signing_session(writer)
        session.system_time = at
        document = session.prepare_tbs_document(validation_info=None, bytes_reserved=self._room())
        prepared, _ = document.digest_tbs_document(output=output)
        after = await document.perform_signature(
            prepared.document_digest, PdfCMSSignedAttributes(signing_time=at)
        )
        await after.post_signature_processing(output)

    def _room(self) -> int:
        """Hex digits to keep free for the envelope."""
        chain = [self.key.asn1_certificate, *self.key.asn1_chain]
        certificates = sum(len(certificate.dump()) for certificate in chain)
        return 2 * (ROOM + certificates + (ROOM_FOR_STAMP if self.stamps else 0))


def field_name(below: int) -> str:
    """The name of the field of a seal upon so many others."""
    return f"{FIELD}{below + 1}" if below else FIELD


def _description(below: int, language: str) -> PdfSignatureMetadata:
    # The first certifies the file. To sign is the least that it can allow after it, and without
    # that no office could ever seal again what it sealed with a certificate that ends.
    return PdfSignatureMetadata(
        field_name=field_name(below),
        md_algorithm=HASH,
        subfilter=SigSeedSubFilter.PADES,
        certify=below == 0,
        reason=t("archive.seal.again" if below else "archive.seal.reason", language),
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )


def envelope(
    certificate: x509.Certificate, chain: list[x509.Certificate], found: cms.SignedData
) -> bytes:
    """The DER that our signer writes around the signed attributes and signature of `found`.

    Whoever compares it with what stands in a file notices a change in the parts of the envelope
    that no signature covers.
    """
    store = SimpleCertificateStore()
    store.register_multiple(chain)
    info = found["signer_infos"][0]
    unsigned = info["unsigned_attrs"] if len(info["unsigned_attrs"]) else None
    packed: bytes = (
        Signer(signing_cert=certificate, cert_registry=store)
        ._package_signature(
            digest_algorithm=HASH,
            cms_version="v1",
            signed_attrs=info["signed_attrs"],
            signature=info["signature"],
            unsigned_attrs=unsigned,
            encap_content_info=None,
        )
        .dump(force=True)
    )
    return packed


def _signature(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, EllipticCurvePrivateKey):
        return key.sign(data, ECDSA(hashes.SHA256()))
    return key.sign(data, PKCS1v15(), hashes.SHA256())
