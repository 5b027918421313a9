"""The carried typeface: which characters it can show, how wide they set, where lines break."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock

from reportlab.pdfbase.ttfonts import TTFont

from shared.report.likeness import SUBSTITUTE, likenesses

_FILES = {"regular": "Inter-Regular.ttf", "bold": "Inter-SemiBold.ttf"}
_SIGNS = {"regular": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}
_HIGHEST = 0xFFFF  # ToUnicode maps of characters above this are written wrong
_LIGATURES = range(0xFB00, 0xFB07)  # what is copied out of a report is to be found by its letters
_READING = Lock()  # two threads that read a font at once would have two of one name in a document
_NEWLINES = re.compile("\r\n|[\r\u0085\u2028\u2029]")


class _Widths(dict[int, float]):
    """Of the letters; those of the signs are read when the first of them is asked for."""

    def __init__(self, letters: TTFont, signs: Callable[[], TTFont]) -> None:
        super().__init__(_widths(letters))
        self._signs = signs

    def __missing__(self, code: int) -> float:
        wide: float = self._signs().face.getCharWidth(code)
        return wide


@dataclass(frozen=True, eq=False)
class Face:
    """One weight: the letters' font, and one for the signs that it lacks, read when it is needed.

    Widths are in thousandths of the size; texts given to it must be legible.
    """

    font: TTFont
    signs: Callable[[], TTFont]
    letters: frozenset[str]
    widths: Mapping[int, float]
    _words: dict[str, float] = field(default_factory=dict)

    def runs(self, text: str) -> Iterator[tuple[TTFont, str]]:
        """`text` in pieces, each with the font that has it."""
        if self.letters.issuperset(text):
            yield self.font, text
            return
        for own, piece in groupby(text, self.letters.__contains__):
            yield self.font if own else self.signs(), "".join(piece)

    def width(self, text: str, size: float) -> float:
        """How wide `text` sets, in points."""
        return self._measure(text) * size / 1000

    def lines(self, text: str, size: float, width: float) -> list[str]:
        """`text` broken to lines of at most `width` points; a word that is longer is cut, behind a
        hyphen or a stroke where it has one in time."""
        room = width * 1000 / size
        lines = [line for part in text.split("\n") for line in self._paragraph(part, room)]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def _paragraph(self, text: str, room: float) -> Iterator[str]:
        space = self.widths[32]
        line: list[str] = []
        used = 0.0
        for word in filter(None, text.split(" ")):
            whole = self._measure(word)
            # Hardly any word is cut: only those are looked at letter by letter.
            for piece in (word,) if whole <= room else self._pieces(word, room):
                wide = whole if piece is word else self._measure(piece)
                if line and used + space + wide > room:
                    yield " ".join(line)
                    line, used = [], 0.0
                used += wide + (space if line else 0)
                line.append(piece)
        yield " ".join(line)

    def _pieces(self, word: str, room: float) -> Iterator[str]:
        while self._measure(word) > room and len(word) > 1:
            cut, used = 0, 0.0
            while cut < len(word) and used + self.widths[ord(word[cut])] <= room:
                used += self.widths[ord(word[cut])]
                cut += 1
            joint = 1 + max(word.rfind(sign, cut // 2, cut) for sign in "-/")
            cut = joint or max(cut, 1)
            yield word[:cut]
            word = word[cut:]
        if word:
            yield word

    def _measure(self, text: str) -> float:
        if len(text) > 24:
            return sum(map(self.widths.__getitem__, map(ord, text)))
        wide = self._words.get(text)
        if wide is None:
            if len(self._words) > 20_000:
                self._words.clear()
            wide = self._words[text] = sum(map(self.widths.__getitem__, map(ord, text)))
        return wide


@dataclass(frozen=True, eq=False)
class Typeface:
    """The family: two weights that show the same characters."""

    regular: Face
    bold: Face

    @property
    def letters(self) -> frozenset[str]:
        """What is shown without the fonts of the signs."""
        return self.regular.letters

    @cached_property
    def characters(self) -> frozenset[str]:
        """All that is shown."""
        return self.letters | _common(self.regular.signs(), self.bold.signs())

    def face(self, weight: str) -> Face:
        return self.bold if weight == "bold" else self.regular

    def legible(self, text: str) -> str:
        """`text` in characters that the family shows, in NFC, □ for what has no likeness."""
        if self.letters.issuperset(text) and unicodedata.is_normalized("NFC", text):
            return text
        return "".join(piece for _, piece in likenesses(_plain(text), self.characters))

    def lost(self, text: str) -> tuple[str, ...]:
        """The signs of `text` for which □ is set, each once, in order."""
        if self.letters.issuperset(text):
            return ()
        pairs = likenesses(_plain(text), self.characters)
        return tuple(dict.fromkeys(char for char, piece in pairs if piece == SUBSTITUTE != char))


def _plain(text: str) -> str:
    return _NEWLINES.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")


@lru_cache(maxsize=4)
def typeface(folder: Path) -> Typeface:
    """The family whose files are in `folder`, read once. Raises OSError when one is not there."""
    fonts = {weight: _font(folder / name, weight) for weight, name in _FILES.items()}
    letters = _common(*fonts.values()) | {"\n"}
    return Typeface(*(_face(folder, fonts[weight], weight, letters) for weight in _FILES))


def _face(folder: Path, font: TTFont, weight: str, letters: frozenset[str]) -> Face:
    def signs() -> TTFont:
        with _READING:
            return _signs(folder / _SIGNS[weight], weight)

    return Face(font, signs, letters, _Widths(font, signs))


@cache
def _signs(path: Path, weight: str) -> TTFont:
    return _font(path, f"{weight}-signs")


def _font(path: Path, name: str) -> TTFont:
    return TTFont(f"Folio-{name}", str(path), asciiReadable=True, shapable=False)


def _common(regular: TTFont, bold: TTFont) -> frozenset[str]:
    both = _widths(regular).keys() & _widths(bold).keys() - {*_LIGATURES}
    return frozenset(char for char in map(chr, both) if unicodedata.category(char) != "Cf")


def _widths(font: TTFont) -> dict[int, float]:
    return {
        code: font.face.getCharWidth(code)
        for code in font.face.charToGlyph
        if 32 <= code <= _HIGHEST
    }
