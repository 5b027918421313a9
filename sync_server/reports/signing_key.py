"""The key and certificate of the seal: made for a demo, or brought by the operator."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey

CERTIFICATE_FILE = "certificate.pem"
KEY_FILE = "key.pem"
EARLIER_FOLDER = "earlier"
VALID_FOR = timedelta(days=3653)
"""A certificate made here holds for ten years."""


class UnusableKey(Exception):
    """The files of the seal cannot be used; the sentence says which and why."""


class NoSeal(Exception):
    """The office has no certificate to seal with."""


class NotInForce(Exception):
    """The certificate is not valid at the moment of sealing; the sentence says when it is."""


class SealExists(Exception):
    """There is a seal already; a new one would leave what it sealed without its key."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its certificate and the certificates above it."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Hex sha256 of the certificate."""
        return fingerprint(self.certificate)

    def check_in_force(self, at: datetime) -> None:
        """Raises NotInForce unless the certificate is valid at `at` (zoned). RFC 5280, 4.1.2.5."""
        since, until = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not since <= at <= until:
            raise NotInForce(
                f"the certificate holds from {since:%Y-%m-%d} to {until:%Y-%m-%d},"
                f" and the clock says {at:%Y-%m-%d}"
            )

    def days_left(self, at: datetime) -> int:
        """Whole days until the certificate ends; negative once it has ended."""
        return (self.certificate.not_valid_after_utc - at).days

    @property
    def asn1_certificate(self) -> asn1.Certificate:
        """The certificate as pyHanko reads it."""
        return as_asn1(self.certificate)

    @property
    def asn1_chain(self) -> list[asn1.Certificate]:
        """The certificates above it, as pyHanko reads them."""
        return [as_asn1(certificate) for certificate in self.chain]


def fingerprint(certificate: x509.Certificate) -> str:
    """Hex sha256 of a certificate's DER."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """The same certificate for pyHanko."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def make(organisation: str, at: datetime) -> SigningKey:
    """A P-256 key with a certificate signed by itself, valid from the day before `at` (zoned)."""
    key = generate_private_key(SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organisation} – sello de reportes"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signing(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return SigningKey(key, certificate)


def write(key: SigningKey, folder: Path) -> None:
    """Keep key and certificate as PEM in `folder`, the key for its owner only.

    Raises SealExists when a certificate is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / CERTIFICATE_FILE).exists():
        raise SealExists(f"{folder / CERTIFICATE_FILE} is there already")
    secret = key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_secret(folder / KEY_FILE, secret)
    (folder / CERTIFICATE_FILE).write_bytes(key.certificate.public_bytes(Encoding.PEM))


def read_folder(folder: Path) -> SigningKey:
    """The key that `write` kept. Raises UnusableKey."""
    return read_pem(folder / CERTIFICATE_FILE, folder / KEY_FILE, None)


def read_pem(certificate: Path, key: Path, password: bytes | None) -> SigningKey:
    """A key out of PEM files; the certificate first, those above it after. Raises UnusableKey."""
    chain = read_certificates(certificate)
    try:
        secret = load_pem_private_key(key.read_bytes(), password)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey(f"{key}: {error}") from error
    return _checked(secret, chain[0], tuple(chain[1:]), key)


def read_pkcs12(path: Path, password: bytes | None) -> SigningKey:
    """A key out of a PKCS#12 file (.p12, .pfx). Raises UnusableKey."""
    try:
        store = load_pkcs12(path.read_bytes(), password)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey(f"{path}: {error}") from error
    if store.cert is None or store.key is None:
        raise UnusableKey(f"{path}: it holds no key with a certificate")
    above = tuple(entry.certificate for entry in store.additional_certs)
    return _checked(store.key, store.cert.certificate, above, path)


def read_certificates(path: Path) -> list[x509.Certificate]:
    """Every certificate in a PEM file. Raises UnusableKey when there is none."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UnusableKey(f"{path}: {error}") from error


def _checked(
    key: object, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...], path: Path
) -> SigningKey:
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey):
        raise UnusableKey(f"{path}: the key is neither P-256 (EC) nor RSA")
    if key.public_key() != certificate.public_key():
        raise UnusableKey(f"{path}: the key does not belong to the certificate")
    return SigningKey(key, certificate, chain)


def _for_signing() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write_secret(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
