"""One leg over one line: push all, pull all, push some, pull some, and nothing to do."""

import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.sync.legs import Leg
from benchmarks.sync.link import Line, Meter, laid
from benchmarks.sync.worker import Worker

STEPS = ("push", "push, back", "pull", "push some", "pull some", "nothing")
"""«push, back»: what was pushed comes back as the server has it, where a leg does that."""


class NotTheSame(Exception):
    """After everything was synced two replicas differ: such a time is worth nothing."""


@dataclass(frozen=True)
class Measured:
    """One step: seconds, bytes up and down as the line carried them, headers and all."""

    leg: str
    line: str
    step: str
    seconds: float
    up: int
    down: int


def measure(leg: Leg, line: Line, docs: Path, some: int, log: Path) -> list[Measured]:
    """The steps of one leg over one line, on fresh servers and replicas. Raises NotTheSame."""
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        office = stack.enter_context(leg.serving(folder / "server"))
        meter = stack.enter_context(laid(line, office.port))
        one, two = (stack.enter_context(leg.client(log)) for _ in range(2))
        for name, client, said in zip(("one", "two"), (one, two), office.openings, strict=False):
            # Before the clock starts each replica meets the server, directly.
            client.ask("open", folder=str(folder / name), port=office.port, **said)
            client.ask("dial", port=meter.port)
        one.ask("fill", path=str(docs))
        return [
            Measured(leg.name, line.name, step, seconds, up, down)
            for step, seconds, up, down in _steps(leg, meter, one, two, some)
        ]


def _steps(
    leg: Leg, meter: Meter, one: Worker, two: Worker, some: int
) -> Iterator[tuple[str, float, int, int]]:
    def timed(step: str, client: Worker, do: str) -> tuple[str, float, int, int]:
        meter.reset()
        seconds: float = client.ask(do)["seconds"]
        return step, seconds, meter.up.carried, meter.down.carried

    yield timed("push", one, "push")
    if leg.echoes:
        yield timed("push, back", one, "pull")
    yield timed("pull", two, "pull")
    compare(one, two)
    one.ask("change", count=some, word="Revisado")
    yield timed("push some", one, "push")
    if leg.echoes:
        one.ask("pull")
    yield timed("pull some", two, "pull")
    compare(one, two)
    one.ask("sync")
    yield timed("nothing", one, "sync")


def compare(one: Worker, two: Worker) -> None:
    """Both replicas hold the same, document by document. Raises NotTheSame."""
    mine, theirs = one.ask("check"), two.ask("check")
    if (mine["count"], mine["hash"]) != (theirs["count"], theirs["hash"]):
        raise NotTheSame(f"{mine} {theirs}")


def middle(runs: list[list[Measured]]) -> list[Measured]:
    """Of several runs the median of each step; bytes hardly differ."""

    def median(step: str, of: Callable[[Measured], float]) -> float:
        return statistics.median(of(m) for run in runs for m in run if m.step == step)

    return [
        Measured(
            m.leg, m.line, m.step, median(m.step, lambda m: m.seconds),
            int(median(m.step, lambda m: m.up)), int(median(m.step, lambda m: m.down)),
        )
        for m in runs[0]
    ]  # fmt: skip


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(mkdtemp(prefix="folio-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_rows(measured: list[Measured]) -> list[dict[str, Any]]:
    """For a file of results."""
    return [
        {"leg": m.leg, "line": m.line, "step": m.step, "seconds": round(m.seconds, 4),
         "up": m.up, "down": m.down}
        for m in measured
    ]  # fmt: skip
