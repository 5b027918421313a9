"""An office put away and brought back by its own commands, on either database and either store."""

from pathlib import Path

from sync_server import backup
from tests.office import RunningOffice


def taken(running: RunningOffice, folder: Path) -> Path:
    """Everything as it is now; the doors stay open."""
    backup.back_up(running.office, folder, running.clock())
    return folder


def put_back(running: RunningOffice, folder: Path) -> None:
    """Everything as it was then, under a new epoch."""
    running.stop()
    backup.restore(running.settings, folder, force=True)
    running.start()
