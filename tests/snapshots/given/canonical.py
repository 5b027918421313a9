"""Vectors of canonical JSON: the text of a value, however it was written before."""

import json
from typing import Any

from shared.operations.digest import NotCanonical, canonical, digest
from tests.snapshots.vector_file import Given, VectorFile


def answer(given: Given) -> Any:
    try:
        value = json.loads(given["json"])
        return {"canonical": canonical(value).decode(), "sha256": digest(value)}
    except NotCanonical:
        return {"refused": True}


TEXTS = {
    "members are sorted and blanks go": '{ "b" : 1,\n  "a" : [ true, false, null ] }',
    "members are sorted by UTF-16 code units": '{"\ufb33":1,"\U0001f600":2,"ö":3,"1":4,"\\r":5}',
    "accents stay as they are": '"Diagn\\u00f3stico: el calefactor no alcanza temperatura"',
    "control characters take their short form": '"\\u0000\\u0008\\t\\n\\u000b\\f\\r\\u001f\\u007f"',
    "quotation marks and backslashes are escaped, the slash is not": '"\\"\\\\\\/"',
    "a whole number has no fraction": "[1.0, -0.0, 0, 10.00, 1e0]",
    "a small number": "[0.000001, 0.0000001, 5e-324, 2.2250738585072014e-308]",
    "a large number": "[1e20, 1e21, 1.7976931348623157e308, 9007199254740992]",
    "a number is written in the shortest way that reads back": "[0.1, 0.30000000000000004, 19.43]",
    "what was canonical stays canonical": "[100000000000000000000,1152921504606847000]",
    "an empty object, list and text": '[{},[],""]',
    "a position": '{"lat": 19.432608, "lon": -99.133209, "accuracy": 8.50}',
    "a whole number that no double holds is refused": "9007199254740993",
    "half of a surrogate pair is refused": '"\\ud800"',
}  # fmt: skip

CANONICAL_JSON = VectorFile(
    "canonical-json",
    "Canonical JSON (RFC 8785) in UTF-8 and its sha256 in hex. `json` is a JSON text as somebody "
    "may send it; `refused` means that it has no canonical form and is not accepted.",
    {name: {"json": text} for name, text in TEXTS.items()},
    answer,
)
