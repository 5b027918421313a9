"""What stands around the report: masthead, running head, foot, and the headings inside."""

from dataclasses import replace

from shared.report.blocks import Highlight, Letterhead, Section, ServiceReport
from shared.report.paper.emblem import HEIGHT, WIDTH, emblem
from shared.report.paper.marks import Box, Drawn, Picture, Style, Words
from shared.report.paper.sheet import BOTTOM, CAREFUL, FAINT, GUTTER, TINT, TOP, Sheet
from shared.report.paper.slabs import (
    Cell,
    Slab,
    baseline,
    beside,
    lowered,
    padded,
    row,
    spaced,
    tied,
)
from shared.report.paper.tables import SIGN_COLUMN, sign

LOGO = 30.0
WIDEST_LOGO = 150.0
SMALL_LOGO = 14.0
FOLIO = 0.42
"""Of the width, at most, beside the title."""
LETTERED = 1.8
"""How many times as broad as high a logo is that has the name in it."""


def masthead(report: ServiceReport, sheet: Sheet) -> list[Slab]:
    """Whose report it is, what it is, its folio and hash, and the facts to see first."""
    logo, after = _logo(sheet, LOGO)
    right = _right(sheet, report.short_digest, sheet.small, LOGO / 2 + 2.6)
    style = replace(sheet.strong, size=10.5)
    room = right.x - GUTTER - after
    name = [] if _is_named(sheet) else sheet.held(report.letterhead.name, style, room, 2)
    high = baseline(style) + (LOGO - len(name) * style.leading) / 2
    top = Slab(LOGO, (*_lines(name, style, after, high), *logo, right))
    return [top, replace(_title(report, sheet), before=20), *_draft(report.draft, sheet),
            *_highlights(report.highlights, sheet)]  # fmt: skip


def _title(report: ServiceReport, sheet: Sheet) -> Slab:
    """What it is, and at the right its folio, whole, above its number and date."""
    title = sheet.fitted(report.title, sheet.title, sheet.width * 0.56)
    folio, style = report.folio, sheet.folio
    if len(sheet.lines(folio, style, sheet.width * FOLIO)) > 2:
        style = replace(style, size=8.8, leading=11)
    lines = sheet.held(folio, style, sheet.width * FOLIO, 2)
    down = (len(lines) - 1) * style.leading
    at = baseline(sheet.title) - 4
    numbers = [_right(sheet, line, style, at + i * style.leading) for i, line in enumerate(lines)]
    edition = _right(sheet, report.edition, sheet.small, at + 12 + down, FOLIO)
    height = sheet.title.leading + 12 + down
    rule = Box(0, height - 2, sheet.width, 1.4, sheet.letterhead.accent)
    words = Words(0, baseline(sheet.title), title, sheet.title)
    return Slab(height, (words, *numbers, edition, rule))


def _lines(lines: list[str], style: Style, x: float, y: float) -> list[Words]:
    return [Words(x, y + i * style.leading, line, style) for i, line in enumerate(lines)]


def _is_named(sheet: Sheet) -> bool:
    """Whether the organisation's own logo says its name; one that is no broader is a mere sign."""
    wide, tall = sheet.shapes.get(sheet.letterhead.logo, (0, 1))
    return wide >= LETTERED * tall


def _logo(sheet: Sheet, height: float) -> tuple[list[Drawn], float]:
    """The marks of the logo, and where what follows it starts."""
    letterhead = sheet.letterhead
    shape = sheet.shapes.get(letterhead.logo)
    if shape is None:
        return emblem(height, letterhead.accent, letterhead.soft), height * WIDTH / HEIGHT + 9
    scale = min(height / shape[1], WIDEST_LOGO / shape[0])
    wide, tall = shape[0] * scale, shape[1] * scale
    return [Picture(0, (height - tall) / 2, wide, tall, letterhead.logo)], wide + 9


def _right(sheet: Sheet, text: str, style: Style, y: float, share: float = 0.5) -> Words:
    text = sheet.fitted(text, style, sheet.width * share)
    return Words(sheet.width - sheet.measure(text, style), y, text, style)


def _draft(text: str, sheet: Sheet) -> list[Slab]:
    if not text:
        return []
    style = replace(sheet.strong, colour=CAREFUL)
    lines = row([Cell(12, sheet.width - 24, sheet.lines(text, style, sheet.width - 24), style)],
                sheet)  # fmt: skip
    banded = padded(lines, 5, 5)
    ground = [Box(0, 0, sheet.width, slab.height, "#fdf0d5") for slab in banded]
    return spaced(
        [replace(s, marks=(g, *s.marks)) for s, g in zip(banded, ground, strict=True)], 10
    )


