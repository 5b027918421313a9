"""`folio retention`: what is kept until when, what is held, and what may go after its term."""

import click

from shared.words import tn
from sync_server.archive import legal_holds
from sync_server.archive import retention as terms_of
from sync_server.archive.legal_holds import NoReason, NothingHeld
from sync_server.archive.retention import StillKept, Term
from sync_server.commands.opening import OPERATOR, NeverDone, opened
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import store


@click.group("retention")
def retention() -> None:
    """How long what has ended is kept: FOLIO_RETENTION_YEARS, and longer while it is held."""


@retention.command("list")
def list_due() -> None:
    """Every ticket whose term is over, and what is held. Nothing is deleted."""
    with opened() as context, context.database.reading() as tx:
        terms = terms_of.due(tx, context.settings.retention_years, context.now())
        held = [(legal_holds.named(tx, h.ticket, h.customer), h) for h in legal_holds.in_force(tx)]
    for term in terms:
        click.echo(_line(term))
    held_past = sum(bool(term.held) for term in terms)
    may_go = tn("command.retention.may_go", len(terms) - held_past, "en")
    click.echo(f"{may_go}, {tn('command.retention.held', held_past, 'en')}.")
    for what, one in held:
        click.echo(f"Hold {one.id}: {what}, since {one.set_at:%Y-%m-%d}: {one.reason}")


@retention.command()
@click.argument("what", metavar="FOLIO-OR-CUSTOMER")
@click.option("--reason", required=True, help="Why it must not be deleted.")
def hold(what: str, reason: str) -> None:
    """Keep a ticket, or everything of a customer (by its id), whatever its term."""
    with opened() as context:
        named = _named(context, what)
        try:
            id = context.database.write(
                lambda tx: legal_holds.hold(tx, context, OPERATOR, reason, context.now(), **named)
            )
        except NoReason as error:
            raise NeverDone(str(error)) from error
    click.echo(f"Held: {id}")


@retention.command()
@click.argument("hold_id", metavar="HOLD")
@click.option("--reason", required=True, help="Why it need not be kept any longer.")
def release(hold_id: str, reason: str) -> None:
    """Lift a hold; it stays on record, with both reasons."""
    with opened() as context:
        try:
            context.database.write(
                lambda tx: legal_holds.lift(tx, OPERATOR, hold_id, reason, context.now())
            )
        except NothingHeld as error:
            raise NeverDone(f"there is no hold {hold_id} in force") from error
        except NoReason as error:
            raise NeverDone(str(error)) from error
    click.echo(f"Lifted: {hold_id}")


@retention.command()
@click.argument("folios", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All whose term is over, but for the held.")
@click.option("--yes", is_flag=True, help="Do not ask; for a script that has asked.")
def delete(folios: tuple[str, ...], everything: bool, yes: bool) -> None:
    """Delete tickets whose term is over, with records, reports and photos. For ever.

    They are listed first and it is asked. What is held, or not over, is refused and nothing is
    deleted then. Hashes and dates of what was deleted are kept; copies in backups are yours to
    delete.
    """
    if bool(folios) == everything:
        raise click.UsageError("name the folios, or --all")
    with opened() as context:
        terms = _chosen(context, folios)
        for term in terms:
            click.echo(_line(term))
        if not terms:
            click.echo("Nothing is past its term.")
            return
        if not yes:
            click.confirm(tn("command.retention.ask", len(terms), "en"), abort=True)
        try:
            context.database.write(lambda tx: _delete(tx, context, terms))
        except StillKept as error:
            raise NeverDone(f"nothing was deleted: {error}") from error
    click.echo(tn("command.retention.deleted", len(terms), "en"))


def _delete(tx: Transaction, context: ApplicationContext, terms: list[Term]) -> None:
    for term in terms:
        terms_of.dispose(tx, context, OPERATOR, term.ticket, context.now())


def _chosen(context: ApplicationContext, folios: tuple[str, ...]) -> list[Term]:
    years, now = context.settings.retention_years, context.now()
    with context.database.reading() as tx:
        if not folios:
            return [term for term in terms_of.due(tx, years, now) if not term.held]
        return [_may_go(tx, folio, context) for folio in folios]


def _may_go(tx: Transaction, folio: str, context: ApplicationContext) -> Term:
    found = store.by_folio(tx, folio)
    if found is None:
        raise NeverDone(f"there is no ticket {folio}")
    term = terms_of.term_of(tx, found.record.id, context.settings.retention_years)
    if term is None:
        raise NeverDone(f"{folio} has not ended; nothing was deleted")
    if not term.is_over(context.now()):
        why = f"held: {term.held}" if term.held else f"kept until {term.until:%Y-%m-%d}"
        raise NeverDone(f"{folio} is {why}; nothing was deleted")
    return term


def _named(context: ApplicationContext, what: str) -> dict[str, str]:
    with context.database.reading() as tx:
        found = store.by_folio(tx, what)
        if found is not None:
            return {"ticket_id": found.record.id}
        if records.get(tx, "customer", what) is not None:
            return {"customer": what}
    raise NeverDone(f"{what} is neither a folio nor a customer")


def _line(term: Term) -> str:
    held = f"  held: {term.held}" if term.held else ""
    ended, until = f"{term.ended_at:%Y-%m-%d}", f"{term.until:%Y-%m-%d}"
    return f"{term.folio or term.ticket}  ended {ended}  term over {until}{held}"
