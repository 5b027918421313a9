"""`folio repair`: a damaged database made whole, or as much of it as can be read."""

import click

from shared.words import t
from sync_server.backup.repair import NotRepairable
from sync_server.backup.repair import repair as mend
from sync_server.commands.opening import NeverDone, settings


@click.command()
def repair() -> None:
    """Rebuild the indexes of a damaged database; where that is not enough, rescue every row that
    can be read into a new file. The server must be stopped.

    The damaged file is set aside, never deleted. With a recent backup at hand `folio restore` loses
    less: tablets send again what the backup did not have. On PostgreSQL its own tools mend.
    """
    try:
        done = mend(settings())
    except NotRepairable as error:
        raise NeverDone(str(error)) from error
    if not done.found:
        click.echo("The database is whole; nothing was done.")
        return
    for what in done.found:
        click.echo(f"Found: {what}")
    if not done.kept:
        click.echo("The indexes were made anew; every row is there.")
        return
    for table, rows in sorted(done.cut.items()):
        click.echo(f"{table}: cut; {rows} rows could be read.")
    click.echo(t("command.repair.rescued", "en", name=done.kept, loose=done.loose))
