"""`folio seal`: the certificate with which reports are sealed."""

import click

from sync_server import sealing_key, seals
from sync_server.commands.doors import settings
from sync_server.office import utc_now


@click.group()
def seal() -> None:
    """The certificate that reports are sealed with."""


@seal.command()
@click.option("--organisation", help="Whose seal it is; the office's name unless said.")
def init(organisation: str | None) -> None:
    """Make a key and a certificate that signs itself, for a demo or a first day.

    For real use bring your own: FOLIO_SEAL_PKCS12, or FOLIO_SEAL_CERTIFICATE and FOLIO_SEAL_KEY.
    """
    said = settings()
    key = sealing_key.make(organisation or said.name, utc_now())
    folder = seals.folder(said)
    sealing_key.write(key, folder)
    _tell(key)
    click.echo(f"Kept in {folder}; keep a copy of it as safe as the archive itself.")


@seal.command()
def show() -> None:
    """The certificate in use, and those that are trusted besides."""
    office = seals.of(settings())
    _tell(office.seal.key)
    for certificate in office.trusted[1:]:
        click.echo(f"Earlier: {sealing_key.fingerprint(certificate)}")


def _tell(key: sealing_key.SealingKey) -> None:
    certificate = key.certificate
    click.echo(f"Certificate of {certificate.subject.rfc4514_string()}")
    click.echo(f"SHA-256 {key.fingerprint}")
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    click.echo(f"In force from {since:%Y-%m-%d} to {until:%Y-%m-%d}")
