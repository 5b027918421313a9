"""One page being written: marks become PDF operators.

Python writes numbers with a point in every locale; a hundredth of a point is finer than any paper.
"""

from collections.abc import Callable, Iterable
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    BasicFonts,
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFPage,
    PDFStream,
    PDFString,
)

from shared.report.paper.marks import Box, Drawn, Link, Picture, Shape, Tiles, Words
from shared.report.pdfa import ArchivalDocument
from shared.report.typeface import Typeface

PRINTED = 4  # annotation flag: an annotation that would not print is not allowed in PDF/A


class Page:
    """Collects operators; `image(sha256)` gives the XObject to draw a photo with."""

    def __init__(
        self,
        document: ArchivalDocument,
        typeface: Typeface,
        size: tuple[float, float],
        image: Callable[[str], Any],
    ) -> None:
        self._document, self._typeface = document, typeface
        self._width, self._height = size
        self._image = image
        self._operators: list[str] = []
        self._colour = ""
        self._images: dict[str, Any] = {}
        self._links: list[Any] = []

    def draw(self, marks: Iterable[Drawn], x: float, y: float) -> None:
        """Put marks with their origin at (x, y), measured from the page's top left."""
        for mark in marks:
            match mark:
                case Words():
                    self._words(mark, x + mark.x, self._height - y - mark.y)
                case Box():
                    self._box(mark, x + mark.x, self._height - y - mark.y - mark.height)
                case Shape():
                    self._shape(mark, x + mark.x, self._height - y - mark.y)
                case Tiles():
                    self._tiles(mark, x + mark.x, self._height - y - mark.y)
                case Picture():
                    self._picture(mark, x + mark.x, self._height - y - mark.y - mark.height)
                case Link():
                    self._link(mark, x + mark.x, self._height - y - mark.y - mark.height)

    def finish(self) -> None:
        """Add the page to its document."""
        page = PDFPage()
        page.pagewidth, page.pageheight = self._width, self._height
        page.Contents = PDFStream(content="\n".join(self._operators).encode("ascii"))
        page.Resources = PDFDictionary(
            {
                "Font": PDFObjectReference(BasicFonts),
                **({"XObject": PDFDictionary(self._images)} if self._images else {}),
            }
        )
        page.Annots = self._links
        page.Tabs = PDFName("S")
        self._document.Reference(page.Contents)
        self._document.addPage(page)

    def _words(self, words: Words, x: float, y: float) -> None:
        self._fill(words.style.colour)
        self._operators.append(f"BT {x:.2f} {y:.2f} Td")
        for font, text in self._typeface.face(words.style.weight).runs(words.text):
            for subset, codes in font.splitString(text, self._document):
                name = font.getSubsetInternalName(subset, self._document)
                self._operators.append(f"{name} {words.style.size:.2f} Tf <{codes.hex()}> Tj")
        self._operators.append("ET")

    def _box(self, box: Box, x: float, y: float) -> None:
        self._fill(box.colour)
        self._operators.append(f"{x:.2f} {y:.2f} {box.width:.2f} {box.height:.2f} re f")

    def _shape(self, shape: Shape, x: float, y: float) -> None:
        self._fill(shape.colour)
        for start, *steps in shape.curves:
            self._operators.append(f"{_placed(start, x, y)} m")
            self._operators += [
                f"{_placed(step, x, y)} {'l' if len(step) == 2 else 'c'}" for step in steps
            ]
            self._operators.append("h")
        self._operators.append("f")

    def _tiles(self, tiles: Tiles, x: float, y: float) -> None:
        self._fill(tiles.colour)
        self._operators += [
            f"{x + left:.2f} {y - top - height:.2f} {width:.2f} {height:.2f} re"
            for left, top, width, height in tiles.tiles
        ]
        self._operators.append("f")

    def _picture(self, picture: Picture, x: float, y: float) -> None:
        name = f"P{picture.sha256}"
        self._images[name] = self._image(picture.sha256)
        place = f"{picture.width:.2f} 0 0 {picture.height:.2f} {x:.2f} {y:.2f}"
        self._operators.append(f"q {place} cm /{name} Do Q")

    def _link(self, link: Link, x: float, y: float) -> None:
        # An object of its own: who compares revisions of a file knows an annotation by its number.
        annotation = PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Link"),
                "Rect": PDFArray([x, y, x + link.width, y + link.height]),
                "Border": PDFArray([0, 0, 0]),
                "F": PRINTED,
                "A": PDFDictionary(
                    {
                        "Type": PDFName("Action"),
                        "S": PDFName("URI"),
                        "URI": PDFString(link.url.encode("ascii", "replace"), enc="raw"),
                    }
                ),
            }
        )
        self._links.append(self._document.Reference(annotation))

    def _fill(self, colour: str) -> None:
        if colour != self._colour:
            red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
            self._operators.append(f"{red:.3f} {green:.3f} {blue:.3f} rg")
            self._colour = colour


def _placed(numbers: tuple[float, ...], x: float, y: float) -> str:
    if len(numbers) == 2:
        return f"{x + numbers[0]:.2f} {y - numbers[1]:.2f}"
    x1, y1, x2, y2, x3, y3 = numbers
    return f"{x + x1:.2f} {y - y1:.2f} {x + x2:.2f} {y - y2:.2f} {x + x3:.2f} {y - y3:.2f}"
