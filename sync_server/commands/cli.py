"""`folio`: the office's command line. Every fault is a sentence for a person, never a traceback."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

COMMANDS = {
    "init": ("init", "Set up a real company: name, calendar, catalogues, first person."),
    "serve": ("serve", "Open the office: sync, console, verification, what is due."),
    "user": ("user", "People and what they may do."),
    "import": ("register_files", "Customers, machines, people … from a CSV or a spreadsheet."),
    "enrol": ("enrol", "A one-time code for somebody's tablet."),
    "ticket": ("ticket", "Tickets in, and to whom."),
    "verify": ("verify", "Is this PDF ours and unchanged? Is everything kept here?"),
    "due": ("due", "Do everything that is due, now."),
    "rescue": ("rescue", "What a tablet could not send, brought here in a file."),
    "backup": ("backup", "Copy the whole office into a folder."),
    "restore": ("backup", "Put a backup in place of this office."),
    "epoch": ("backup", "Tell tablets that the database was put back by its own tools."),
    "repair": ("repair", "Mend a damaged database, or rescue what can be read of it."),
    "seal": ("seal", "The certificate that reports are sealed with."),
    "export": ("export", "A register as a sheet; a month or a customer as a ZIP."),
    "audit": ("audit", "Who came in, was turned away, changed or took away what, as CSV."),
    "retention": ("retention", "What may be deleted after its term, and what is held."),
    "demo": ("demo", "Run the demo organisation: its office and one tablet."),
}
"""Each command, its file in sync_server/commands, and what it is for. Read when it is asked for."""


FUNCTIONS = {"import": "take"}
"""Commands whose name is a word of the language."""


class Commands(click.Group):
    """The commands by name; `folio --help` does not wait for what `folio serve` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a new office's first days."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sync_server.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, FUNCTIONS.get(cmd_name, cmd_name))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without reading any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="folio", prog_name="folio")
def folio() -> None:
    """Folio's office: the server, its people, tickets, reports and backups.

    Settings come from FOLIO_* variables; docs/SETTINGS.md lists them.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave: 0 when it succeeded, otherwise a sentence and another status."""
    from sync_server.runtime.private_folder import keep_to_ourselves

    keep_to_ourselves()
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
    except Exception as fault:
        if os.environ.get("FOLIO_DEBUG"):
            raise
        _tell(fault)
        sys.exit(1)


def _tell(fault: Exception) -> None:
    """A fault in words; one that nobody foresaw says how to see more."""
    from sync_server.commands.opening import KNOWN_FAULTS, sentence  # slow, and seldom needed

    if isinstance(fault, KNOWN_FAULTS):
        click.echo(f"Error: {sentence(fault)}", err=True)
        return
    click.echo(f"Error: something unexpected failed: {sentence(fault)}", err=True)
    click.echo("Run it again with FOLIO_DEBUG=1 to see where.", err=True)
