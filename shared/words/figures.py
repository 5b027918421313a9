"""Figures as people write them in their locale, read without guessing."""

import re
import unicodedata
from decimal import Decimal

COMMA_THOUSANDS = frozenset({"es-MX", "es-US", "es-GT", "es-HN", "es-NI", "es-SV", "es-PA",
                             "es-PR", "es-DO", "es-PE"})  # fmt: skip
"""Spanish locales that write 284,342.7, as English does; the others write 284.342,7. CLDR."""

_MINUS = str.maketrans(dict.fromkeys("\u2212\u2013\u2014\u2010\u2011", "-"))
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_GROUP = "[0-9]{1,3}(?:%s[0-9]{3})+"


def figure(text: str, locale: str) -> Decimal | None:
    """The number that `text` is in `locale` (such as `es-MX`); None when it is not plainly one.

    Thousands may stand apart by the locale's mark or by a space, in groups of three. A mark that is
    anywhere else is never left out: `284342.7` is not two million.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    sign = Decimal(-1) if plain.startswith("-") else Decimal(1)
    digits = _SPACES.sub(" ", plain.removeprefix("-").strip())
    thousands, decimals = marks(locale)
    whole, mark, fraction = digits.partition(decimals)
    if mark and not re.fullmatch("[0-9]+", fraction):
        return None
    groups = "|".join(_GROUP % re.escape(each) for each in (thousands, " "))
    if not re.fullmatch(f"[0-9]+|{groups}", whole):
        return None
    joined = whole.replace(thousands, "").replace(" ", "")
    return sign * Decimal(f"{joined}.{fraction}" if mark else joined)


def marks(locale: str) -> tuple[str, str]:
    """What stands between thousands and before decimals."""
    name = locale.replace("_", "-")
    language = name.split("-")[0].lower()
    return (",", ".") if language != "es" or name in COMMA_THOUSANDS or name == "es" else (".", ",")


def whole_figure(text: str, locale: str) -> int:
    """A count of whole things, nothing below zero. Raises NotWhole with what is wrong."""
    read = figure(text, locale)
    if read is None:
        raise NotWhole("not_a_figure")
    if read < 0:
        raise NotWhole("below_zero")
    if read != read.to_integral_value():
        raise NotWhole("not_whole")
    if read > LARGEST:
        raise NotWhole("too_large")
    return int(read)


LARGEST = 2**53
"""The largest count that an operation carries."""


class NotWhole(ValueError):
    """This is no count; `why` is not_a_figure, below_zero, not_whole or too_large."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
