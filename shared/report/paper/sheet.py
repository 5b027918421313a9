"""The sheet: its size, margins, type and colours. Every measure in points is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.report.blocks import Letterhead, Mark, Paper
from shared.report.paper.marks import Style
from shared.report.typeface import Face, Typeface

SIZES = {Paper.LETTER: (612.0, 792.0), Paper.A4: (595.276, 841.89)}

SIDE = 50.0
TOP = 42.0
BOTTOM = 62.0
RUNNING_HEAD = 30.0
GUTTER = 14.0
LABEL_COLUMN = 108.0

MUTED, FAINT, TINT = "#4d5956", "#d2dad8", "#f4f7f7"
GOOD, CAREFUL, BAD = "#1b6b3a", "#8a5200", "#a02020"

MARK_SIGNS = {
    Mark.DONE: ("✓", GOOD),
    Mark.EXCEPTION: ("!", CAREFUL),
    Mark.MISSING: ("✗", BAD),
    Mark.NOT_APPLICABLE: ("–", MUTED),
}


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page's measures and styles; `shapes` is the width and height of each photo, in pixels."""

    paper: Paper
    typeface: Typeface
    letterhead: Letterhead
    shapes: Mapping[str, tuple[int, int]]

    @property
    def size(self) -> tuple[float, float]:
        return SIZES[self.paper]

    @property
    def width(self) -> float:
        """Of what may be printed on."""
        return self.size[0] - 2 * SIDE

    def height(self, first: bool) -> float:
        """Of what may be printed on; the first page has its masthead in place of a running head."""
        return self.size[1] - TOP - BOTTOM - (0 if first else RUNNING_HEAD)

    def top(self, first: bool) -> float:
        return TOP if first else TOP + RUNNING_HEAD

    @property
    def title(self) -> Style:
        return Style("bold", 20, 25, self.letterhead.ink)

    @property
    def folio(self) -> Style:
        return Style("bold", 13, 17, self.letterhead.ink)

    @property
    def heading(self) -> Style:
        return Style("bold", 10.5, 14, self.letterhead.accent)

    @property
    def strong(self) -> Style:
        return Style("bold", 8.8, 12.8, self.letterhead.ink)

    @property
    def body(self) -> Style:
        return Style("regular", 8.8, 12.8, self.letterhead.ink)

    @property
    def cell(self) -> Style:
        return Style("regular", 8.2, 11.4, self.letterhead.ink)

    @property
    def cell_strong(self) -> Style:
        return Style("bold", 8.2, 11.4, self.letterhead.ink)

    @property
    def label(self) -> Style:
        return Style("regular", 7.2, 10, MUTED)

    @property
    def small(self) -> Style:
        return Style("regular", 7.2, 10, MUTED)

    def face(self, style: Style) -> Face:
        return self.typeface.face(style.weight)

    def lines(self, text: str, style: Style, width: float) -> list[str]:
        """Legible `text` broken into lines of at most `width` points."""
        return self.face(style).lines(self.typeface.legible(text), style.size, width)

    def measure(self, text: str, style: Style) -> float:
        """The width of legible `text` on one line."""
        return self.face(style).width(text, style.size)

    def held(self, text: str, style: Style, width: float, most: int) -> list[str]:
        """`text` in at most so many lines; what has no room in the last of them ends with …."""
        lines = self.lines(text, style, width)
        if len(lines) <= most:
            return lines
        return [*lines[: most - 1], self.fitted(" ".join(lines[most - 1 :]), style, width)]

    def fitted(self, text: str, style: Style, width: float) -> str:
        """Legible `text` on one line, ended with … where it must be cut."""
        text = self.typeface.legible(text).replace("\n", " ")
        if self.measure(text, style) <= width:
            return text
        while text and self.measure(text + "…", style) > width:
            text = text[: len(text) * 9 // 10] if len(text) > 200 else text[:-1]
        return text + "…"
