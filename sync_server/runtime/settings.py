"""What an operator may choose, read once from an environment; nothing else reads one."""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Durable = Literal["commit", "backup"]

SPANISH: Mapping[str, bool] = {"si": True, "sí": True, "": False}
"""What Pydantic does not read as yes or no, and people here write."""


def _flag(said: object) -> object:
    word = said.strip().lower() if isinstance(said, str) else said
    return SPANISH.get(word, word) if isinstance(word, str) else word


def _proxies(said: str) -> str:
    for name in filter(None, (part.strip() for part in said.split(","))):
        try:
            network = ip_network(name, strict=False)
        except ValueError as error:
            raise ValueError(f"{name!r} is neither an address nor a network") from error
        if network.prefixlen == 0:
            raise ValueError(f"{name!r} is everybody, and everybody could claim any address")
    return said


def _mail_server(said: str) -> str:
    try:
        address = urlsplit(said)
        port = address.port or 0
    except ValueError:
        port = -1
    if said and (port < 0 or address.scheme not in ("smtp", "smtps") or not address.hostname):
        raise ValueError("it is smtp://user:password@host:port, or smtps://")  # no value: a secret
    return said


Flag = Annotated[bool, BeforeValidator(_flag)]
Proxies = Annotated[str, AfterValidator(_proxies)]
MailServer = Annotated[str, AfterValidator(_mail_server)]
Count = Annotated[int, Field(ge=0)]


class BadSetting(ValueError):
    """A setting has a value that means nothing; the sentence says which and what it may be."""


class Settings(BaseSettings):
    """Folio's settings. Each is the variable FOLIO_ and its name, in capitals.

    `durable` says when the office counts work as safe: at its own commit, or when a backup has
    it. `trusted_proxies` are addresses and networks of proxies, with commas between them: their
    X-Forwarded-For and X-Forwarded-Proto are believed. `minimum_pull_schema` refuses tablets too
    old to read what they would pull. The seal's certificate and key are PEM files or one PKCS#12
    file, else those in `data/seal`; `time_stamps` is the address of an RFC 3161 authority and
    `time_stamp_roots` a PEM file of its roots; `smtp` is `smtp://user:password@host:port` (`smtps`
    for TLS from the start), whose certificate those of the PEM file `smtp_ca` vouch for, else those
    of the system. One person gets `mails_per_hour` at most, the others of the hour wait; 0 is any
    number. What has ended is kept for `retention_years` at least, the audit log for `audit_days`
    (0: for ever). A tablet may go on asking by an older closure checklist for
    `checklist_term_days` after a newer one went out to it. `brand` is a JSON file with the
    organisation's names, colours, logo, support contact and privacy notice.
    """

    model_config = SettingsConfigDict(
        env_prefix="FOLIO_", frozen=True, extra="forbid", populate_by_name=True
    )

    data: Path
    database_url: str = ""
    blobs: str = ""
    secret: str = Field(default="", repr=False)
    public_url: str = "http://localhost:8000"
    name: str = "Folio"
    brand: str = ""
    folio_prefix: str = Field(default="SEI", validation_alias="FOLIO_PREFIX")
    zone: str = "America/Mexico_City"
    country: str = "MX"
    close_on_signed_conformity: Flag = True
    trusted_proxies: Proxies = ""
    durable: Durable = "commit"
    minimum_pull_schema: Count = 1
    allow_time_travel: Flag = False
    seal_certificate: str = ""
    seal_key: str = ""
    seal_pkcs12: str = ""
    seal_password: str = Field(default="", repr=False)
    time_stamps: str = ""
    time_stamp_roots: str = ""
    smtp: MailServer = Field(default="", repr=False)
    smtp_ca: str = ""
    mail_from: str = ""
    mails_per_hour: Count = 30
    allow_special_use_domains: Flag = False
    retention_years: Count = 10
    audit_days: Count = 730
    checklist_term_days: Count = 30

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: Any,
        **named: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what it is made with: only `from_environment` looks at variables."""
        return (init_settings,)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings out of the FOLIO_* variables; what is not said has its default.

        Raises BadSetting.
        """
        source = EnvSettingsSource(cls)
        source.env_vars = {
            name.lower(): value for name, value in environ.items() if value or _is_flag(name)
        }
        said = source()
        try:
            return cls(**{**said, "data": Path(said.get("data", "data")).absolute()})
        except ValidationError as error:
            raise BadSetting(_sentence(error)) from error

    def but(self, **changes: Any) -> "Settings":
        """These settings with some of them changed; what nobody set stays unset.

        Raises ValidationError.
        """
        said = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**said, **changes})

    @property
    def database(self) -> str:
        """The database's address: SQLite in the data folder unless another is given."""
        return self.database_url or f"sqlite:///{self.data / 'folio.db'}"

    @property
    def blob_place(self) -> str:
        """Where files are kept: a folder of the data folder unless another place is given."""
        return self.blobs or str(self.data / "blobs")


def variables() -> dict[str, str]:
    """The names of all settings, and their environment variables."""
    return {
        name: str(field.validation_alias or f"FOLIO_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def _is_flag(variable: str) -> bool:
    """An empty flag says no; anything else that is empty is not said."""
    flags = {name for name, field in Settings.model_fields.items() if field.annotation is bool}
    return variable in {variables()[name] for name in flags}


MEANT: Mapping[str, str] = {
    "bool_parsing": "1 or 0",
    "bool_type": "1 or 0",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "greater_than_equal": "a whole number",
    "literal_error": "commit or backup",
}
"""What a value may be, by the name of Pydantic's finding."""


def _sentence(error: ValidationError) -> str:
    """The first finding as an operator reads it; a value is shown where it can be no secret."""
    first = error.errors(include_url=False)[0]
    named = str(first["loc"][0]) if first["loc"] else ""
    variable = variables().get(named, named)
    if first["type"] in MEANT:
        return f"{variable} is {MEANT[first['type']]}, not {first['input']!r}"
    return f"{variable}: {first['msg'].removeprefix('Value error, ')}"
