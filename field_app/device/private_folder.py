"""What the tablet keeps is its own: folders 0700, files 0600, from their first byte on."""

import logging
import os
import stat
from pathlib import Path

log = logging.getLogger(__name__)

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What group and world may do: nothing."""


def keep_to_ourselves() -> None:
    """From now on every file and folder of this process, and of those it starts, is its user's."""
    os.umask(OTHERS)


def own(folder: Path) -> None:
    """This folder is its user's alone; one that others could enter is tightened, with all in it.

    Where that cannot be, because it is another user's or read-only, it is said and used as it is.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "posix" or not _is_loose(folder):
        return
    try:
        _tighten(folder)
    except OSError as error:
        log.warning("others can read %s: %s", folder, error)
    else:
        log.warning("others could read %s: it is closed to them now", folder)


def _tighten(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink() and _is_loose(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def _is_loose(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)
