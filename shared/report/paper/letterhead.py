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
    lowered,
    padded,
    row,
    spaced,
    stacked,
    tied,
)
from shared.report.paper.tables import SIGN_COLUMN, sign

LOGO = 30.0
WIDEST_LOGO = 150.0
SMALL_LOGO = 14.0
LETTERED = 1.8
"""How many times as broad as high a logo is that has the name in it."""


def masthead(report: ServiceReport, sheet: Sheet) -> list[Slab]:
    """Whose report it is, what it is, its folio and hash, and the facts to see first."""
    logo, after = _logo(sheet, LOGO)
    name = sheet.fitted(report.letterhead.name, sheet.strong, sheet.width / 2 - after)
    left: list[Drawn] = [*logo]
    if not _is_named(sheet):
        left.append(Words(after, LOGO / 2 + 3.2, name, replace(sheet.strong, size=10.5)))
    right = _right(sheet, report.short_digest, sheet.small, LOGO / 2 + 2.6)
    top = Slab(LOGO, (*left, right))
    title = sheet.fitted(report.title, sheet.title, sheet.width * 0.56)
    folio = _right(sheet, report.folio, sheet.folio, baseline(sheet.title) - 4, 0.42)
    edition = _right(sheet, report.edition, sheet.small, baseline(sheet.title) + 8, 0.42)
    line = Slab(
        sheet.title.leading + 12,
        (Words(0, baseline(sheet.title), title, sheet.title), folio, edition,
         Box(0, sheet.title.leading + 10, sheet.width, 1.4, sheet.letterhead.accent)),
    )  # fmt: skip
    return [top, replace(line, before=20), *_draft(report.draft, sheet),
            *_highlights(report.highlights, sheet)]  # fmt: skip


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
    cells: list[Cell] = []
    signs: list[Drawn] = []
    labels: list[Cell] = []
    for i, item in enumerate(items):
        x = pad + i * (one + GUTTER)
        labels.append(Cell(x, one, [sheet.fitted(item.label, sheet.label, one)], sheet.label))
        lines = sheet.lines(item.value, sheet.strong, one - SIGN_COLUMN)[:3]
        cells.append(Cell(x + SIGN_COLUMN, one - SIGN_COLUMN, lines or ["—"], sheet.strong))
        signs += sign(item.mark, x, 0, sheet)
    values = row(cells, sheet)
    values[0] = replace(values[0], marks=(*signs, *values[0].marks))
    marks = stacked(padded([*row(labels, sheet), *spaced(values, 2)], 8, 8))
    height = 16 + sheet.label.leading + 2 + sum(slab.height for slab in values)
    band = Box(0, 0, sheet.width, height, TINT)
    return [Slab(height, (band, *marks), before=12)]


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
    y = SMALL_LOGO / 2 + 2.6
    name = sheet.fitted(report.letterhead.name, sheet.small, sheet.width * 0.4)
    digest = _right(sheet, report.short_digest, sheet.small, y, 0.3)
    bold = replace(sheet.small, weight="bold", colour=sheet.letterhead.ink)
    folio = sheet.fitted(report.folio, bold, sheet.width * 0.25)
    x = digest.x - 12 - sheet.measure(folio, bold)
    return [
        *logo,
        *([] if _is_named(sheet) else [Words(after, y, name, sheet.small)]),
        Words(x, y, folio, bold),
        digest,
        Box(0, SMALL_LOGO + 5, sheet.width, 0.5, FAINT),
    ]


def _foot(
    letterhead: Letterhead, report: ServiceReport, sheet: Sheet, page: int, pages: int
) -> list[Drawn]:
    top = sheet.size[1] - TOP - BOTTOM + 12
    number = report.page_of.format(page=page, pages=pages)
    right = _right(sheet, number, sheet.small, 11, 0.25)
    zone = _right(sheet, report.zone, sheet.small, 20)
    room = min(right.x, zone.x) - GUTTER
    label = f"{letterhead.support_label}  "
    support = sheet.fitted(label + " · ".join(letterhead.support), sheet.small, room)
    marks: list[Drawn] = [
        Box(0, 0, sheet.width, 0.5, FAINT),
        Words(0, 11, support, sheet.small),
        right,
        zone,
    ]
    return lowered(marks, top)
