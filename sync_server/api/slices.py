"""The bytes of each item of a list inside a JSON object, exactly as they came."""

import json
import re

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]')


def slices(body: bytes, member: str) -> list[bytes]:
    """The items of the list `member` of the object in `body`, which parsed before, in order.

    However deep an item is: nothing is read here but where it begins and ends.
    """
    text = body.decode()
    found: list[bytes] = []
    depth, name, began = 0, "", -1
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign[0] == '"':
            if depth == 1 and _COLON.match(text, token.end()):
                name = json.loads(sign)
        elif sign in "[{":
            depth += 1
            if depth == 2 and name == member:
                found, began = [], token.end() if sign == "[" else -1
        elif began >= 0 and depth == 2:
            item = text[began : token.start()].strip(_SPACE)
            if item:
                found.append(item.encode("utf-8", "surrogatepass"))
            began = token.end() if sign == "," else -1
            depth -= sign != ","
        elif sign != ",":
            depth -= 1
    return found


_SPACE = " \t\n\r"
_COLON = re.compile(r"[ \t\n\r]*:")
