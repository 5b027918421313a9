"""`folio user`: the people of the office and the field."""

import sys

import click

from shared.ticket.people import Role
from sync_server.commands.opening import NeverDone, opened
from sync_server.identity import passwords, users
from sync_server.identity.email_addresses import NotAnEmail
from sync_server.identity.users import EmailTaken

ROLES = [role.value for role in Role if role not in (Role.SYSTEM, Role.CUSTOMER)]


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
    if password and not passwords.is_good(password):
        raise NeverDone(f"the password needs {passwords.SHORTEST} characters, not all alike")
    with opened() as context:
        kept = passwords.hashed(password) if password else None
        try:
            context.database.write(
                lambda tx: users.add(tx, context, email, name, role, context.now(), kept, locale)
            )
        except EmailTaken as error:
            raise NeverDone(f"{error} has an account already") from error
        except NotAnEmail as error:
            raise NeverDone(f"{email!r} is no e-mail address: {error}") from error
    click.echo(f"{name} <{email.strip().lower()}> is here as {role}.")


def _password() -> str:
    if sys.stdin.isatty():
        said: str = click.prompt(
            "Password", hide_input=True, confirmation_prompt=True, default="", show_default=False
        )
        return said
    return sys.stdin.readline().rstrip("\r\n")