def _highlights(items: tuple[Highlight, ...], sheet: Sheet) -> list[Slab]:
    """Up to four facts on a tinted band, each with its sign."""
    if not items:
        return []
    pad = 10.0
    one = (sheet.width - 2 * pad - (len(items) - 1) * GUTTER) / len(items)
    facts = [_highlight(item, pad + i * (one + GUTTER), one, sheet) for i, item in enumerate(items)]
    [slab] = padded(beside(facts), 8, 8)
    band = Box(0, 0, sheet.width, slab.height, TINT)
    return [Slab(slab.height, (band, *slab.marks), before=12)]


def _highlight(item: Highlight, x: float, width: float, sheet: Sheet) -> list[Slab]:
    """A label, and under it the sign with what it stands for, in six lines at most."""
    label = [sheet.fitted(item.label, sheet.label, width)]
    lines = sheet.held(item.value, sheet.strong, width - SIGN_COLUMN, 6) or ["—"]
    words = _lines(lines, sheet.strong, x + SIGN_COLUMN, baseline(sheet.strong))
    value = Slab(len(lines) * sheet.strong.leading, (*sign(item.mark, x, 0, sheet), *words))
    return [*row([Cell(x, width, label, sheet.label)], sheet), *spaced([value], 2)]


def heading(section: Section, sheet: Sheet) -> list[Slab]:
    """A section's heading, tied to what follows it."""
    lines = sheet.lines(section.heading, sheet.heading, sheet.width)
    slabs = row([Cell(0, sheet.width, lines, sheet.heading)], sheet)
    last = slabs[-1]
    rule = Box(0, last.height + 2, sheet.width, 0.8, sheet.letterhead.accent)
    slabs[-1] = replace(last, height=last.height + 4, marks=(*last.marks, rule))
    return tied(spaced([replace(slab, keep=True) for slab in slabs], 20))


def around(report: ServiceReport, sheet: Sheet, page: int, pages: int) -> list[Drawn]:
    """The running head (from the second page on) and the foot, from the page's top margin down."""
    drawn = _foot(report.letterhead, report, sheet, page, pages)
    return drawn if page == 1 else [*_running_head(report, sheet), *drawn]


def _running_head(report: ServiceReport, sheet: Sheet) -> list[Drawn]:
    logo, after = _logo(sheet, SMALL_LOGO)
    small = replace(sheet.small, leading=9)
    middle = SMALL_LOGO / 2 + 2.6
    digest = _right(sheet, report.short_digest, sheet.small, middle, 0.3)
    bold = replace(small, weight="bold", colour=sheet.letterhead.ink)
    folio = sheet.held(report.folio, bold, sheet.width * 0.26, 2)
    x = digest.x - 12 - max((sheet.measure(line, bold) for line in folio), default=0)
    room = x - GUTTER - after
    name = [] if _is_named(sheet) else sheet.held(report.letterhead.name, small, room, 2)
    return [
        *logo,
        *_lines(name, small, after, middle - (len(name) - 1) * small.leading / 2),
        *_lines(folio, bold, x, middle - (len(folio) - 1) * small.leading / 2),
        digest,
        Box(0, SMALL_LOGO + 7, sheet.width, 0.5, FAINT),
    ]


def _foot(
    letterhead: Letterhead, report: ServiceReport, sheet: Sheet, page: int, pages: int
) -> list[Drawn]:
    top = sheet.size[1] - TOP - BOTTOM + 4
    number = report.page_of.format(page=page, pages=pages)
    right = _right(sheet, number, sheet.small, 12, 0.25)
    zone = _right(sheet, report.zone, sheet.small, 20)
    room = min(right.x, zone.x) - GUTTER
    small = replace(sheet.small, leading=8)
    ways = f"{letterhead.support_label} " + " · ".join(letterhead.support)
    if len(sheet.lines(ways, small, room)) > 3:
        small = replace(small, size=6.2)
    support = sheet.held(ways, small, room, 3)
    marks: list[Drawn] = [
        Box(0, 0, sheet.width, 0.5, FAINT),
        *_lines(support, small, 0, 12),
        right,
        zone,
    ]
    return lowered(marks, top)
