"""What an operator may choose, read once from an environment; nothing else reads one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

YES = frozenset({"1", "true", "yes", "on", "si", "sí"})
NO = frozenset({"", "0", "false", "no", "off"})

Durable = Literal["commit", "backup"]


class BadSetting(ValueError):
    """A setting has a value that means nothing; the sentence says which and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Folio's settings; the names of the variables are in `from_environment`.

    `durable` says when the office counts work as safe: at its own commit, or when a backup has
    it. `minimum_pull_schema` refuses tablets too old to read what they would pull. The seal's
    certificate and key are PEM files or one PKCS#12 file, else those in `data/seal`; `time_stamps`
    is the address of an RFC 3161 authority and `time_stamp_roots` a PEM file of its roots; `smtp`
    is `smtp://user:password@host:port` (`smtps` for TLS from the start). What has ended is kept
    for `retention_years` at least. `brand` is a JSON file with the organisation's names, colours,
    logo, support contact and privacy notice.
    """

    data: Path
    database_url: str = ""
    blobs: str = ""
    secret: str = field(default="", repr=False)
    public_url: str = "http://localhost:8000"
    name: str = "Folio"
    brand: str = ""
    folio_prefix: str = "SEI"
    zone: str = "America/Mexico_City"
    country: str = "MX"
    close_on_signed_conformity: bool = True
    durable: Durable = "commit"
    minimum_pull_schema: int = 1
    allow_time_travel: bool = False
    seal_certificate: str = ""
    seal_key: str = ""
    seal_pkcs12: str = ""
    seal_password: str = field(default="", repr=False)
    time_stamps: str = ""
    time_stamp_roots: str = ""
    smtp: str = field(default="", repr=False)
    mail_from: str = ""
    retention_years: int = 10

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings out of the FOLIO_* variables; what is not said has its default.

        Raises BadSetting.
        """
        said = {
            name: environ[variable] for name, variable in TEXTS.items() if environ.get(variable)
        }
        return cls(
            data=Path(environ.get("FOLIO_DATA") or "data").absolute(),
            close_on_signed_conformity=_flag(environ, "FOLIO_CLOSE_ON_SIGNED_CONFORMITY", True),
            durable=_durable(environ.get("FOLIO_DURABLE") or "commit"),
            minimum_pull_schema=_count(environ, "FOLIO_MINIMUM_PULL_SCHEMA", 1),
            retention_years=_count(environ, "FOLIO_RETENTION_YEARS", 10),
            allow_time_travel=_flag(environ, "FOLIO_ALLOW_TIME_TRAVEL", False),
            **said,
        )

    @property
    def database(self) -> str:
        """The database's address: SQLite in the data folder unless another is given."""
        return self.database_url or f"sqlite:///{self.data / 'folio.db'}"

    @property
    def blob_place(self) -> str:
        """Where files are kept: a folder of the data folder unless another place is given."""
        return self.blobs or str(self.data / "blobs")


TEXTS: Mapping[str, str] = {
    "database_url": "FOLIO_DATABASE_URL",
    "blobs": "FOLIO_BLOBS",
    "secret": "FOLIO_SECRET",
    "public_url": "FOLIO_PUBLIC_URL",
    "name": "FOLIO_NAME",
    "brand": "FOLIO_BRAND",
    "folio_prefix": "FOLIO_PREFIX",
    "zone": "FOLIO_ZONE",
    "country": "FOLIO_COUNTRY",
    "seal_certificate": "FOLIO_SEAL_CERTIFICATE",
    "seal_key": "FOLIO_SEAL_KEY",
    "seal_pkcs12": "FOLIO_SEAL_PKCS12",
    "seal_password": "FOLIO_SEAL_PASSWORD",
    "time_stamps": "FOLIO_TIME_STAMPS",
    "time_stamp_roots": "FOLIO_TIME_STAMP_ROOTS",
    "smtp": "FOLIO_SMTP",
    "mail_from": "FOLIO_MAIL_FROM",
}
"""Settings that are plain text, and their variables."""


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    value = environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in YES:
        return True
    if value.strip().lower() in NO:
        return False
    raise BadSetting(f"{name} is 1 or 0, not {value!r}")


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit():
        raise BadSetting(f"{name} is a whole number, not {value!r}")
    return int(value)


def _durable(value: str) -> Durable:
    if value == "commit":
        return "commit"
    if value == "backup":
        return "backup"
    raise BadSetting(f"FOLIO_DURABLE is commit or backup, not {value!r}")
