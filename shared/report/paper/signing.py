"""What the customer left: the signature with its facts, the stars, and the code to verify by."""

from dataclasses import replace

from shared.report.blocks import Fields, Mark, Rating, Signature, Verification
from shared.report.paper.marks import Box, Drawn, Link, Shape, Style, Tiles, Words
from shared.report.paper.prose import fields
from shared.report.paper.sheet import BAD, FAINT, GUTTER, LABEL_COLUMN, MUTED, TINT, Sheet
from shared.report.paper.slabs import (
    Cell,
    Slab,
    kept,
    lowered,
    padded,
    row,
    ruled,
    spaced,
    stacked,
    together,
)
from shared.report.paper.tables import SIGN_COLUMN, sign
from shared.report.qr import qr
from shared.report.signature import ink

PAD = 98.0
CODE = 80.0
WHITE = 10.0  # more than the four modules that a reader needs around the code
LONGEST_URL = 400  # beyond it the modules are too fine for a phone's camera


def signature(block: Signature, sheet: Sheet) -> list[Slab]:
    """The ink, beside it what it says and whose it is, then when and where: kept together."""
    half = (sheet.width - GUTTER) / 2
    x = half + GUTTER if block.strokes or block.typed else 0.0
    said = _said(block, x, sheet.width - x, sheet)
    facts = fields(Fields(block.facts), sheet)
    if not x:
        return spaced(kept([*said, *facts]), 8)
    if sum(slab.height + slab.before for slab in said) > PAD:
        aside = _said(block, 0.0, sheet.width, sheet)
        return spaced(kept([_pad(block, half, sheet), *spaced(aside, 6), *facts]), 8)
    beside = stacked(said)
    pad = _pad(block, half, sheet)
    return spaced(kept([replace(pad, marks=(*pad.marks, *beside)), *facts]), 8)


def _said(block: Signature, x: float, width: float, sheet: Sheet) -> list[Slab]:
    text_x, text_width = x + SIGN_COLUMN, width - SIGN_COLUMN
    outcome = sheet.lines(block.outcome, sheet.strong, text_width)
    slabs = row([Cell(text_x, text_width, outcome, sheet.strong)], sheet)
    slabs[0] = replace(slabs[0], marks=(*sign(block.mark, x, 0, sheet), *slabs[0].marks))
    standing = sheet.lines(block.standing, sheet.small, text_width)
    slabs += row([Cell(text_x, text_width, standing, sheet.small)], sheet)
    name = sheet.lines(block.name, sheet.strong, width)
    slabs += spaced(row([Cell(x, width, name, sheet.strong)], sheet), 8)
    position = sheet.lines(block.position, sheet.body, width)
    return [*slabs, *(row([Cell(x, width, position, sheet.body)], sheet) if position else [])]


def _pad(block: Signature, width: float, sheet: Sheet) -> Slab:
    marks: list[Drawn] = [
        Box(0, 0, width, PAD, TINT),
        Box(14, PAD - 22, width - 28, 0.6, MUTED),
    ]
    if block.typed:
        marks += _typed(block.typed, width, sheet)
    elif block.strokes:
        marks.append(Shape(14, 8, ink(block.strokes, width - 28, PAD - 18), sheet.letterhead.ink))
    if block.mark is Mark.MISSING:
        marks.append(_struck(width))
    return Slab(PAD, tuple(marks))


def _typed(name: str, width: float, sheet: Sheet) -> list[Drawn]:
    """The name whole, as large as it can be."""
    room = width - 36
    for size in (16.0, 12.0, 8.8):
        style = Style("regular", size, size * 1.25, sheet.letterhead.ink)
        lines = sheet.held(name, style, room, int((PAD - 40) / style.leading))
        if not lines or not lines[-1].endswith("…"):
            break
    top = PAD - 30 - (len(lines) - 1) * style.leading
    return [Words(18, top + i * style.leading, line, style) for i, line in enumerate(lines)]


def _struck(width: float) -> Shape:
    """A line through what is no longer anybody's signature."""
    return Shape(0, 0, (((12, PAD - 18), (width - 12, 16), (width - 12, 18.4), (12, PAD - 15.6)),),
                 BAD)  # fmt: skip


def rating(block: Rating, sheet: Sheet) -> list[Slab]:
    """Five stars, as many filled as were given, the same in words, and the comment."""
    stars = Style("regular", 11, 14, sheet.letterhead.accent)
    filled = max(0, min(5, block.stars))
    text = "★" * filled + "☆" * (5 - filled)
    x = LABEL_COLUMN + GUTTER
    after = x + sheet.measure(text, stars) + 8
    width = sheet.width - x
    label = sheet.lines(block.label, sheet.label, LABEL_COLUMN)
    words = sheet.fitted(block.words, sheet.strong, sheet.width - after)
    comment = sheet.lines(block.comment, sheet.body, width)
    slabs = row(
        [
            Cell(0, LABEL_COLUMN, label, sheet.label),
            Cell(x, width, [text], stars),
            Cell(after, width, [words], sheet.strong),
        ],
        sheet,
    )
    slabs += row([Cell(x, width, comment, sheet.body)], sheet) if comment else []
    return ruled(padded(together(slabs), 4, 4.5), sheet.width, FAINT)


def verification(block: Verification, sheet: Sheet) -> list[Slab]:
    """The code on the left; the address, the whole digest and the way on its right."""
    drawn = len(block.url.encode()) <= LONGEST_URL
    x = CODE + WHITE + 6 if drawn else 0.0
    width = sheet.width - x
    text = sheet.lines(block.text, sheet.body, width)
    url = sheet.lines(block.url, sheet.small, width)
    digest = sheet.lines(_grouped(block.digest), sheet.cell_strong, width)
    label = sheet.lines(block.digest_label, sheet.label, width)
    said = [
        *row([Cell(x, width, text, sheet.body)], sheet),
        *spaced(row([Cell(x, width, url, sheet.small)], sheet), 3),
        *spaced(row([Cell(x, width, label, sheet.label)], sheet), 6),
        *row([Cell(x, width, digest, sheet.cell_strong)], sheet),
    ]
    if not drawn:
        return spaced(kept(said), 6)
    code = Tiles(0, 0, qr(block.url, CODE), "#000000")
    height = max(CODE + WHITE, sum(slab.height + slab.before for slab in said))
    link = Link(0, 0, CODE, CODE, block.url)
    return [Slab(height, (code, link, *lowered(stacked(said), -2)), before=WHITE)]


def _grouped(digest: str) -> str:
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
