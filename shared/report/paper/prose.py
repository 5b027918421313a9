"""Prose and short facts: labels hang in the left column, facts stand side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shared.report.blocks import Field, Fields, Text, Tone
from shared.report.paper.marks import Box, Words
from shared.report.paper.sheet import CAREFUL, FAINT, GUTTER, LABEL_COLUMN, Sheet
from shared.report.paper.slabs import (
    Cell,
    Slab,
    baseline,
    beside,
    padded,
    row,
    ruled,
    spaced,
    together,
)

COLUMNS = 4
INSET = 10.0


def text(block: Text, sheet: Sheet) -> list[Slab]:
    """Labelled prose with a hairline below; without a label it takes the whole width."""
    if block.label:
        return _labelled(block, sheet)
    style = sheet.small if block.tone is Tone.LEGAL else sheet.body
    inset = 0.0 if block.tone in (Tone.BODY, Tone.LEGAL) else INSET
    lines = sheet.lines(block.text, style, sheet.width - inset)
    slabs = row([Cell(inset, sheet.width - inset, lines, style)], sheet)
    if inset:
        slabs = [_barred(slab, CAREFUL if block.tone is Tone.WARNING else FAINT) for slab in slabs]
    return spaced(slabs, 5)


def _barred(slab: Slab, colour: str) -> Slab:
    bar = Box(0, 0, 2, slab.height, colour)
    return Slab(slab.height, (bar, *slab.marks), slab.before, slab.keep, slab.head)


def _labelled(block: Text, sheet: Sheet) -> list[Slab]:
    x = LABEL_COLUMN + GUTTER
    style = sheet.small if block.tone is Tone.LEGAL else sheet.body
    label = sheet.lines(block.label, sheet.label, LABEL_COLUMN)
    again = Words(0, baseline(style), sheet.fitted(block.label, sheet.label, LABEL_COLUMN),
                  sheet.label)  # fmt: skip
    slabs: list[Slab] = []
    for number, paragraph in enumerate(_paragraphs(block.text)):
        lines = sheet.lines(paragraph, style, sheet.width - x) or ["—"]
        labelled = [] if number else [Cell(0, LABEL_COLUMN, label, sheet.label)]
        cells = [*labelled, Cell(x, sheet.width - x, lines, style)]
        slabs += spaced(row(cells, sheet), 3 if number else 0)
    going_on = [replace(slab, again=(again,)) for slab in slabs[1:]]
    return ruled(padded([slabs[0], *going_on], 4, 4.5), sheet.width, FAINT)


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.splitlines() if paragraph.strip()] or [""]


def fields(block: Fields, sheet: Sheet) -> list[Slab]:
    """Facts in a grid of four columns; a long one takes two columns, or all of them."""
    slabs: list[Slab] = []
    for line in _rows(block.items, sheet):
        labels, values, column = [], [], 0
        for field, span in line:
            x, width = _place(column, span, sheet)
            label = sheet.lines(field.label, sheet.label, width)
            labels.append(Cell(x, width, label, sheet.label))
            value = sheet.lines(field.value, sheet.body, width) or ["—"]
            values.append(Cell(x, width, value, sheet.body))
            column += span
        slabs += spaced(_labelled_values(labels, values, sheet), 6)
    return slabs


def _labelled_values(labels: list[Cell], values: list[Cell], sheet: Sheet) -> list[Slab]:
    """Labels above values; whoever reads the file in order meets each label with its value."""
    above, below = row(labels, sheet), row(values, sheet)
    if len(above) + len(below) > 2:
        return together([*above, *below])
    deep = above[0].height
    return beside(
        [
            [replace(top, height=deep) for top in row([label], sheet)] + row([value], sheet)
            for label, value in zip(labels, values, strict=True)
        ]
    )


def _rows(items: Sequence[Field], sheet: Sheet) -> Iterator[list[tuple[Field, int]]]:
    line: list[tuple[Field, int]] = []
    for field in items:
        span = _span(field, sheet)
        if sum(taken for _, taken in line) + span > COLUMNS:
            yield line
            line = []
        line.append((field, span))
    if line:
        yield line


def _span(field: Field, sheet: Sheet) -> int:
    wide = sheet.measure(sheet.typeface.legible(field.value).replace("\n", " "), sheet.body)
    wide = max(wide, sheet.measure(sheet.typeface.legible(field.label), sheet.label))
    for span in (1, 2):
        if wide <= _place(0, span, sheet)[1] and "\n" not in field.value:
            return span
    return 2 if wide <= 2 * _place(0, 2, sheet)[1] * 0.9 else COLUMNS


def _place(column: int, span: int, sheet: Sheet) -> tuple[float, float]:
    one = (sheet.width - (COLUMNS - 1) * GUTTER) / COLUMNS
    return column * (one + GUTTER), span * one + (span - 1) * GUTTER
