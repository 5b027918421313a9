"""An office put away and brought back, on either database and either store.

By its own commands, or only its database by the database's tools.
"""

from pathlib import Path

from sync_server.backup import backup, database_copy
from tests.office import RunningOffice


def taken(running: RunningOffice, folder: Path) -> Path:
    """Everything as it is now; the doors stay open."""
    backup.back_up(running.context, folder, running.clock())
    return folder


def put_back(running: RunningOffice, folder: Path) -> None:
    """Everything as it was then, under a new epoch."""
    running.stop()
    backup.restore(running.settings, folder, force=True)
    running.start()


def database_taken(running: RunningOffice, folder: Path) -> Path:
    """Only the database as it is now; the doors stay open."""
    folder.mkdir()
    return database_copy.copy(running.settings.database, folder)


def database_put_back(running: RunningOffice, copied: Path) -> None:
    """Only the database as it was then, under the epoch that it had: nobody told the office."""
    running.stop()
    database_copy.put(copied, running.settings, copied.parent / "aside")
    running.start()
