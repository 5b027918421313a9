"""The carried typeface: which characters it can show, how wide they set, where lines break."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFont

SUBSTITUTE = "\u25a1"
"""□: stands where the record has a character that the face cannot show."""

_FILES = {"regular": "Inter-Regular.ttf", "bold": "Inter-SemiBold.ttf"}
_HIGHEST = 0xFFFF  # ToUnicode maps of characters above this are written wrong
_SILENT = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})  # controls, and marks on another sign
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_JOINER = "\u200d"
_NEWLINES = re.compile("\r\n|[\r\u0085\u2028\u2029]")


@dataclass(frozen=True, eq=False)
class Face:
    """One weight. Widths are in thousandths of the size; texts given to it must be legible."""

    font: TTFont
    widths: Mapping[int, float]
    _words: dict[str, float] = field(default_factory=dict)

    def width(self, text: str, size: float) -> float:
        """How wide `text` sets, in points."""
        return self._measure(text) * size / 1000

    def lines(self, text: str, size: float, width: float) -> list[str]:
        """`text` broken to lines of at most `width` points; a word that is longer is cut."""
        room = width * 1000 / size
        lines = [line for part in text.split("\n") for line in self._paragraph(part, room)]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def _paragraph(self, text: str, room: float) -> Iterator[str]:
        space = self.widths[32]
        line: list[str] = []
        used = 0.0
        for word in text.split(" "):
            for piece in self._pieces(word, room):
                wide = self._measure(piece)
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
            yield word[: max(cut, 1)]
            word = word[max(cut, 1) :]
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
    characters: frozenset[str]

    def face(self, weight: str) -> Face:
        return self.bold if weight == "bold" else self.regular

    def legible(self, text: str) -> str:
        """`text` in characters that the family shows, in NFC, □ for what has no likeness."""
        if self.characters.issuperset(text) and unicodedata.is_normalized("NFC", text):
            return text
        text = _NEWLINES.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")
        return "".join(self._shown(text))

    def _shown(self, text: str) -> Iterator[str]:
        joined = flag = False
        for char in text:
            if char in self.characters:
                yield char
                joined = flag = False
            elif char == _JOINER:
                joined = True
            elif ord(char) in _SKIN_TONES or unicodedata.category(char) in _SILENT:
                continue
            else:
                second = flag and ord(char) in _FLAG_LETTERS
                flag = ord(char) in _FLAG_LETTERS and not second
                if not joined and not second:
                    yield self._likeness(char)
                joined = False

    def _likeness(self, char: str) -> str:
        if unicodedata.category(char) == "Zs":
            return " "
        plain = unicodedata.normalize("NFKC", char)
        return plain if self.characters.issuperset(plain) else SUBSTITUTE


@lru_cache(maxsize=4)
def typeface(folder: Path) -> Typeface:
    """The family whose files are in `folder`, read once. Raises OSError when one is not there."""
    fonts = {
        weight: TTFont(f"Folio-{weight}", str(folder / name), asciiReadable=True, shapable=False)
        for weight, name in _FILES.items()
    }
    faces = {weight: Face(font, _widths(font)) for weight, font in fonts.items()}
    common = set(faces["regular"].widths) & set(faces["bold"].widths)
    return Typeface(
        faces["regular"], faces["bold"], frozenset(chr(code) for code in common) | {"\n"}
    )


def _widths(font: TTFont) -> dict[int, float]:
    return {
        code: font.face.getCharWidth(code)
        for code in font.face.charToGlyph
        if 32 <= code <= _HIGHEST
    }
