"""`folio due`: what the server does each minute, done now."""

import click

from shared.time.timestamps import NotAnInstant, instant
from shared.words import tn
from sync_server.commands.opening import NeverDone, opened, settings
from sync_server.schedule import worker


@click.command()
@click.option("--now", "at", help="Another time than the clock's; for trials only.")
def due(at: str | None) -> None:
    """Do everything that is due: reminders, closings, escalations, seals, mail.

    Each is done once, however often this runs, also while the server runs. --now needs
    FOLIO_ALLOW_TIME_TRAVEL=1.
    """
    if at is not None and not settings().allow_time_travel:
        raise NeverDone("--now needs FOLIO_ALLOW_TIME_TRAVEL=1: it changes what the log says")
    try:
        now = instant(at)
    except NotAnInstant as error:
        raise NeverDone(str(error)) from error
    with opened(now) as context:
        tally = worker.run_due(context, context.now())
    for what, count in sorted(tally.items()):
        click.echo(tn(f"command.due.{what}", count, "en"))
    if not tally:
        click.echo("Nothing was due.")
