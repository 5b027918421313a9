"""The world of one seed: an office that may lose its power, and ids that come again."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import httpx

from sync_server.runtime.context import ApplicationContext
from tests.faults.inside import OfficeInside
from tests.faults.silent import SilentWorld
from tests.office import RunningOffice
from tests.simulation.power import Power, powered

SECRET = "the same in every history"


class PoweredOffice(OfficeInside):
    """An office on a `power` that may go out; after that it is opened again on its data."""

    power: Power

    def opened(self) -> ApplicationContext:
        self.power = Power()
        return powered(super().opened(), self.power)


class SeededWorld(SilentWorld):
    """`through` makes the line of a tablet, once it is set: before, nothing goes wrong."""

    def __init__(self, folder: Path, chance: Random, **settings: Any) -> None:
        self._chance = chance
        self.through: Callable[[], httpx.BaseTransport] | None = None
        super().__init__(folder, **settings)

    def office_in(self, data: Path, **settings: Any) -> RunningOffice:
        self.inside = PoweredOffice(
            data,
            self.clock,
            self._chance.randbytes,
            secret="a secret of the simulation",
            **settings,
        )
        return self.inside

    def line(self) -> httpx.BaseTransport:
        return self.through() if self.through else self.inside.door

    @property
    def power(self) -> Power:
        assert isinstance(self.inside, PoweredOffice)
        return self.inside.power

    def reopen(self) -> None:
        """The process is gone; another one begins on the same data."""
        self.inside.stop()
        self.inside.start()
