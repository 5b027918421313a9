"""A world without sockets, on a disk that need not be waited for: what is tried many times."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import structlog

from sync_server.runtime import logs
from tests.cheap import MEMORY
from tests.faults.inside import OfficeInside
from tests.faults.places import Place
from tests.faults.world import World
from tests.office import RunningOffice


class SilentWorld(World):
    """A world whose tablets call the office in this process."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, Place(), **settings)

    def office_in(self, data: Path, **settings: Any) -> RunningOffice:
        self.inside = OfficeInside(data, self.clock, **settings)
        return self.inside

    def line(self) -> httpx.BaseTransport:
        return self.inside.door

    def close(self) -> None:
        super().close()
        self.inside.door.stop()


@contextmanager
def quick() -> Iterator[Path]:
    """A folder in memory where there is one, and short logs."""
    place = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="folio-", dir=place) as folder, _short_logs():
        yield Path(folder)


@contextmanager
def _short_logs() -> Iterator[None]:
    """Faults only, as the office says them: no night's word that there is no certificate."""
    before = structlog.get_config()
    logs.configure()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)
