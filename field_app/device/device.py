"""The machine under the tablet: its folder, clock, chance and place; read here, passed inward."""

import os
import platform
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from field_app.device import private_folder
from field_app.device.trouble import Trouble
from shared.operations.ids import uuid7

try:
    import fcntl
except ImportError:  # Windows has no fcntl; msvcrt locks there
    fcntl = None  # type: ignore[assignment]

Position = Mapping[str, float]
"""{lat, lon, accuracy}: degrees and metres."""


class AlreadyRunning(Trouble):
    """Another tablet works on this folder: two of them would be two writers of one queue."""

    key = "sync.trouble.already_running"


def _here_and_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(slots=True)
class Device:
    """`position` gives the last known place or None; app.py sets it where there is a locator."""

    folder: Path
    now: Callable[[], datetime] = _here_and_now
    entropy: Callable[[int], bytes] = secrets.token_bytes
    position: Callable[[], Position | None] = lambda: None
    platform: str = field(default_factory=lambda: platform.system().lower() or "unknown")
    name: str = field(default_factory=lambda: platform.node() or "tablet")

    def new_id(self) -> str:
        """A UUIDv7 of now."""
        return uuid7(self.now(), self.entropy(10))


def data_folder(given: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the tablet keeps its data: as asked, else where Flet keeps an app's durable data,
    else a folder of the person who runs it."""
    if given is not None:
        return given
    kept = environ.get("FLET_APP_STORAGE_DATA")
    return Path(kept) if kept else Path.home() / ".folio" / "tablet"


class Claim:
    """The folder is this process's until it is released or the process ends, however it ends."""

    def __init__(self, file: IO[Any]) -> None:
        self._file = file

    def release(self) -> None:
        self._file.close()


def claim(folder: Path) -> Claim:
    """Make the folder this process's own. Raises AlreadyRunning."""
    private_folder.keep_to_ourselves()
    private_folder.own(folder)
    file = (folder / "tablet.lock").open("a+")
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise AlreadyRunning(folder=str(folder)) from error
    return Claim(file)


def _lock(file: IO[Any]) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    import msvcrt  # only where there is no fcntl

    file.seek(0)
    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
