"""`make soak`: one history after the other, until one breaks or somebody has seen enough."""

import argparse
import itertools
import secrets
import sys
import time
import traceback
from collections.abc import Iterable
from pathlib import Path

from tests.simulation.history import Broken, history
from tests.simulation.size import FULL, SMALL
from tests.simulation.trace import Trace

SIZES = {"full": FULL, "small": SMALL}
SHOWN = 60
"""Lines of the trace that are shown when a history breaks; all of them are in a file."""


def main(arguments: list[str] | None = None) -> int:
    """The number of histories that broke: none, or one."""
    asked = _asked(arguments)
    for passed, seed in enumerate(_seeds(asked.seed, asked.seeds)):
        started = time.monotonic()
        _say(f"seed {seed} ")
        try:
            trace = history(seed, SIZES[asked.size], lambda day: _say("."))
        except Broken as broken:
            _say(_report(broken, asked.size, asked.traces, passed))
            return 1
        except KeyboardInterrupt:
            _say(f"\nstopped; {passed} histories passed\n")
            return 0
        _say(f" {_passed(trace)}, {time.monotonic() - started:.0f} s\n")
    return 0


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seed", default="", help="one history (7), or a range of them (1-500)")
    parser.add_argument("--seeds", type=int, default=0, help="how many; none: until one breaks")
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--traces", type=Path, default=Path(".data/soak"), help="of what broke")
    return parser.parse_args(arguments)


def _seeds(wanted: str, count: int) -> Iterable[int]:
    if not wanted:
        start = secrets.randbelow(10**9)
        return range(start, start + count) if count else itertools.count(start)
    first, _, last = wanted.partition("-")
    return range(int(first), int(last or first) + 1)


def _passed(trace: Trace) -> str:
    mishaps = sum(trace.tally.values())
    return f"{len(trace.lines)} lines, {mishaps} counted, trace {trace.digest[:12]}"


def _report(broken: Broken, size: str, folder: Path, passed: int) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"seed-{broken.seed}.txt"
    why = "".join(traceback.format_exception(broken.__cause__))
    file.write_text("\n".join([*broken.trace.lines, "", why]), encoding="utf-8")
    smaller = "" if size == "full" else f" SIZE={size}"
    return "\n".join([
        "", *broken.trace.lines[-SHOWN:], "", why,
        f"seed {broken.seed} broke on day {broken.day}, after {passed} that passed",
        f"all that happened: {file}",
        f"once more: make soak SEED={broken.seed}{smaller}", "",
    ])  # fmt: skip


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
