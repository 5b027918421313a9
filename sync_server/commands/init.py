"""`folio init`: a real company, from nothing: name, calendar, catalogues, first person, seal."""

import re
import sys
from collections.abc import Mapping
from typing import Any

import click

from shared.time.zones import zone_called
from shared.words import language_of, t
from sync_server.commands.opening import NeverDone, opened
from sync_server.commands.serve import provide_seal
from sync_server.commands.user import WEAK
from sync_server.identity import passwords
from sync_server.identity.email_addresses import NotAnEmail
from sync_server.identity.password_rules import weakness
from sync_server.records import organisation
from sync_server.registers import founding
from sync_server.registers.founding import Founding, SetUpOtherwise
from sync_server.registers.packs import PACKS
from sync_server.runtime import setup
from sync_server.runtime.business_calendar import statutory_holidays

PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,11}")


@click.command()
@click.option("--name", required=True, help="The company, as customers read it.")
@click.option("--admin", required=True, metavar="EMAIL", help="The first person.")
@click.option("--admin-name", default="", help="Their name; the address until one is said.")
@click.option("--zone", default="America/Mexico_City", show_default=True)
@click.option("--country", default="MX", show_default=True, help="Whose statutory holidays hold.")
@click.option("--language", default="es", show_default=True, type=click.Choice(["es", "en"]))
@click.option("--prefix", default="SEI", show_default=True, help="How its folios begin.")
@click.option("--pack", default="general", show_default=True, type=click.Choice(list(PACKS)),
              help="The catalogues to begin with.")  # fmt: skip
def init(
    name: str, admin: str, admin_name: str, zone: str, country: str, language: str, prefix: str,
    pack: str,
) -> None:  # fmt: skip
    """Set this office up. The password of the first person is read from standard input.

    With the same words again it changes nothing; with others it says what is different. What it
    keeps holds where the environment says nothing else.
    """
    said = {"name": name.strip(), "zone": zone, "country": country.upper(),
            "folio_prefix": prefix.upper(), "language": language, "pack": pack,
            "admin": admin.strip().lower()}  # fmt: skip
    _check(said)
    with opened() as context, context.database.reading() as tx:
        before = setup.kept(tx)
    if before == said:
        click.echo(t("registers.init.nothing", language))
        return
    if before:
        raise NeverDone(_difference(before, said))
    _found(said, admin_name)


def _found(said: Mapping[str, Any], admin_name: str) -> None:
    password = _password((said["admin"], admin_name, said["name"]))
    with opened() as context:
        now = context.now()
        person = Founding(said, admin_name.strip(), passwords.hashed(password))
        try:
            context.database.write(lambda tx: founding.found(tx, context, person, now))
        except SetUpOtherwise as error:
            raise NeverDone(str(error)) from error
        except NotAnEmail as error:
            raise NeverDone(f"{said['admin']!r} is no e-mail address: {error}") from error
    with opened() as context:  # by what is kept now
        organisation.settle(context)
        provide_seal(context.settings)
        fixed = setup.fixed_by_the_server(context.settings, said)
    _tell(said, fixed)


def _check(said: Mapping[str, Any]) -> None:
    if not said["name"]:
        raise NeverDone("--name says what the company is called")
    if zone_called(said["zone"]) is None:
        raise NeverDone(f"{said['zone']!r} is no time zone, such as America/Tijuana")
    try:
        statutory_holidays(said["country"])
    except NotImplementedError as error:
        raise NeverDone(f"no holidays are known of {said['country']!r}, such as MX") from error
    if not PREFIX.fullmatch(said["folio_prefix"]):
        raise NeverDone("--prefix is up to 12 letters and figures, the first a letter, such as CDV")


def _password(about: tuple[str, ...]) -> str:
    if sys.stdin.isatty():
        said: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        said = sys.stdin.readline().rstrip("\r\n")
    if weak := weakness(said, *about):
        raise NeverDone(f"the password {WEAK[weak]}; give it by standard input")
    return said


def _difference(before: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    changed = [f"{n}: {before.get(n)} → {said[n]}" for n in said if before.get(n) != said[n]]
    return "this office is set up already, otherwise: " + "; ".join(changed)


def _tell(said: Mapping[str, Any], fixed: list[str]) -> None:
    language = language_of(said["language"])
    roles = ", ".join(t(f"process.role.{role}", language) for role in founding.FIRST_ROLES)
    click.echo(t("registers.init.done", language, name=said["name"], admin=said["admin"],
                 roles=roles))  # fmt: skip
    for name in fixed:
        click.echo(t("registers.init.fixed", language, name=name))
    click.echo(t("registers.init.next", language))
