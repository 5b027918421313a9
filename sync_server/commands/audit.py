"""`folio audit`: who came in, was turned away, changed or took away what."""

import click

from shared.time.timestamps import NotAnInstant, instant
from sync_server.commands.opening import OPERATOR, NeverDone, account, opened
from sync_server.identity import audit_export, audit_log
from sync_server.identity.audit_log import FAMILIES, Wanted
from sync_server.runtime.context import ApplicationContext


@click.command()
@click.option("--person", default="", metavar="EMAIL", help="What they did, or was done to them.")
@click.option("--kind", default="", type=click.Choice(["", *FAMILIES]), help="Of this kind alone.")
@click.option("--since", default=None, help="From this moment on: 2026-03-09T00:00:00-06:00.")
@click.option("--until", default=None, help="Before this moment.")
def audit(person: str, kind: str, since: str | None, until: str | None) -> None:
    """Write the audit log as CSV, the newest first. That it was taken away stands in it too."""
    try:
        between = (instant(since) if since else None, instant(until) if until else None)
    except NotAnInstant as error:
        raise NeverDone(str(error)) from error
    with opened() as context:
        who = account(context, person).id if person else ""
        for line in audit_export.lines(context.database, Wanted(who, kind, *between)):
            click.echo(line, nl=False)
        _note(context, {"person": who, "kind": kind})


def _note(context: ApplicationContext, wanted: dict[str, str]) -> None:
    now = context.now()
    context.database.write(
        lambda tx: audit_log.note(tx, OPERATOR, "audit.exported", "", now, wanted)
    )
