"""`folio due`: what the server does each minute, done now."""

import click

from shared.time.timestamps import NotAnInstant, instant
from sync_server.commands.opening import NeverDone, opened, settings
from sync_server.schedule import worker

DONE = {
    "reminded": "reminders written",
    "closed": "tickets closed",
    "escalated": "escalations raised",
    "seal_done": "reports sealed",
    "seal_failed": "reports that could not be sealed",
    "mailed": "mails sent",
    "mail_failed": "mails that could not be sent",
    "uploads_forgotten": "uploads given up",
}


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
        click.echo(f"{count} {DONE.get(what, what)}")
    if not tally:
        click.echo("Nothing was due.")
