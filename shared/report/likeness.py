"""What is set for a character that no carried face has: the same sign in another dress.

A number never becomes another one: 10⁶ is set as 10^6, 2⅛ as 2 1/8, and ٣ as 3.
"""

import unicodedata
from collections.abc import Container, Iterator

SUBSTITUTE = "\u25a1"
"""□: stands where the record has a character that nothing carried is like."""

_LIKE = {
    "✅": "✔", "❌": "✘", "❎": "☒", "⭐": "★", "➕": "+", "➖": "−", "−": "-", "➗": "÷",
    "⁄": "/", "〜": "~", "❗": "!", "❕": "!", "❓": "?", "❔": "?",
}  # fmt: skip
"""Signs that say the same. One whose colour is its meaning, as 🔴, has none."""

_DRESS = {"<super>": "^{}", "<sub>": "_{}", "<circle>": "({})"}
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_MARKS = frozenset({"Mn", "Me"})
_STYLES = frozenset(map(chr, [*range(0xFE00, 0xFE10), 0x20E3]))  # as an emoji, on a key
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_JOINER = "\u200d"


def likenesses(text: str, carried: Container[str]) -> Iterator[tuple[str, str]]:
    """Each sign of `text` (NFC) with what is set for it in `carried` characters.

    What is written in several characters (a family, a flag, a tone of skin) is one sign.
    """
    before, dress = "", ""  # what was set last, and in which dress
    joined = flag = False
    for char in text:
        second = flag and ord(char) in _FLAG_LETTERS
        if char == _JOINER:
            joined = True
        elif _is_seen(char, before, carried):
            flag = ord(char) in _FLAG_LETTERS and not second
            if not second and not (joined and char not in carried):
                now, piece = _dressed(char, carried)
                yield char, _apart(before, piece, dress, now)
                before, dress = piece, now
            joined = False


def _is_seen(char: str, before: str, carried: Container[str]) -> bool:
    """Whether a reader of the record sees a sign of its own here."""
    if char in carried:
        return True
    if ord(char) in _SKIN_TONES or char in _STYLES:
        return False
    kind = unicodedata.category(char)
    # A mark on a letter that stands here is missed; on a sign that is missed already, it is not.
    return before not in ("", SUBSTITUTE) if kind in _MARKS else kind not in _UNSEEN


def _dressed(char: str, carried: Container[str]) -> tuple[str, str]:
    """What is set, and before it the dress that it wears: none for a sign as it was written."""
    if char in carried or unicodedata.category(char) == "Nd":
        return "", likeness(char, carried) or SUBSTITUTE
    return _decomposed(char)[0] or "like", likeness(char, carried) or SUBSTITUTE


def _apart(before: str, piece: str, worn: str, dress: str) -> str:
    """`piece` so that it can stand behind what was set before: two numbers do not become one."""
    if dress == worn and dress in ("<super>", "<sub>"):
        return piece[1:]
    figures = before[-1:].isdecimal() and piece[0].isdecimal()
    return f" {piece}" if figures and (dress or worn) else piece


def likeness(char: str, carried: Container[str]) -> str | None:
    """Carried characters that say what `char` says; None where there are none."""
    if char in carried:
        return char
    kind = unicodedata.category(char)
    if kind == "Zs":
        return " "
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if char in _LIKE:
        return likeness(_LIKE[char], carried)
    tag, codes = _decomposed(char)
    found = [likeness(chr(int(code, 16)), carried) for code in codes]
    if not found or None in found:
        return None
    return _DRESS.get(tag, "{}").format("".join(piece for piece in found if piece))


def _decomposed(char: str) -> tuple[str, list[str]]:
    """What kind of likeness the Unicode database has for it, if any, and of which characters."""
    codes = unicodedata.decomposition(char).split()
    return (codes[0], codes[1:]) if codes and codes[0].startswith("<") else ("", codes)
