"""Photos in pairs, before beside after, each with its words at its right.

They are small so that a visit fits few pages; the file holds them whole, to be looked into.
"""

from dataclasses import dataclass, replace

from shared.report.blocks import Photo, PhotoPairs
from shared.report.paper.marks import Box, Drawn, Picture
from shared.report.paper.sheet import FAINT, GUTTER, TINT, Sheet
from shared.report.paper.slabs import Cell, Slab, lowered, row, spaced, stacked

WIDEST, TALLEST = 152.0, 114.0
CLEAR = 9.0


@dataclass(frozen=True, slots=True)
class _Frame:
    photo: Photo
    x: float
    width: float
    shape: tuple[int, int] | None

    @property
    def scaled(self) -> tuple[float, float]:
        """Width and height in points: as large as WIDEST and TALLEST let it be."""
        if self.shape is None:
            return WIDEST, TALLEST / 2
        wide, tall = self.shape
        scale = min(WIDEST / wide, TALLEST / tall)
        return wide * scale, tall * scale


def photo_pairs(block: PhotoPairs, sheet: Sheet) -> list[Slab]:
    """One pair a row, never cut unless a caption is longer than a page."""
    half = (sheet.width - GUTTER) / 2
    slabs: list[Slab] = []
    for pair in block.pairs:
        frames = [
            _Frame(photo, x, half, sheet.shapes.get(photo.sha256))
            for photo, x in zip(pair, (0.0, half + GUTTER), strict=True)
            if photo is not None
        ]
        slabs += spaced(_pair(frames, block.missing, sheet), 12)
    return slabs


def _pair(frames: list[_Frame], missing: str, sheet: Sheet) -> list[Slab]:
    pictures = [mark for frame in frames for mark in _picture(frame, missing, sheet)]
    height = max(frame.scaled[1] for frame in frames)
    beside = [_stack(_caption(frame, WIDEST + CLEAR, sheet), sheet) for frame in frames]
    tallest = max(sum(slab.before + slab.height for slab in words) for words in beside)
    if tallest <= TALLEST:
        words = [mark for slabs in beside for mark in stacked(slabs)]
        return [Slab(max(height, tallest), (*pictures, *lowered(words, -4)))]
    below = [cell for frame in frames for cell in _hung(_caption(frame, 0, sheet))]
    return [Slab(height + 4, tuple(pictures), keep=True), *row(below, sheet)]


def _stack(cells: list[Cell], sheet: Sheet) -> list[Slab]:
    return [slab for cell in cells if cell.lines for slab in spaced(row([cell], sheet), 2)]


def _hung(cells: list[Cell]) -> list[Cell]:
    """The same cells in one row, each beginning on the line after the one before it."""
    hung: list[Cell] = []
    blank = 0
    for cell in cells:
        hung.append(replace(cell, lines=[""] * blank + list(cell.lines)))
        blank += len(cell.lines)
    return hung


def _picture(frame: _Frame, missing: str, sheet: Sheet) -> list[Drawn]:
    wide, tall = frame.scaled
    if frame.shape is not None:
        return [Picture(frame.x, 0, wide, tall, frame.photo.sha256)]
    room = wide - 2 * CLEAR
    lines = sheet.lines(missing, sheet.small, room)[:4]
    words = stacked(row([Cell(frame.x + CLEAR, room, lines, sheet.small)], sheet))
    edge = Box(frame.x, 0, wide, tall, FAINT)
    inside = Box(frame.x + 0.5, 0.5, wide - 1, tall - 1, TINT)
    return [edge, inside, *lowered(words, CLEAR)]


def _caption(frame: _Frame, indent: float, sheet: Sheet) -> list[Cell]:
    """What it is, what it shows, and when, where and under which hash, from `indent` on."""
    photo = frame.photo
    x, width = frame.x + indent, frame.width - indent
    caption = sheet.lines(photo.caption, sheet.cell, width) if photo.caption else []
    details = [line for text in photo.details for line in sheet.lines(text, sheet.small, width)]
    return [
        Cell(x, width, [sheet.fitted(photo.role, sheet.strong, width)], sheet.strong),
        Cell(x, width, caption, sheet.cell),
        Cell(x, width, details, sheet.small),
    ]
