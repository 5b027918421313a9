"""What people type, folded: one form for all the spellings that mean the same to a reader.

Look-up, search and order go by the folded form on both sides; what is shown stays as it was typed.
"""

import re
from collections.abc import Iterable
from functools import cache
from unicodedata import category, combining, normalize

INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that nobody can see: fillers, variation selectors (Default_Ignorable)."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_SPACES = frozenset({"Zs", "Zl", "Zp", "Pd"})
_ALSO_SPACES = frozenset("\u2800\u2212\u02d7\u2043")
"""The empty braille cell, and dashes that Unicode counts among other signs."""

_PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
    "þ": "th", "‘": "'", "’": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'",
}  # fmt: skip
"""Letters whose mark Unicode does not part from them, and the ways to type an apostrophe."""


def folded(text: str) -> str:
    """`text` without what is no difference to a reader: width and form (NFKC), capitals, accents,
    invisible characters; blanks and dashes are one blank. Folding twice changes nothing.

    Marks that make another letter in their script stay: Devanagari, Thai, voiced kana.
    """
    western = _western(text)
    return " ".join((_any(text) if western is None else western).split())


def _any(text: str) -> str:
    parted = normalize("NFKD", normalize("NFKC", text).casefold())
    return normalize("NFC", parted.translate(_MEANT))


def _western(text: str) -> str | None:
    """The same, blanks apart, of a text of nothing but Latin-1 letters that each stand for one or
    for none: nearly every text, in a tenth of the time. None of any other."""
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    by_itself, unseen, more_than_one = _latin()
    if len(raw.translate(None, more_than_one)) != len(raw):
        return None
    return raw.translate(by_itself, unseen).decode("latin-1")


def joined(text: str) -> str:
    """A serial, folio or code in one piece: folded, without the blanks between its parts."""
    return folded(text).replace(" ", "")


def findable(words: Iterable[str | None], codes: Iterable[str | None]) -> str:
    """The words by which something is found: all of them folded, each code in one piece besides,
    and each number without the zeros that it begins with.
    """
    given = list(codes)
    text = folded(" ".join(each for each in (*words, *given) if each))
    whole = (joined(code) for code in given if code)
    more = dict.fromkeys((*whole, *_PADDED.findall(text)))
    return " ".join([text, *(each for each in more if f" {each} " not in f" {text} ")])


_PADDED = re.compile(r"(?<!\w)0+([1-9][0-9]*)(?!\w)")


class _Meant(dict[int, str | None]):
    """What each character stands for in a folded text, worked out when it is first seen."""

    def __missing__(self, code: int) -> str | None:
        self[code] = found = _meant(chr(code))
        return found


def _meant(char: str) -> str | None:
    kind = category(char)
    if char.isspace() or kind in _SPACES or char in _ALSO_SPACES:
        return " "
    if kind in _UNSEEN or char in INVISIBLE or _is_accent(char):
        return None
    return _PLAIN.get(char, char)


def _is_accent(char: str) -> bool:
    """Marks above and below, and the points of Hebrew and Arabic, which are often left out."""
    return combining(char) >= 200 or 10 <= combining(char) <= 36


_MEANT = _Meant()


@cache
def _latin() -> tuple[bytes, bytes, bytes]:
    """Of the Latin-1 characters: what each stands for, those for none, those for more than one."""
    stands_for = {code: _any(chr(code)) for code in range(256)}
    single = {code: ord(one) for code, one in stands_for.items() if len(one) == 1}
    by_itself = {code: other for code, other in single.items() if other < 256}
    return (
        bytes(by_itself.get(code, code) for code in range(256)),
        bytes(code for code, said in stands_for.items() if not said),
        bytes(stands_for.keys() - by_itself.keys() - {c for c, s in stands_for.items() if not s}),
    )
