"""JSON of whoever sent it: one value nested too deep or a number too long costs itself alone."""

import json
import re
from typing import Any

DEEPEST = 100
"""Levels below which what is nested stays the text that it came as: more than any message has."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|-?\d{300,}(?:\.\d+)?(?:[eE][+-]?\d+)?')


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text. What Python's own reader gives up on (nesting that would overflow
    its stack, numbers of thousands of digits) is read as the text it was written in.

    Raises ValueError for what is no JSON.
    """
    try:
        return json.loads(text)
    except RecursionError:
        pass
    except json.JSONDecodeError:
        raise
    except ValueError:
        pass
    return json.loads(_flat(text if isinstance(text, str) else text.decode()))


def _flat(text: str) -> str:
    """The same JSON with what is too deep or too long as a text in its place."""
    pieces: list[str] = []
    done, depth, began = 0, 0, 0
    for token in _TOKEN.finditer(text):
        sign = token[0][0]
        if sign in "[{":
            depth += 1
            if depth == DEEPEST:
                began = token.start()
        elif sign in "]}":
            if depth == DEEPEST:
                pieces += [text[done:began], json.dumps(text[began : token.end()])]
                done = token.end()
            depth -= 1
        elif sign != '"' and depth < DEEPEST:
            pieces += [text[done : token.start()], json.dumps(token[0])]
            done = token.end()
    if depth >= DEEPEST:
        raise ValueError("what is nested is never closed")
    return "".join(pieces) + text[done:]
