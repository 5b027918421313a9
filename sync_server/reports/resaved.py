"""What a file that a program saved again still carries: its record, and the words on its pages.

Nothing in such a file is as we wrote it: streams are packed, objects stand elsewhere. Unpacking
what anybody may have made is left to a checker process (file_check.py); what it cannot read is not
known, and nothing is said of it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf

from shared.operations.digest import NotCanonical, canonical

MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Resaved:
    """`record` is the attached record, if any; `pages` the words on each page, as drawn."""

    record: Mapping[str, Any] | None
    pages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PageDifference:
    """A page (1 is the first) with the words that only the file has, and those that it lacks."""

    page: int
    added: tuple[str, ...]
    lacking: tuple[str, ...]


def read(pdf: bytes) -> Resaved:
    """The file read; raises as many things as files can be broken. Only in a checker process."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        if len(opened.pages) > MOST_PAGES:
            raise ValueError("more pages than any report has")
        return Resaved(_record(opened), tuple(tuple(_words(page)) for page in opened.pages))


def page_differences(theirs: Resaved, ours: Resaved) -> list[PageDifference]:
    """Where the words of two files part, page by page, without regard to where they stand."""
    count = max(len(theirs.pages), len(ours.pages))
    found = []
    for number in range(count):
        there, here = (Counter(p.pages[number : number + 1][0] if number < len(p.pages) else ())
                       for p in (theirs, ours))  # fmt: skip
        if there != here:
            added, lacking = (there - here).elements(), (here - there).elements()
            found.append(PageDifference(number + 1, tuple(added), tuple(lacking)))
    return found


def _record(opened: pikepdf.Pdf) -> Any:
    try:
        content = opened.attachments["record.json"].get_file().read_bytes()
        value = json.loads(content)
        return value if isinstance(value, dict) and canonical(value) == content else None
    except (KeyError, ValueError, NotCanonical, RecursionError):
        return None


def _words(page: pikepdf.Page) -> Iterator[str]:
    """The words of a page, a run of text after the other."""
    resources: Any = page.obj.get("/Resources") or {}
    faces: Any = resources.get("/Font") or {}

    @cache
    def face(name: str) -> Mapping[int, str]:
        return dict(_characters(faces[name]["/ToUnicode"].read_bytes()))

    chosen: Mapping[int, str] = {}
    run: list[str] = []
    for step in pikepdf.parse_content_stream(page):
        match str(step.operator):
            case "BT":
                run = []
            case "Tf":
                chosen = face(str(step.operands[0]))
            case "Tj" | "'" | '"':
                run.append("".join(chosen[code] for code in bytes(step.operands[-1])))
            case "TJ":
                texts = [each for each in step.operands[0] if isinstance(each, pikepdf.String)]
                run += ["".join(chosen[code] for code in bytes(each)) for each in texts]
            case "ET":
                yield from "".join(run).split()
    if page.obj.get("/Annots") is not None:
        yield from _notes(page)


def _notes(page: pikepdf.Page) -> Iterator[str]:
    """What a note upon the page says: it is read with the page."""
    for note in page.obj.Annots:
        if note.get("/Subtype") not in ("/Link", "/Widget"):
            yield from str(note.get("/Contents", note.get("/Subtype"))).split()


_TABLE = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_ONE = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4,16})>")
_MANY = re.compile(
    rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{2})>\s*(?:<([0-9A-Fa-f]{4})>|\[([^\]]*)\])"
)


def _characters(table: bytes) -> Iterator[tuple[int, str]]:
    """What each code of a font stands for. Ours have codes of one byte."""
    for kind, body in _TABLE.findall(table):
        if kind == b"char":
            yield from ((int(code, 16), _text(text)) for code, text in _ONE.findall(body))
            continue
        for first, last, start, each in _MANY.findall(body):
            codes = range(int(first, 16), int(last, 16) + 1)
            texts = [chr(int(start, 16) + n) for n in range(len(codes))] if start else [
                _text(text) for text in re.findall(rb"<([0-9A-Fa-f]{4,16})>", each)
            ]  # fmt: skip
            yield from zip(codes, texts, strict=False)


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
