"""A cell as its column means it; what a spreadsheet has damaged is asked about, never taken."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from shared.time.zones import zone_called
from shared.words.folding import INVISIBLE, folded
from sync_server.identity import email_addresses
from sync_server.identity.email_addresses import NotAnEmail
from sync_server.registers.columns import Column, Shape
from sync_server.registers.problem import NotTaken

Raw = str | float | int | bool | date | datetime | None
"""A cell as the file has it: CSV gives text alone."""

SPREADSHEET_DAY_ONE = date(1899, 12, 30)

LARGEST = 10**12
"""Counts and numbers beyond this are somebody's mistake."""

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]\d+")
_ERRORS = frozenset({
    "#n/a", "#n/d", "#ref!", "#¡ref!", "#value!", "#¡valor!", "#div/0!", "#¡div/0!", "#name?",
    "#¿nombre?", "#num!", "#¡num!", "#null!", "#¡nulo!", "#spill!", "#calc!",
})  # fmt: skip
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_WHOLE = re.compile(r"(?:\d+|\d{1,3}(?:[,  ]\d{3})+)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_PARTS = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})")
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff" + "".join(
        each for each in sorted(INVISIBLE) if each < "\U00010000"
    ) + "]"
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

YES = frozenset({"si", "yes", "true", "verdadero", "1", "x", "s", "y"})
NO = frozenset({"no", "false", "falso", "0", "n"})

ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are read: `orders` of day, month and year by column, `numbers_as_text` the columns
    whose numbers somebody has looked at and accepted."""

    orders: Mapping[str, str] = field(default_factory=dict)
    numbers_as_text: Container[str] = ()
    special_use: bool = False


def text_of(raw: Raw) -> str:
    """A cell as text: blanks and what nobody can see taken off its ends and out of its middle."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "sí" if raw else "no"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**15:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == datetime.min.time() else raw.isoformat(" ")
    if not isinstance(raw, str):
        return str(raw)
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", _UNSEEN.sub("", text))
    return text.replace("\u00a0", " ").replace("\u202f", " ").strip()


def value_of(column: Column, raw: Raw, reading: Reading) -> Any:
    """What the cell says, None for an empty one. Raises NotTaken."""
    text = text_of(raw)
    if not text:
        return None
    if text[0] == "#" and text.casefold() in _ERRORS:
        raise NotTaken("cell_error", value=text)
    if len(text) > column.longest:
        raise NotTaken("too_long", most=column.longest)
    accepted = column.name in reading.numbers_as_text
    if isinstance(raw, str) and not accepted and _SCIENTIFIC.fullmatch(text):
        raise NotTaken("lost_figures", value=text)
    return _READ[column.shape](column, raw, text, reading)


def _text(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    return text


def _code(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if isinstance(raw, date) or (number and column.name not in reading.numbers_as_text):
        raise NotTaken("lost_figures", value=text)
    return " ".join(text.split())


def _count(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    if not _WHOLE.fullmatch(text):
        raise NotTaken("not_whole", value=text)
    number = int(re.sub(r"\D", "", text))
    if number > LARGEST:
        raise NotTaken("not_whole", value=text)
    return number


def _number(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    if isinstance(raw, float) and abs(raw) < LARGEST:
        return raw
    if not _PLAIN_NUMBER.fullmatch(text) or abs(number := float(text.replace(",", ""))) > LARGEST:
        raise NotTaken("not_a_number", value=text)
    return -number if text.startswith("-") and number > 0 else number


def _flag(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    said = folded(text)
    if said in YES or said in NO:
        return said in YES
    raise NotTaken("not_yes_or_no", value=text)


def _date(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if re.fullmatch(r"\d{5}(?:\.0)?", text):
        meant = SPREADSHEET_DAY_ONE + timedelta(days=int(float(text)))
        raise NotTaken("date_serial", value=text, meant=meant.isoformat())
    if (iso := _ISO.fullmatch(text)) is not None:
        return _day(text, *map(int, iso.groups()))
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise NotTaken("not_a_date", value=text)
    found = {order: day for order in ORDERS if (day := _in_order(parts.groups(), order))}
    order = reading.orders.get(column.name, "")
    if order in found:
        return found[order]
    if order or not found:
        raise NotTaken("not_a_date", value=text)
    if len(set(found.values())) > 1:
        raise NotTaken("date_orders", value=text, ways=", ".join(sorted(set(found.values()))))
    return next(iter(found.values()))


def orders_of(raw: Raw) -> frozenset[str]:
    """The orders in which a text may be read as a date; none where it is no such text."""
    parts = _PARTS.fullmatch(text_of(raw)) if isinstance(raw, str) else None
    if parts is None:
        return frozenset()
    return frozenset(order for order in ORDERS if _in_order(parts.groups(), order))


def _in_order(parts: tuple[str, ...], order: str) -> str:
    """The day in ISO form, empty where these parts are no date in this order."""
    said = dict(zip(order, parts, strict=True))
    year = int(said["y"])
    if len(said["y"]) not in (2, 4) or len(said["d"]) > 2 or len(said["m"]) > 2:
        return ""
    if len(said["y"]) == 2 and order == "ymd":
        return ""
    year += 2000 if len(said["y"]) == 2 else 0
    try:
        return date(year, int(said["m"]), int(said["d"])).isoformat()
    except ValueError:
        return ""


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise NotTaken("not_a_date", value=text) from error


def _choice(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    return chosen(column, text)


def _list(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    if isinstance(raw, float | int) and not isinstance(raw, bool) and not column.choices:
        return _code(column, raw, text, reading) and [text]
    parts = [part.strip() for part in re.split(r"[,;\n]", text)]
    return [chosen(column, part) if column.choices else part for part in parts if part]


def chosen(column: Column, text: str) -> str:
    """The value that a word means. Raises NotTaken with the nearest."""
    words = {folded(word): value for value, all in column.choices.items()
             for word in (value, *all)}  # fmt: skip
    said = folded(text)
    if said in words:
        return words[said]
    near = get_close_matches(said, words, n=1, cutoff=0.5)
    first = [column.choices[value][0] for value in column.choices]
    if near:
        raise NotTaken("choice_near", value=text, near=column.choices[words[near[0]]][0])
    raise NotTaken("choice", value=text, choices=", ".join(first))


def _email(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    try:
        return email_addresses.checked(text, reading.special_use)
    except NotAnEmail as error:
        raise NotTaken("not_an_email", value=text) from error


def _zone(column: Column, raw: Raw, text: str, reading: Reading) -> Any:
    if zone_called(text) is None:
        raise NotTaken("not_a_zone", value=text)
    return text


_READ: Mapping[Shape, Callable[[Column, Raw, str, Reading], Any]] = {
    Shape.TEXT: _text, Shape.CODE: _code, Shape.COUNT: _count, Shape.NUMBER: _number,
    Shape.FLAG: _flag, Shape.DATE: _date, Shape.CHOICE: _choice, Shape.LIST: _list,
    Shape.EMAIL: _email, Shape.ZONE: _zone,
}  # fmt: skip
