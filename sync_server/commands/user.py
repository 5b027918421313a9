"""`folio user`: the people of the office and the field."""

import sys

import click

from shared.ticket.people import Role
from shared.words import tn
from sync_server.commands.opening import OPERATOR, NeverDone, account, opened
from sync_server.database.transactions import Transaction
from sync_server.identity import passwords, totp, users
from sync_server.identity.audit_log import note
from sync_server.identity.email_addresses import NotAnEmail
from sync_server.identity.password_rules import Weakness, weakness
from sync_server.identity.users import EmailTaken, User
from sync_server.records import organisation
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import leaving
from sync_server.tickets.leaving import NoHeir

ROLES = [role.value for role in Role if role not in (Role.SYSTEM, Role.CUSTOMER)]


WEAK = {
    Weakness.LENGTH: f"needs {passwords.SHORTEST} characters, {passwords.LONGEST} at most",
    Weakness.PATTERN: "is the same over and over",
    Weakness.COMMON: "is one of the most common ones",
    Weakness.ABOUT: "is made of the name, the address or the organisation",
}


@click.group()
def user() -> None:
    """People and what they may do."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="As customers and colleagues read it.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--locale", default="es-MX", show_default=True, help="The language of their mail.")
def add(email: str, name: str, role: str, locale: str) -> None:
    """Make an account for EMAIL.

    The password is asked for; without a terminal it is the first line of standard input. An
    engineer who only uses a tablet may have none: give an empty line.
    """
    password = _password()
    if not password and role != Role.ENGINEER:
        raise NeverDone("a password is needed: type it, or give it by standard input")
    with opened() as context:
        if password and (weak := weakness(password, email, name, _organisation(context))):
            raise NeverDone(f"the password {WEAK[weak]}")
        kept = passwords.hashed(password) if password else None
        try:
            context.database.write(lambda tx: _add(tx, context, email, name, role, kept, locale))
        except EmailTaken as error:
            raise NeverDone(f"{error} has an account already") from error
        except NotAnEmail as error:
            raise NeverDone(f"{email!r} is no e-mail address: {error}") from error
    click.echo(f"{name} <{email.strip().lower()}> is here as {role}.")


@user.command()
@click.argument("email")
@click.option("--hand-over-to", "heir", metavar="EMAIL", help="The engineer who goes on.")
def deactivate(email: str, heir: str | None) -> None:
    """Let EMAIL go: out at once, at the console and with every tablet.

    Their open tickets are listed. Without --hand-over-to a terminal asks who goes on with them;
    else they stand in «Por asignar». What their tablet has not sent yet is still taken.
    """
    with opened() as context:
        person = account(context, email)
        if not person.active:
            raise NeverDone(f"{person.name} has left already")
        _check_not_last(context, person)
        with context.database.reading() as tx:
            folios = leaving.open_tickets(tx, person.id)
        for folio in folios:
            click.echo(folio)
        heir = heir or _asked_heir(folios)
        goes_on = account(context, heir) if heir else None
        try:
            gone = context.database.write(
                lambda tx: leaving.deactivate(tx, context, OPERATOR, person, context.now(), goes_on)
            )
        except NoHeir as error:
            raise NeverDone(f"{error} is no active engineer; nobody was let go") from error
    click.echo(f"{person.name} has left.")
    if goes_on is not None:
        click.echo(tn("command.user.handed", len(gone.handed), "en", name=goes_on.name))
    if gone.left:
        click.echo(tn("command.user.left", len(gone.left), "en"))


@user.command("second-step-off")
@click.argument("email")
def second_step_off(email: str) -> None:
    """EMAIL signs in with the password alone: a lost phone, or a FOLIO_SECRET that was lost."""
    with opened() as context:
        person = account(context, email)
        context.database.write(lambda tx: _second_step_off(tx, context, person))
    click.echo(f"{person.name} signs in with the password alone.")


def _second_step_off(tx: Transaction, context: ApplicationContext, person: User) -> None:
    totp.turn_off(tx, person.id)
    note(tx, OPERATOR, "second_step.off", person.name, context.now(), {}, person=person.id)


def _check_not_last(context: ApplicationContext, person: User) -> None:
    with context.database.reading() as tx:
        administrators = [one for one in users.all_of(tx, Role.ADMINISTRATOR) if one.active]
    if [one.id for one in administrators] == [person.id]:
        raise NeverDone(f"{person.name} is the only administrator: make another one first")


def _asked_heir(folios: list[str]) -> str:
    if not folios or not sys.stdin.isatty():
        return ""
    said: str = click.prompt("Who goes on with them (e-mail, or empty)", default="")
    return said.strip()


def _add(
    tx: Transaction,
    context: ApplicationContext,
    email: str,
    name: str,
    role: str,
    kept: str | None,
    locale: str,
) -> None:
    now = context.now()
    id = users.add(tx, context, email, name, role, now, kept, locale)
    note(tx, OPERATOR, "person.added", id, now, {"role": role}, person=id)


def _organisation(context: ApplicationContext) -> str:
    with context.database.reading() as tx:
        return str(organisation.known(tx).get("organisation") or context.settings.name)


def _password() -> str:
    if sys.stdin.isatty():
        said: str = click.prompt(
            "Password", hide_input=True, confirmation_prompt=True, default="", show_default=False
        )
        return said
    return sys.stdin.readline().rstrip("\r\n")
