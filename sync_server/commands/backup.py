"""`folio backup`, `folio restore`, `folio epoch`: the office in a folder, and back."""

from pathlib import Path

import click

from shared.words import t, tn
from sync_server.backup import backup as whole
from sync_server.backup.backup import NotABackup, NotEmpty
from sync_server.backup.database_copy import CopyFailed
from sync_server.commands.opening import NeverDone, opened, settings

A_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=A_FOLDER)
def backup(folder: Path) -> None:
    """Copy everything into DIR: database, files, seal and secret. The server may be running.

    Into the same DIR again, only what is new is copied. Every file is read and checked against its
    hash; DIR holds keys, so keep it as safe as the server.
    """
    try:
        with opened() as context:
            manifest = whole.back_up(context, folder, context.now())
    except (NotEmpty, NotABackup, CopyFailed) as error:
        raise NeverDone(str(error)) from error
    files = tn("command.files", len(manifest.blobs), "en")
    size = tn("command.bytes", sum(manifest.blobs.values()), "en")
    click.echo(t("command.backup.done", "en", folder=folder, files=files, bytes=size))
    if manifest.lost:
        lost = ", ".join(manifest.lost)
        said = tn("command.backup.lost", len(manifest.lost), "en", names=lost)
        raise click.ClickException(said)


@click.command()
@click.argument("folder", metavar="DIR", type=A_FOLDER)
@click.option("--force", is_flag=True, help="Also where an office is; it is set aside.")
def restore(folder: Path, force: bool) -> None:
    """Put the backup in DIR in place of this office. The server must be stopped.

    First every byte of the backup is checked. Afterwards the office has a new epoch: tablets send
    again what they have kept and the backup did not have.
    """
    try:
        epoch = whole.restore(settings(), folder, force)
    except NotEmpty as error:
        raise NeverDone(f"{error}; --force sets it aside and goes on") from error
    except (NotABackup, CopyFailed) as error:
        raise NeverDone(f"{error}; nothing was changed") from error
    click.echo(f"Restored from {folder}. New epoch: {epoch}")


@click.command()
def epoch() -> None:
    """Begin a new epoch: the database was put back by its own tools, not by `folio restore`.

    The server must be stopped. Without it, tablets would take the office for the one they know;
    now they send again what they have kept and it has forgotten, and read everything anew.
    """
    click.echo(f"New epoch: {whole.new_epoch(settings())}")
