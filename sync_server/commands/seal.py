"""`folio seal`: the certificate with which reports are sealed."""

from pathlib import Path

import click

from shared.words import t, tn
from sync_server.archive import resealing, seals_waiting
from sync_server.commands.opening import OPERATOR, NeverDone, opened, settings
from sync_server.identity.audit_log import note
from sync_server.reports import seal_certificates, signing_key
from sync_server.runtime.context import ApplicationContext, utc_now
from sync_server.schedule import worker


@click.group()
def seal() -> None:
    """The certificate that reports are sealed with."""


@seal.command()
@click.option("--organisation", help="Whose seal it is; the office's name unless said.")
def init(organisation: str | None) -> None:
    """Make a key and a certificate that signs itself, for a demo or a first day.

    For real use bring your own: FOLIO_SEAL_PKCS12, or FOLIO_SEAL_CERTIFICATE and FOLIO_SEAL_KEY.
    """
    with opened() as context:
        said = context.settings
        key = signing_key.make(organisation or said.name, utc_now())
        folder = seal_certificates.folder(said)
        signing_key.write(key, folder)
        _note(context, "key.made", key.fingerprint)
    _tell(key)
    click.echo(f"Kept in {folder}; keep a copy of it as safe as the archive itself.")


@seal.command()
def show() -> None:
    """The certificate in use, and those that are trusted besides."""
    context = seal_certificates.of(settings())
    _tell(context.seal.key)
    for certificate in context.trusted[1:]:
        click.echo(f"Earlier: {signing_key.fingerprint(certificate)}")


@seal.command()
@click.option("--new-key", is_flag=True, help="First make a key in the place of the one made here.")
@click.option("--organisation", help="Whose seal it is, with --new-key.")
def renew(new_key: bool, organisation: str | None) -> None:
    """Seal everything in the archive with the present certificate; every earlier seal stays.

    Bring a new certificate by its settings and keep the earlier one trusted (`folio seal trust`),
    or let --new-key make one.
    """
    if new_key:
        said = settings()
        if said.seal_pkcs12 or said.seal_certificate:
            raise NeverDone("the certificate in use was brought: change its settings instead")
        with opened() as context:
            key = signing_key.make(organisation or said.name, utc_now())
            resealing.replace(key, seal_certificates.folder(said))
            _note(context, "key.replaced", key.fingerprint)
        _tell(key)
    with opened() as context:
        count = resealing.ask_for_all(context, context.now())
        tally = worker.run_jobs(context, context.now())
    now = t("command.seal.now", "en", done=tally["seal_done"])
    click.echo(f"{tn('command.seal.without', count, 'en')}, {now}.")
    if tally["seal_failed"]:
        raise NeverDone(tn("command.seal.failed", tally["seal_failed"], "en"))


@seal.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def trust(file: Path) -> None:
    """Go on trusting the certificate in FILE (PEM), with which reports were sealed before."""
    for certificate in signing_key.read_certificates(file)[:1]:
        with opened() as context:
            resealing.trust(certificate, seal_certificates.folder(context.settings))
            _note(context, "key.trusted", signing_key.fingerprint(certificate))
        click.echo(f"Trusted: {signing_key.fingerprint(certificate)}")


def _note(context: ApplicationContext, action: str, fingerprint: str) -> None:
    now = context.now()
    context.database.write(lambda tx: note(tx, OPERATOR, action, fingerprint, now, {}))


def _tell(key: signing_key.SigningKey) -> None:
    certificate = key.certificate
    click.echo(f"Certificate of {certificate.subject.rfc4514_string()}")
    click.echo(f"SHA-256 {key.fingerprint}")
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    click.echo(f"In force from {since:%Y-%m-%d} to {until:%Y-%m-%d}")
    left = key.days_left(utc_now())
    if left < seals_waiting.WARNINGS[0]:
        click.echo(ending(left), err=True)


def ending(left: int) -> str:
    """What is said of a certificate that ends in `left` days, or has ended."""
    key = f"command.seal.{seals_waiting.ending(left)}"
    return tn(key, left, "en") if left > 0 else t(key, "en")
