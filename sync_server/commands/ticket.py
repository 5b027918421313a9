"""`folio ticket`: tickets from a file, and who goes there."""

import json
from typing import IO, Any

import click

from shared.operations.merge import Versioned
from shared.operations.operation import Kind, Outcome
from shared.ticket.people import Actor, Role
from shared.ticket.ticket import State
from shared.words import NoWords, t
from sync_server.commands.opening import CALL_CENTRE, SUPERVISOR, NeverDone, account, opened
from sync_server.database.transactions import Transaction
from sync_server.intake import ticket_file
from sync_server.intake.ticket_file import NotATicket
from sync_server.runtime.context import ApplicationContext
from sync_server.schedule.escalation import raise_in_silence
from sync_server.tickets import store
from sync_server.tickets.apply import office_operation


@click.group()
def ticket() -> None:
    """Tickets in, and to whom."""


@ticket.command()
@click.argument("file", type=click.File("rb"))
def add(file: IO[bytes]) -> None:
    """Register the ticket or the list of tickets in FILE (JSON; `-` is standard input).

    All of them or none. The folios are printed, one a line; a folio that the file gives is kept
    when it is free. Customers, sites and assets that are not known yet are made.
    """
    documents = _documents(file)
    with opened() as context:
        folios = context.database.write(lambda tx: _register(tx, context, documents))
    for folio in folios:
        click.echo(folio)


@ticket.command()
@click.argument("folio")
@click.argument("email")
def assign(folio: str, email: str) -> None:
    """Give the ticket FOLIO to the engineer EMAIL; a new one is classified first."""
    with opened() as context:
        person = account(context, email)
        if Role.ENGINEER not in person.roles or not person.active:
            raise NeverDone(f"{person.name} is no active engineer")
        context.database.write(lambda tx: _assign(tx, context, folio, person.id))
    click.echo(f"{folio} is {person.name}'s.")


def _documents(file: IO[bytes]) -> list[Any]:
    try:
        said = json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise NeverDone(f"{file.name} is not JSON: {error}") from error
    documents = said if isinstance(said, list) else [said]
    if not documents:
        raise NeverDone(f"{file.name} holds no ticket")
    return documents


def _register(tx: Transaction, context: ApplicationContext, documents: list[Any]) -> list[str]:
    folios = []
    for number, document in enumerate(documents, start=1):
        try:
            folios.append(_registered(tx, context, document))
        except NotATicket as error:
            raise NeverDone(f"ticket {number}: {error}; none was registered") from error
    return folios


def _registered(tx: Transaction, context: ApplicationContext, document: Any) -> str:
    """The folio; what was due before the ticket came is news to nobody."""
    now = context.now()
    folio = ticket_file.register(tx, context, document, CALL_CENTRE, now)
    found = store.by_folio(tx, folio)
    assert found is not None
    raise_in_silence(tx, context, found.record.id, now)
    return folio


def _assign(tx: Transaction, context: ApplicationContext, folio: str, engineer: str) -> None:
    found = store.by_folio(tx, folio)
    if found is None:
        raise NeverDone(f"there is no ticket {folio}")
    if found.record.fields.get("state") == State.NEW:
        _classifiable(found)
        _command(tx, context, found.record.id, CALL_CENTRE, name="classify")
    _command(tx, context, found.record.id, SUPERVISOR, name="assign", assignee=engineer)


def _classifiable(found: Versioned) -> None:
    doc = found.record.fields
    lacking = [name for name in ("nature", "type", "priority", "requester") if not doc.get(name)]
    if lacking:
        raise NeverDone(f"it is not classified yet, and lacks {', '.join(lacking)}")


def _command(
    tx: Transaction, context: ApplicationContext, id: str, actor: Actor, **body: str
) -> None:
    result = office_operation(tx, context, actor, id, Kind.COMMAND, body)
    if result.outcome is not Outcome.APPLIED:
        raise NeverDone(_reason(result.reason, dict(result.values)))


def _reason(code: str | None, values: dict[str, str]) -> str:
    try:
        return t(f"process.refused.{code}", "en", **values)
    except (NoWords, KeyError):
        return f"refused: {code}"
