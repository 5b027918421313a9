"""What any value may be that comes from outside: it can be kept, hashed, sent and shown.

Whatever a value means is asked elsewhere (shapes.py, records.py). Here it is only held to what
every database, every page and every other language can do something with.
"""

import re
from typing import Any

from shared.ticket.shapes import Unreadable

DEEPEST = 64
"""Levels of objects and lists: far more than any message has, far fewer than a stack."""

LARGEST = 2**53
"""A number beyond this has no canonical form. RFC 8785."""

HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""Half characters, and control characters besides the blanks."""


def plain(value: Any, where: str = "the record", never: re.Pattern[str] = HALF_A_CHARACTER) -> None:
    """Raises Unreadable for what is too deep, a number out of range, or a text with `never`."""
    halves_only = never is HALF_A_CHARACTER  # of which an ASCII text has none: known in no time
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        texts: list[str] = []
        for each in level:
            kind = type(each)
            if kind is str:
                texts.append(each)
            elif kind is dict:
                below += each
                below += each.values()
            elif kind is list or kind is tuple:
                below += each
            elif (kind is int or kind is float) and not -LARGEST <= each <= LARGEST:
                raise Unreadable(f"{where} holds a number out of range")
        said = "".join(texts)
        if not (halves_only and said.isascii()) and never.search(said):
            raise Unreadable(f"{where} holds a character that cannot be shown")
        if not below:
            return
        level = below
    raise Unreadable(f"{where} is nested deeper than {DEEPEST} levels")


def showable(value: Any) -> Any:
    """The same value without the characters that nobody can show, as a paste may bring them."""
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, dict):
        return {showable(name): showable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [showable(each) for each in value]
    return value
