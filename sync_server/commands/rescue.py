"""`folio rescue import`: the work of a tablet that can no longer sync, out of the file it wrote."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from shared.operations.operation import Outcome
from shared.words import t, tn
from sync_server.commands.opening import SUPERVISOR, NeverDone, opened, sentence
from sync_server.sync import rescue as taking
from sync_server.sync.rescue import Stopped, Tally
from sync_server.sync.rescue_package import Package, UnusablePackage

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rescue() -> None:
    """What a tablet could not send, brought here in a file."""


@rescue.command("import")
@click.argument("file", type=A_FILE)
def import_(file: Path) -> None:
    """Take in the rescue package FILE that a tablet wrote. The server may be running.

    The passphrase is asked for; without a terminal it is the first line of standard input. Every
    byte is checked before anything is taken; again the same package, and whatever of it came or
    comes by sync, changes nothing.
    """
    passphrase = _passphrase()
    with opened() as context, file.open("rb") as content:
        try:
            package = Package(content, passphrase)
            tally = taking.take_in(context, package, SUPERVISOR)
        except UnusablePackage as error:
            said = t(f"office.{error.key}", "en", **error.values)
            raise NeverDone(f"{said} Nothing was imported.") from error
        except Stopped as error:
            _tell(error.tally)
            fault = sentence(error.__cause__ or error)
            raise NeverDone(f"{fault}. The rest was not imported: do it again.") from error
    _tell(tally)
    _tell_damaged(package.contents.damaged)


def _tell(tally: Tally) -> None:
    tablet = f", tablet «{tally.tablet}»" if tally.tablet else ""
    click.echo(f"Package of {tally.user.name} <{tally.user.email}>{tablet}")
    click.echo(f"Operations: {tally.outcomes.total()}{_outcomes(tally)}")
    known = tn("command.rescue.known", tally.known_files, "en")
    click.echo(f"Files: {tally.files} taken, {known}")
    if not tally.user.active:
        click.echo("This account is not active: its work was set aside for a supervisor.")
    if tally.identity:
        click.echo(
            f"The numbers of its tablet did not fit: what was new came under {tally.identity}."
        )


def _outcomes(tally: Tally) -> str:
    """What became of the operations, the usual first; `duplicate` is what was here already."""
    said = list(_each(tally))
    return f" ({', '.join(said)})" if said else ""


def _each(tally: Tally) -> Iterator[str]:
    for outcome in Outcome:
        if tally.outcomes[outcome]:
            yield f"{outcome.value} {tally.outcomes[outcome]}"


def _tell_damaged(damaged: tuple[str, ...]) -> None:
    if damaged:
        click.echo(f"Damaged on the tablet, and so not inside: {len(damaged)}", err=True)
    for name in damaged:
        click.echo(f"  {name}", err=True)


def _passphrase() -> str:
    if sys.stdin.isatty():
        said: str = click.prompt("Passphrase of the package", hide_input=True)
        return said
    return sys.stdin.readline().rstrip("\r\n")
