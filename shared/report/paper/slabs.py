"""Slabs: strips of the page that are never cut, each one line of text high or one picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.report.blocks import Align
from shared.report.paper.marks import Box, Drawn, Style, Words
from shared.report.paper.sheet import Sheet

KEPT_WHOLE = 5  # so few lines are not worth a page break between them


@dataclass(frozen=True, slots=True)
class Slab:
    """`before` is space that vanishes at the top of a page; `keep` ties it to the slab below.

    When it begins a page, `head` is set above it, as a table's column labels are, and `again`
    is drawn on it, as the label of a prose that goes on.
    """

    height: float
    marks: tuple[Drawn, ...] = ()
    before: float = 0
    keep: bool = False
    head: tuple["Slab", ...] = ()
    again: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of one style that stand at `x`, or end at `x` + `width`."""

    x: float
    width: float
    lines: Sequence[str]
    style: Style
    align: Align = Align.START


def baseline(style: Style) -> float:
    """How far below a line's top its letters stand."""
    return style.leading / 2 + style.size * 0.36


def row(cells: Sequence[Cell], sheet: Sheet) -> list[Slab]:
    """Cells side by side, baselines shared: in one slab, each cell written whole before the next.

    When they are too long for that, one slab a line, and no line left alone by a page break.
    """
    tallest = max((cell.style for cell in cells), key=lambda style: style.leading)
    count = max(1, *(len(cell.lines) for cell in cells))
    first = baseline(tallest)
    if count <= KEPT_WHOLE:
        marks = (
            _line(cell, i, first + i * tallest.leading, sheet)
            for cell in cells
            for i, text in enumerate(cell.lines)
            if text
        )
        return [Slab(tallest.leading * count, tuple(marks))]
    lines = [[_line(cell, i, first, sheet) for i in range(len(cell.lines))] for cell in cells]
    return together(
        [
            Slab(
                tallest.leading,
                tuple(cell[i] for cell in lines if cell[i : i + 1] and cell[i].text),
            )
            for i in range(count)
        ]
    )


def _line(cell: Cell, index: int, y: float, sheet: Sheet) -> Words:
    text, x = cell.lines[index], cell.x
    if cell.align is Align.END:
        x += cell.width - sheet.measure(text, cell.style)
    return Words(x, y, text, cell.style)


def beside(columns: Sequence[Sequence[Slab]]) -> list[Slab]:
    """Columns of slabs side by side as one slab, each column written whole before the next."""
    height = max(sum(slab.before + slab.height for slab in column) for column in columns)
    return [Slab(height, tuple(mark for column in columns for mark in stacked(column)))]


def together(slabs: Sequence[Slab]) -> list[Slab]:
    """A few slabs are kept whole; of many, the first two stay together and the last two."""
    last = len(slabs) - 1
    short = len(slabs) <= KEPT_WHOLE
    return [
        replace(slab, keep=True)
        if not slab.keep and i < last and (short or i in (0, last - 1))
        else slab
        for i, slab in enumerate(slabs)
    ]


def spaced(slabs: Sequence[Slab], before: float) -> list[Slab]:
    """The same with space above the first."""
    if not slabs:
        return []
    return [replace(slabs[0], before=slabs[0].before + before), *slabs[1:]]


def padded(slabs: Sequence[Slab], above: float, below: float, *drawn: Drawn) -> list[Slab]:
    """The same with room inside above and below; `drawn` stands on the first, behind the words."""
    first = slabs[0]
    marks = (*drawn, *lowered(first.marks, above))
    grown = [replace(first, height=first.height + above, marks=marks), *slabs[1:]]
    grown[-1] = replace(grown[-1], height=grown[-1].height + below)
    return grown


def ruled(slabs: Sequence[Slab], width: float, colour: str) -> list[Slab]:
    """The same with a hairline at the foot."""
    last = slabs[-1]
    rule = Box(0, last.height - 0.5, width, 0.5, colour)
    return [*slabs[:-1], replace(last, marks=(*last.marks, rule))]


def lowered(marks: Iterable[Drawn], by: float) -> list[Drawn]:
    """The same marks, further down."""
    return [replace(mark, y=mark.y + by) for mark in marks]


def stacked(slabs: Sequence[Slab]) -> list[Drawn]:
    """The marks of slabs that stand on one another, as those of a single piece."""
    marks: list[Drawn] = []
    y = 0.0
    for slab in slabs:
        y += slab.before
        marks += lowered(slab.marks, y)
        y += slab.height
    return marks


def kept(slabs: Sequence[Slab]) -> list[Slab]:
    """The same, never cut as long as a page can hold them."""
    return [*(replace(slab, keep=True) for slab in slabs[:-1]), *slabs[-1:]]


def tied(slabs: Sequence[Slab]) -> list[Slab]:
    """The same, its last slab kept with whatever comes next."""
    return [*slabs[:-1], replace(slabs[-1], keep=True)] if slabs else []
