"""What can be read on the pages of a report of ours: runs of text, in the order they are drawn.

Our pages are plain (REPORT.md): one uncompressed stream a page, text in fonts that name their
characters, filled shapes and pictures. A page that holds anything else is not read half.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf

MOST_PAGES = 400
MOST_BYTES = 8_000_000
"""Of one page's stream: a long report of forty parts has 60 kB on its fullest page."""

DRAWN = frozenset("rg re f m l c h q cm Do Q Td".split())


class NotPlainPages(Exception):
    """These pages are not drawn as ours are; what they show cannot be read from them."""


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text, or the part of one that stands in a column; `page` counts from 1."""

    page: int
    text: str


def runs(opened: pikepdf.Pdf) -> list[Run]:
    """Every run of text, page by page. Raises NotPlainPages."""
    if len(opened.pages) > MOST_PAGES:
        raise NotPlainPages(f"{len(opened.pages)} pages")
    try:
        return [
            Run(number, text)
            for number, page in enumerate(opened.pages, start=1)
            for text in _texts(page)
        ]
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise NotPlainPages(f"{type(error).__name__}: {error}"[:200]) from error


def _texts(page: pikepdf.Page) -> Iterator[str]:
    stream = page.obj.get("/Contents")
    if not isinstance(stream, pikepdf.Stream) or "/Filter" in stream:
        raise NotPlainPages("a page that is not one plain stream")
    if len(stream.read_raw_bytes()) > MOST_BYTES:
        raise NotPlainPages("a page that is too long")
    for annotation in page.obj.get("/Annots", ()):
        if annotation.get("/Subtype") not in (pikepdf.Name.Link, pikepdf.Name.Widget):
            raise NotPlainPages("a note upon a page")
    faces = _Faces(page)
    text: list[str] = []
    for step in pikepdf.parse_content_stream(stream):
        match str(step.operator):
            case "BT":
                text = []
            case "Tf":
                faces.choose(str(step.operands[0]))
            case "Tj":
                text.append(faces.said(bytes(step.operands[0])))
            case "ET":
                yield "".join(text)
            case other if other not in DRAWN:
                raise NotPlainPages(f"drawn by {other[:20]}")


class _Faces:
    """The fonts of a page: which character each code of the chosen one stands for."""

    def __init__(self, page: pikepdf.Page) -> None:
        self._fonts: Any = page.obj["/Resources"]["/Font"]
        self._chosen: Mapping[int, str] = {}
        self._read = cache(self._characters)

    def choose(self, name: str) -> None:
        self._chosen = self._read(name)

    def said(self, codes: bytes) -> str:
        try:
            return "".join(map(self._chosen.__getitem__, codes))
        except KeyError as error:
            raise NotPlainPages("a character without a name") from error

    def _characters(self, name: str) -> Mapping[int, str]:
        stream = self._fonts[name]["/ToUnicode"]
        if "/Filter" in stream:
            raise NotPlainPages("a font that is packed")
        return dict(_named(stream.read_raw_bytes()))


_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4,16})>")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{2})>\s*(?:<([0-9A-Fa-f]{4})>|\[([^\]]*)\])"
)
_HEX = re.compile(rb"<([0-9A-Fa-f]{4,16})>")


def _named(table: bytes) -> Iterator[tuple[int, str]]:
    for kind, body in _BLOCK.findall(table):
        if kind == b"char":
            yield from ((int(code, 16), _text(text)) for code, text in _CHAR.findall(body))
            continue
        for first, last, start, each in _RANGE.findall(body):
            codes = range(int(first, 16), int(last, 16) + 1)
            if start:
                yield from ((code, chr(int(start, 16) + n)) for n, code in enumerate(codes))
            else:
                yield from zip(codes, map(_text, _HEX.findall(each)), strict=False)


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
