"""A fault that is put into the product, and the check that must find it."""

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.silent import SilentWorld
from tests.mutants.fault import Fault

Scenario = Callable[[SilentWorld], None]


class NeverShown(AssertionError):
    """The scenario does not come where the fault is: it cannot find it."""


class Survived(AssertionError):
    """The fault showed, and nothing found it."""


class FoundBySomethingElse(AssertionError):
    """Another check than the one that is there for it."""


@dataclass(frozen=True)
class Mutant:
    """With `fault` in the product, `scenario` must fail.

    `caught_by` is the check that must find it: its name is in the traceback, or its sentence.
    """

    name: str
    fault: Fault
    scenario: Scenario
    caught_by: str

    def must_be_caught(self, world: SilentWorld) -> None:
        """Raises NeverShown, Survived, FoundBySomethingElse."""
        with self.fault.alive() as shown:
            why = _failure(self.scenario, world)
        where = f"«{self.name}» in {self.scenario.__name__}"
        if not shown:
            raise NeverShown(f"{where}: {self.fault} was never called. {why}")
        if not why:
            raise Survived(f"{where}: {self.fault} did wrong {len(shown)} times, and all passed")
        if not re.search(self.caught_by, why):
            raise FoundBySomethingElse(f"{where}: not by {self.caught_by!r}, but:\n{why}")


def _failure(scenario: Scenario, world: SilentWorld) -> str:
    """The traceback of what the scenario raises, or nothing."""
    try:
        scenario(world)
    except Exception:
        return traceback.format_exc()
    return ""
