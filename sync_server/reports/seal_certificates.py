"""The seal that this office uses, and every certificate it ever sealed with."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509

from sync_server.reports.signer import AuthorityStamps, Seal
from sync_server.reports.signing_key import (
    CERTIFICATE_FILE,
    EARLIER_FOLDER,
    NoSeal,
    SigningKey,
    UnusableKey,
    read_certificates,
    read_folder,
    read_pem,
    read_pkcs12,
)
from sync_server.runtime.settings import Settings


@dataclass(frozen=True)
class OfficeSeal:
    """The seal in use; `trusted` has its certificate and those before it, `authorities` the roots
    of its time-stamps."""

    seal: Seal
    trusted: tuple[x509.Certificate, ...]
    authorities: tuple[x509.Certificate, ...] = ()


@lru_cache(maxsize=16)
def of(settings: Settings) -> OfficeSeal:
    """The seal of these settings, read once. Raises NoSeal, UnusableKey."""
    key = _key(settings)
    stamps = AuthorityStamps(settings.time_stamps) if settings.time_stamps else None
    certificates = dict.fromkeys([key.certificate, *_earlier(folder(settings))])
    return OfficeSeal(Seal.with_key(key, stamps), tuple(certificates), tuple(roots(settings)))


def trusted(settings: Settings) -> tuple[x509.Certificate, ...]:
    """The certificates of this office, for which no key is needed. Raises UnusableKey."""
    try:
        return of(settings).trusted
    except NoSeal:
        return tuple(_earlier(folder(settings)))


def roots(settings: Settings) -> list[x509.Certificate]:
    """The roots of the time-stamp authority. Raises UnusableKey."""
    return read_certificates(Path(settings.time_stamp_roots)) if settings.time_stamp_roots else []


def folder(settings: Settings) -> Path:
    """Where a seal made here is kept."""
    return settings.data / "seal"


def _key(settings: Settings) -> SigningKey:
    password = settings.seal_password.encode() or None
    if settings.seal_pkcs12:
        return read_pkcs12(Path(settings.seal_pkcs12), password)
    if settings.seal_certificate or settings.seal_key:
        if not (settings.seal_certificate and settings.seal_key):
            raise UnusableKey("FOLIO_SEAL_CERTIFICATE and FOLIO_SEAL_KEY are set together")
        return read_pem(Path(settings.seal_certificate), Path(settings.seal_key), password)
    if not (folder(settings) / CERTIFICATE_FILE).exists():
        raise NoSeal("no certificate to seal with: folio seal init makes one")
    return read_folder(folder(settings))


def _earlier(place: Path) -> list[x509.Certificate]:
    """Certificates of before, and the one made here when the operator's own is in use."""
    files = sorted((place / EARLIER_FOLDER).glob("*.pem"))
    made = place / CERTIFICATE_FILE
    return [one for path in [*files, made] if path.exists() for one in read_certificates(path)[:1]]
