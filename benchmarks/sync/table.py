"""The results as a person reads them: times, bytes, and each leg beside the others."""

from collections.abc import Iterable, Sequence

from benchmarks.sync.legs import LEGS
from benchmarks.sync.pushes import Rate
from benchmarks.sync.run import STEPS, Measured


def times(measured: Sequence[Measured], line: str) -> str:
    """Seconds and kilobytes of every step over one line, a leg a column."""
    legs = [name for name in LEGS if any(m.leg == name and m.line == line for m in measured)]
    found = {(m.leg, m.step): m for m in measured if m.line == line}
    rows = [["", *(LEGS[name].title for name in legs)]]
    rows += [
        [step, *(_cell(found.get((leg, step))) for leg in legs)]
        for step in STEPS
        if any((leg, step) in found for leg in legs)
    ]
    return f"Line: {line}. Seconds; kB up, kB down.\n{_laid_out(rows)}"


def ratios(measured: Sequence[Measured], line: str) -> str:
    """Folio's time and bytes as a multiple of each other leg's: below 1 is better than they."""
    found = {(m.leg, m.step): m for m in measured if m.line == line}
    others = [name for name in LEGS if name != "folio" and (name, "push") in found]
    rows = [["Folio ÷ …", *(LEGS[name].title for name in others)]]
    for step in STEPS:
        mine = found.get(("folio", step))
        if mine is None or not any((name, step) in found for name in others):
            continue
        rows.append([step, *(_ratio(mine, found.get((name, step))) for name in others)])
    return f"Line: {line}. Time, bytes both ways.\n{_laid_out(rows)}"


def rates(found: Iterable[Rate]) -> str:
    """Pushes a second."""
    head = [
        "leg",
        "operations a push",
        "connections",
        "pushes/s",
        "median ms",
        "p99 ms",
        "server's CPU, ms a push",
    ]
    rows = [
        [
            rate.leg, str(rate.operations), str(rate.connections), f"{rate.pushes:.0f}",
            f"{rate.median * 1000:.1f}", f"{rate.p99 * 1000:.1f}",
            "–" if rate.cpu is None else f"{rate.cpu * 1000:.2f}",
        ]
        for rate in found
    ]  # fmt: skip
    return _laid_out([head, *rows])


def _cell(m: Measured | None) -> str:
    return "–" if m is None else f"{m.seconds:8.2f} s {m.up / 1000:8.1f} {m.down / 1000:8.1f}"


def _ratio(mine: Measured, other: Measured | None) -> str:
    if other is None:
        return "–"
    time = mine.seconds / max(other.seconds, 1e-9)
    return f"× {time:.2f}, × {(mine.up + mine.down) / max(other.up + other.down, 1):.2f}"


def _laid_out(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in
                  enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]  # fmt: skip
    return "\n".join(lines)
