"""One seed from its beginning to its end, in a folder of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.silent import quick
from tests.simulation.simulation import Simulation
from tests.simulation.size import Size
from tests.simulation.trace import Trace


@dataclass
class Broken(Exception):
    """Something that must always hold did not; its cause is what the oracle said."""

    seed: int
    day: int
    trace: Trace


def history(seed: int, size: Size, each_day: Callable[[int], None] = lambda day: None) -> Trace:
    """What happened in this seed's history. Raises Broken."""
    with quick() as folder:
        simulation = Simulation(seed, size, folder)
        simulation.each_day = each_day
        try:
            simulation.run()
        except Exception as error:
            raise Broken(seed, simulation.day, simulation.trace) from error
        finally:
            simulation.close()
    return simulation.trace
