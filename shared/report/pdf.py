"""The service report as PDF/A-3b: the same report gives the same bytes, wherever it is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shared.report.blocks import (
    Block,
    Checklist,
    Fields,
    PhotoPairs,
    Rating,
    ServiceReport,
    Signature,
    Table,
    Text,
    Tone,
    Verification,
)
from shared.report.jpeg import Frame, NotJpeg, frame
from shared.report.likeness import SUBSTITUTE
from shared.report.metadata import Description
from shared.report.paper import pictures, prose, signing, tables
from shared.report.paper.flow import BREAK, Placed, pages
from shared.report.paper.letterhead import around, heading, masthead
from shared.report.paper.marks import Words
from shared.report.paper.page import Page
from shared.report.paper.sheet import SIDE, TOP, Sheet
from shared.report.paper.slabs import Slab, tied
from shared.report.pdfa import ArchivalDocument
from shared.report.typeface import Typeface, typeface

ASSETS = Path(__file__).parents[2] / "assets"
PURPOSES = {
    "record.json": "The record of this service, canonical JSON (RFC 8785)",
    "strokes.json": "The strokes of the signature: [x, y, milliseconds]",
    "furniture.json": "What is printed around the shown content: letterhead, zone, versions",
}


def render(
    report: ServiceReport, photos: Mapping[str, bytes], attachments: Mapping[str, bytes]
) -> bytes:
    """The report as PDF/A-3b.

    `photos` are JPEG bytes by sha256, printed as they are; one that is not there, or cannot be
    printed, leaves a frame that says so. `attachments` are JSON files by name.
    """
    frames = dict(_frames(photos))
    sheet = Sheet(
        report.paper,
        typeface(ASSETS / "fonts"),
        report.letterhead,
        {sha256: (shape.width, shape.height) for sha256, shape in frames.items()},
    )
    filled = pages(slabs(report, sheet), sheet)
    document = ArchivalDocument(_description(report, sheet.typeface), _profile())
    image = _images(document, photos, frames)
    for number, placed in enumerate(filled, start=1):
        page = Page(document, sheet.typeface, sheet.size, image)
        _put(page, placed, report, sheet, number, len(filled))
    for name in sorted(attachments):
        document.embed(name, attachments[name], PURPOSES.get(name, name))
    return document.written()


def slabs(report: ServiceReport, sheet: Sheet) -> list[Slab]:
    """Everything that is printed, from the masthead to the last annex."""
    standing = masthead(report, sheet)
    for section in report.sections:
        standing += [BREAK] if section.annex else []
        standing += heading(section, sheet)
        for block in section.blocks:
            # What is agreed to is not to be read on another page than it is signed on.
            standing = tied(standing) if isinstance(block, Signature) else standing
            standing += _block(block, sheet)
    if any(SUBSTITUTE in mark.text for mark in _words(standing)):
        standing += prose.text(Text(report.substitution, tone=Tone.LEGAL), sheet)
    return standing


def _words(standing: Iterable[Slab]) -> Iterator[Words]:
    return (mark for slab in standing for mark in slab.marks if isinstance(mark, Words))


def _block(block: Block, sheet: Sheet) -> list[Slab]:
    match block:
        case Text():
            return prose.text(block, sheet)
        case Fields():
            return prose.fields(block, sheet)
        case Table():
            return tables.table(block, sheet)
        case Checklist():
            return tables.checklist(block, sheet)
        case PhotoPairs():
            return pictures.photo_pairs(block, sheet)
        case Signature():
            return signing.signature(block, sheet)
        case Rating():
            return signing.rating(block, sheet)
        case Verification():
            return signing.verification(block, sheet)


def _put(
    page: Page, placed: list[Placed], report: ServiceReport, sheet: Sheet, number: int, count: int
) -> None:
    # What a page says comes first in its file: a preview and a voice begin with it.
    for item in placed:
        page.draw(item.slab.marks, SIDE, sheet.top(first=number == 1) + item.y)
    page.draw(around(report, sheet, number, count), SIDE, TOP)
    page.finish()


def _images(
    document: ArchivalDocument, photos: Mapping[str, bytes], frames: Mapping[str, Frame]
) -> Callable[[str], Any]:
    @cache
    def image(sha256: str) -> Any:
        shape = frames[sha256]
        return document.image(sha256, photos[sha256], shape.width, shape.height, shape.components)

    return image


def _frames(photos: Mapping[str, bytes]) -> Iterator[tuple[str, Frame]]:
    for sha256, data in photos.items():
        try:
            shape = frame(data)
        except NotJpeg:
            continue  # the frame drawn in its place says that it cannot be shown
        if shape.printable:
            yield sha256, shape


def _description(report: ServiceReport, face: Typeface) -> Description:
    return Description(
        title=face.legible(f"{report.title} {report.folio}"),
        author=face.legible(report.letterhead.name),
        subject=face.legible(report.subject),
        language=report.language,
        made_at=report.made_at,
        identity=f"{report.digest} {report.edition}".encode(),
    )


@cache
def _profile() -> bytes:
    return (ASSETS / "sRGB2014.icc").read_bytes()
