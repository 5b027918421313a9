"""`folio`: the office's command line. Every fault is a sentence for a person, never a traceback."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from sync_server.commands.doors import KNOWN_FAULTS, sentence

COMMANDS = {
    "serve": "serve",
    "user": "user",
    "enrol": "enrol",
    "ticket": "ticket",
    "verify": "verify",
    "due": "due",
    "backup": "backup",
    "restore": "backup",
    "seal": "seal",
    "retention": "retention",
    "export": "export",
    "demo": "demo",
}
"""Each command and its file in sync_server/commands; read when it is asked for."""


class Commands(click.Group):
    """The commands by name; `folio user --help` does not wait for what `folio serve` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a new office's first days."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sync_server.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="folio", prog_name="folio")
def folio() -> None:
    """Folio's office: the server, its people, tickets, reports and backups.

    Settings come from FOLIO_* variables; docs/SETTINGS.md lists them.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave: 0 when it succeeded, otherwise a sentence and another status."""
    try:
        folio.main(args=arguments, prog_name="folio", standalone_mode=False)
    except click.exceptions.Exit as left:
        sys.exit(left.exit_code)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except click.ClickException as refused:
        refused.show()
        sys.exit(refused.exit_code)
    except KNOWN_FAULTS as fault:
        click.echo(f"Error: {sentence(fault)}", err=True)
        sys.exit(1)
    except Exception as fault:
        if os.environ.get("FOLIO_DEBUG"):
            raise
        click.echo(f"Error: something unexpected failed: {sentence(fault)}", err=True)
        click.echo("Run it again with FOLIO_DEBUG=1 to see where.", err=True)
        sys.exit(1)
