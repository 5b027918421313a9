"""The bytes of each item of a list inside a JSON object, exactly as they came."""

import json
import re

_SPACE = re.compile(r"[ \t\n\r]*")
_READ = json.JSONDecoder().raw_decode


def slices(body: bytes, member: str) -> list[bytes]:
    """The items of the list `member` of the object in `body`, which parsed before, in order."""
    text = body.decode()
    found: list[bytes] = []
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        name, at = _READ(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if name == member:
            found, at = _items(text, at)
        else:
            _, at = _READ(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _items(text: str, at: int) -> tuple[list[bytes], int]:
    items: list[bytes] = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        start = at
        _, at = _READ(text, at)
        items.append(text[start:at].encode("utf-8", "surrogatepass"))
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return items, at + 1


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()
