"""`folio export`: a register as a sheet; a month of reports, or all of a customer, as a ZIP."""

from pathlib import Path

import click

from shared.words import tn
from sync_server.archive import archive_export, customer_export
from sync_server.archive.customer_export import UnknownCustomer
from sync_server.commands.opening import OPERATOR, NeverDone, opened
from sync_server.commands.register_files import export_all, export_register
from sync_server.registers.kinds import KINDS

A_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def export() -> None:
    """Copies to hand out; who took them is noted."""


@export.command()
@click.argument("text", metavar="YYYY-MM")
@click.argument("file", type=A_FILE)
def month(text: str, file: Path) -> None:
    """Everything closed in a month, with a list of hashes that proves itself without Folio."""
    with opened() as context, file.open("wb") as out:
        try:
            archive_export.month(context, text, OPERATOR, context.now(), out)
        except ValueError as error:
            file.unlink()
            raise NeverDone(f"{text} is no month like 2026-03") from error
    click.echo(f"{file}: {tn('command.bytes', file.stat().st_size, 'en')}")


@export.command()
@click.argument("id")
@click.argument("file", type=A_FILE)
def customer(id: str, file: Path) -> None:
    """Everything that is kept about the customer ID: tickets, log, reports, photos."""
    with opened() as context, file.open("wb") as out:
        try:
            count = customer_export.pack(context, id, OPERATOR, context.now(), out)
        except UnknownCustomer as error:
            file.unlink()
            raise NeverDone(f"there is no customer {id}") from error
    click.echo(tn("command.export.tickets", count, "en", file=file))


def _of(kind: str) -> click.Command:
    """The command that writes one register."""

    @click.argument("file", type=A_FILE)
    def written(file: Path) -> None:
        export_register(kind, file)

    help = f"The register of {kind}, as `folio import {kind}` reads it: .csv or .xlsx."
    return click.command(kind, help=help)(written)


for _kind in KINDS:
    export.add_command(_of(_kind))


@export.command("all")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def everything(folder: Path) -> None:
    """Every register, one spreadsheet each, numbered as they are imported again."""
    export_all(folder)
