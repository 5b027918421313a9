"""Tables and checklists: columns keep their edges over page breaks, labels are set again."""

from collections.abc import Sequence

from shared.report.blocks import Check, Checklist, Column, Mark, Table
from shared.report.paper.marks import Drawn, Shape, Style, Words
from shared.report.paper.sheet import FAINT, GUTTER, MARK_SIGNS, MUTED, Sheet
from shared.report.paper.slabs import (
    Cell,
    Slab,
    baseline,
    beside,
    padded,
    row,
    ruled,
    spaced,
    tied,
)
from shared.report.signature import dot

SIGN_COLUMN = 15.0


def table(block: Table, sheet: Sheet) -> list[Slab]:
    """A caption, the columns' labels, and a row for each; or one line that says there is none."""
    caption = _caption(block, sheet)
    if not block.rows:
        lines = sheet.lines(block.empty or "—", sheet.body, sheet.width)
        return [*caption, *spaced(row([Cell(0, sheet.width, lines, sheet.body)], sheet), 1)]
    edges = _edges(block.columns, sheet)
    head = _row([column.label for column in block.columns], block.columns, edges, sheet,
                sheet.label, MUTED)  # fmt: skip
    slabs: list[Slab] = []
    for cells in block.rows:
        slabs += _row(cells, block.columns, edges, sheet, sheet.cell, FAINT)
    if block.total:
        slabs = tied(slabs)
        slabs += _row(block.total, block.columns, edges, sheet, sheet.cell_strong, "")
    again = tuple(head)
    body = [Slab(s.height, s.marks, s.before, s.keep, again) for s in slabs]
    return [*caption, *tied(head), *body]


def _caption(block: Table, sheet: Sheet) -> list[Slab]:
    if not block.label:
        return []
    lines = sheet.lines(block.label, sheet.strong, sheet.width)
    return tied(spaced(row([Cell(0, sheet.width, lines, sheet.strong)], sheet), 9))


def _edges(columns: Sequence[Column], sheet: Sheet) -> list[tuple[float, float]]:
    room = sheet.width - GUTTER * (len(columns) - 1)
    whole = sum(column.share for column in columns)
    edges, x = [], 0.0
    for column in columns:
        width = room * column.share / whole
        edges.append((x, width))
        x += width + GUTTER
    return edges


def _row(
    texts: Sequence[str],
    columns: Sequence[Column],
    edges: Sequence[tuple[float, float]],
    sheet: Sheet,
    style: Style,
    rule: str,
) -> list[Slab]:
    cells = [
        Cell(x, width, sheet.lines(text, style, width), style, column.align)
        for text, column, (x, width) in zip(texts, columns, edges, strict=True)
    ]
    slabs = padded(row(cells, sheet), 3, 3)
    return ruled(slabs, sheet.width, rule) if rule else slabs


def checklist(block: Checklist, sheet: Sheet) -> list[Slab]:
    """Two items a line, each with a sign whose form alone tells how it stands."""
    slabs: list[Slab] = []
    half = (sheet.width - GUTTER) / 2
    for i in range(0, len(block.items), 2):
        pair = zip(block.items[i : i + 2], (0.0, half + GUTTER), strict=False)
        slabs += padded(beside([_item(item, x, half, sheet) for item, x in pair]), 2.5, 2.5)
    return slabs


def _item(item: Check, x: float, width: float, sheet: Sheet) -> list[Slab]:
    note = item.note if item.mark is Mark.DONE else f"{item.state}. {item.note}".rstrip()
    signed = Slab(0, tuple(sign(item.mark, x, 0, sheet)))
    x, width = x + SIGN_COLUMN, width - SIGN_COLUMN
    label = row([Cell(x, width, sheet.lines(item.label, sheet.body, width), sheet.body)], sheet)
    lines = sheet.lines(note, sheet.small, width) if note else []
    return [signed, *label, *(row([Cell(x, width, lines, sheet.small)], sheet) if lines else [])]


def sign(mark: Mark, x: float, y: float, sheet: Sheet) -> list[Drawn]:
    """A disc with ✓, !, ✕ or – in it, standing on the line of body text whose top is `y`."""
    text, colour = MARK_SIGNS[mark]
    style = Style("bold", 6.6, sheet.body.leading, "#FFFFFF")
    centre = x + 4.6
    left = centre - sheet.measure(text, style) / 2
    disc = dot(0, 0, 4.6)
    return [
        Shape(centre, y + sheet.body.leading / 2, (disc,), colour),
        Words(left, y + baseline(style), text, style),
    ]
