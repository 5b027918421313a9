"""`folio user`: the people of the office and the field."""

import sys

import click

from shared.ticket.people import Role
from sync_server.commands.opening import OPERATOR, NeverDone, opened
from sync_server.database.transactions import Transaction
from sync_server.identity import passwords, users
from sync_server.identity.audit_log import note
from sync_server.identity.email_addresses import NotAnEmail
from sync_server.identity.password_rules import Weakness, weakness
from sync_server.identity.users import EmailTaken
from sync_server.records import organisation
from sync_server.runtime.context import ApplicationContext

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
