"""Is a PDF shaped as a document is, before anything walks through it?

A tree whose branches are shared grows with every level, and a list may be endless: a reader that
walks through either holds a processor for minutes. Here each knot is seen once, and few of them.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

MOST_FIELDS = 64
"""Fields of a form. A report of ours has one for each seal."""

MOST_PAGE_KNOTS = 4000
MOST_FILES = 64

MOST_OBJECTS = 50_000


class Misshapen(Exception):
    """The PDF is a trap, or nothing that we could have written."""


def check_shape(opened: pikepdf.Pdf) -> None:
    """Form fields, pages and attachments are few, and each has one place. Raises Misshapen."""
    if int(opened.trailer.Size) > MOST_OBJECTS:
        raise Misshapen(f"more than {MOST_OBJECTS} objects")
    root = opened.Root
    _walk(_under(root, "/AcroForm", "/Fields"), MOST_FIELDS, "form fields")
    _walk(pikepdf.Array([root.Pages]), MOST_PAGE_KNOTS, "pages")
    files = _under(root, "/Names", "/EmbeddedFiles")
    if files is not None:
        _walk(pikepdf.Array([files]), MOST_FILES, "attachments")


def foreign_filters(opened: pikepdf.Pdf) -> Iterator[str]:
    """The filters of streams that none of ours has: photos are JPEG, and all else is plain."""
    for item in opened.objects:
        filters = item.get("/Filter") if isinstance(item, pikepdf.Stream) else None
        if filters is not None and filters != pikepdf.Name.DCTDecode:
            yield repr(filters)[:80]


def _under(root: Any, *names: str) -> Any:
    for name in names:
        if not isinstance(root, pikepdf.Dictionary):
            return None
        root = root.get(name)
    return root


def _walk(first: Any, most: int, what: str) -> None:
    """Each knot below `first`, an array, once and at most so many."""
    waiting, seen, count = [first], set(), 0
    while waiting:
        kids = waiting.pop()
        if not isinstance(kids, pikepdf.Array):
            continue
        count += len(kids)
        if count > most:
            raise Misshapen(f"more than {most} {what}")
        for knot in kids:
            if isinstance(knot, pikepdf.Object) and knot.is_indirect:
                if knot.objgen in seen:
                    raise Misshapen(f"{what} that stand in two places")
                seen.add(knot.objgen)
            if isinstance(knot, pikepdf.Dictionary) and "/Kids" in knot:
                waiting.append(knot.Kids)
