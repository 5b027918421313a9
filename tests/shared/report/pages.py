"""What a PDF's pages show, measured from the outside: words with their places, and the ink."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops


@dataclass(frozen=True)
class Word:
    """A word, its page (1 is the first) and its box in points from the page's top left."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


def words(pdf: Path) -> list[Word]:
    """Every word on every page, as poppler finds it."""
    found = run("pdftotext", "-bbox", str(pdf), "-").decode()
    return [
        Word(number, unescape(text), *map(float, box))
        for number, page in enumerate(_PAGE.findall(found), start=1)
        for *box, text in _WORD.findall(page[2])
    ]


def text(pdf: Path) -> str:
    """What a reader can copy out of it."""
    return run("pdftotext", "-layout", str(pdf), "-").decode()


def size(pdf: Path) -> tuple[float, float]:
    """Of the first page, in points."""
    wide, tall, _ = _PAGE.findall(run("pdftotext", "-bbox", str(pdf), "-").decode())[0]
    return float(wide), float(tall)


def images(pdf: Path, dots: int, page: int | None = None) -> list[Image.Image]:
    """The pages, or one of them, as they print at so many dots an inch."""
    only = [] if page is None else ["-f", str(page), "-l", str(page)]
    found = run("pdftoppm", "-r", str(dots), *only, str(pdf))
    pages, stream = [], BytesIO(found)
    while stream.tell() < len(found):
        pages.append(_portable(stream))
    return pages


def _portable(stream: BytesIO) -> Image.Image:
    """One PPM picture off a stream of them."""
    assert stream.readline() == b"P6\n"
    wide, tall = map(int, stream.readline().split())
    stream.readline()
    return Image.frombytes("RGB", (wide, tall), stream.read(wide * tall * 3))


def ink(page: Image.Image) -> tuple[int, int, int, int]:
    """The box of everything that is not paper, in pixels."""
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    assert box is not None, "an empty page"
    return box


def assert_inside_margins(pdf: Path) -> None:
    """Every word and every drop of ink of every page: 50 points at the sides, head and foot."""
    wide, tall = size(pdf)
    for word in words(pdf):
        assert 49 <= word.left <= word.right <= wide - 49, word
        assert 35 <= word.top <= word.bottom <= tall - 25, word
    for page in images(pdf, 36):
        left, top, right, bottom = ink(page)
        assert 24 <= left < right <= page.width - 24
        assert 19 <= top < bottom <= page.height - 14


def needs(*tools: str) -> pytest.MarkDecorator:
    """Skipped where an outside judge is not installed; not where CI runs: there it fails."""
    absent = [tool for tool in tools if shutil.which(tool) is None]
    skipped = bool(absent) and os.environ.get("CI") != "true"
    return pytest.mark.skipif(skipped, reason=f"not installed: {', '.join(absent)}")


def run(*command: str | Path) -> bytes:
    """What an outside judge answers (poppler-utils, qpdf); without it the test is skipped.

    Not where CI runs: there they are installed.
    """
    if shutil.which(str(command[0])) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, check=True).stdout
