"""What a value may look like: plain data with one check each, which says no with a sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.time.timestamps import NotAnInstant, instant


class Unreadable(ValueError):
    """This body says something that no version of the contract means; the sentence says where."""


Check = Callable[[Any, str], None]
"""Takes a value and where it stands. Raises Unreadable."""

LONGEST_TEXT = 20_000
NAME = re.compile(r"[!-~]{1,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One shape. `codes`, `members` and `item` say what the check of such a kind goes by."""

    kind: str
    check: Check
    codes: tuple[str, ...] = ()
    members: Mapping[str, "Shape"] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    item: "Shape | None" = None


def _is(kind: type | tuple[type, ...], said: str) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise Unreadable(f"{where} is not {said}")

    return check


mapping = _is(dict, "an object")
_flag = _is(bool, "true or false")
_number = _is((int, float), "a number")
_whole = _is(int, "a whole number")
_words = _is(str, "text")
_moment = _is(str, "a time")
_list = _is(list, "a list")


def text(value: Any, where: str) -> None:
    _words(value, where)
    if len(value) > LONGEST_TEXT:
        raise Unreadable(f"{where} is longer than {LONGEST_TEXT} characters")


def name(value: Any, where: str) -> None:
    """An id, or the name of a field: something that has to fit where names are looked up."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise Unreadable(f"{where} is not a name of 1 to 64 visible ASCII characters")


def count(value: Any, where: str) -> None:
    _whole(value, where)
    if not 0 <= value <= 2**53:
        raise Unreadable(f"{where} is out of range")


def time(value: Any, where: str) -> None:
    try:
        _moment(value, where)
        instant(value)
    except NotAnInstant as error:
        raise Unreadable(f"{where}: {error}") from error


def _sha256(value: Any, where: str) -> None:
    if not isinstance(value, str) or not SHA256.fullmatch(value):
        raise Unreadable(f"{where} is not a sha256 in hex")


def _point(value: Any, where: str) -> None:
    if not isinstance(value, list) or len(value) != 3:
        raise Unreadable(f"{where} is not a point [x, y, ms]")
    for number in value:
        _number(number, where)


def _anything(value: Any, where: str) -> None:
    pass


ANYTHING = Shape("anything", _anything)
"""Was never given a shape: what earlier versions took is taken for ever."""

TEXT = Shape("text", text)
FLAG = Shape("flag", _flag)
NUMBER = Shape("number", _number)
COUNT = Shape("count", count)
TIME = Shape("time", time)
SHA256_HEX = Shape("sha256", _sha256)
OBJECT = Shape("object", mapping)
POINT = Shape("point", _point)


def one_of(codes: type[StrEnum]) -> Shape:
    return code_in(*(code.value for code in codes))


def code_in(*codes: str) -> Shape:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in codes:
            raise Unreadable(f"{where} is none of {', '.join(codes)}")

    return Shape("code", check, codes=codes)


def members(required: tuple[str, ...] = (), /, **shapes: Shape) -> Shape:
    """An object whose known members have these shapes; unknown members stay as they are."""
    checks = {member: shape.check for member, shape in shapes.items()}

    def check(value: Any, where: str) -> None:
        mapping(value, where)
        for member, right in checks.items():
            if value.get(member) is not None:
                right(value[member], f"{where}.{member}")
        for member in required:
            if value.get(member) is None:
                raise Unreadable(f"{where}.{member} is missing")

    return Shape("members", check, members=shapes, required=required)


def list_of(item: Shape, most: int = 10_000) -> Shape:
    right = item.check

    def check(value: Any, where: str) -> None:
        _list(value, where)
        if len(value) > most:
            raise Unreadable(f"{where} has more than {most} items")
        for index, each in enumerate(value):
            right(each, f"{where}[{index}]")

    return Shape("list", check, item=item)
