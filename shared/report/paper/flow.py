"""Slabs fill pages from the top: what belongs together moves on together, heads are repeated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.report.paper.sheet import Sheet
from shared.report.paper.slabs import Slab


@dataclass(frozen=True, slots=True)
class Placed:
    """A slab whose top stands `y` points below the top of the printable area."""

    y: float
    slab: Slab


BREAK = Slab(0)
"""Put among the slabs, it starts a new page."""


def pages(slabs: Sequence[Slab], sheet: Sheet) -> list[list[Placed]]:
    """Every slab placed, once, in order. No page is empty."""
    filled: list[list[Placed]] = [[]]
    y = 0.0
    for group in _groups(slabs):
        if group[0] is BREAK:
            filled.append([])
            y = 0.0
            continue
        room = sheet.height(first=len(filled) == 1)
        if y + _height(group, y) > room and y > 0 and _fits_a_page(group, sheet):
            filled.append([])
            y = 0.0
        for slab in group:
            room = sheet.height(first=len(filled) == 1)
            if y > 0 and y + slab.before + slab.height > room:
                filled.append([])
                y = 0.0
            if y == 0:
                for head in slab.head:
                    filled[-1].append(Placed(y, head))
                    y += head.height
                filled[-1].append(Placed(y, replace(slab, marks=(*slab.marks, *slab.again))))
            else:
                y += slab.before
                filled[-1].append(Placed(y, slab))
            y += slab.height
    return [page for page in filled if page]


def _groups(slabs: Sequence[Slab]) -> Iterator[list[Slab]]:
    group: list[Slab] = []
    for slab in slabs:
        group.append(slab)
        if not slab.keep:
            yield group
            group = []
    if group:
        yield group


def _height(group: Sequence[Slab], y: float) -> float:
    return sum(slab.height + slab.before for slab in group) - (0 if y else group[0].before)


def _fits_a_page(group: Sequence[Slab], sheet: Sheet) -> bool:
    head = sum(slab.height for slab in group[0].head)
    return head + _height(group, 0) <= sheet.height(first=False)
