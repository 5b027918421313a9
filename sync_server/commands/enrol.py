"""`folio enrol`: the code with which a person's tablet comes in."""

import click

from shared.ticket.people import Role
from shared.words import tn
from sync_server.commands.opening import OPERATOR, NeverDone, account, opened
from sync_server.database.transactions import Transaction
from sync_server.identity import enrolment
from sync_server.identity.audit_log import note
from sync_server.identity.users import User
from sync_server.runtime.context import ApplicationContext


@click.command()
@click.argument("email")
def enrol(email: str) -> None:
    """Make a one-time code for the tablet of EMAIL; the last line printed is the code."""
    with opened() as context:
        person = account(context, email)
        if not person.active:
            raise NeverDone(f"{person.name} has left: the account is not active")
        code = context.database.write(lambda tx: _code(tx, context, person))
    minutes = int(enrolment.LASTS.total_seconds() // 60)
    click.echo(tn("command.enrol.code", minutes, "en", name=person.name))
    click.echo(code)


def _code(tx: Transaction, context: ApplicationContext, person: User) -> str:
    now = context.now()
    note(tx, OPERATOR, "device.code", person.name, now, {}, person=person.id)
    return enrolment.make_code(tx, context, person.id, Role.SYSTEM.value, now)
