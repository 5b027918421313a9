"""A CSV file as rows of text: its encoding and its delimiter are found out, and said."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from shared.words import t
from sync_server.registers.problem import UnusableFile

LOOKED_AT = 256 * 1024
"""Bytes from the beginning by which encoding and delimiter are judged."""

DELIMITERS = ",;\t|"

WIDEST = 1_000_000
"""Characters of a cell: beyond it a quotation mark was left open."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a CSV file is written."""

    encoding: str
    delimiter: str


def form_of(path: Path) -> Form:
    """Its encoding (UTF-8 where it is that at all, else the likeliest) and its delimiter."""
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
    encoding = _encoding(path, start)
    text = start.decode(encoding, "replace")
    return Form(encoding, _delimiter(text))


def rows(path: Path, form: Form, language: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number as a spreadsheet counts them: a break within quotes is no new row.

    Raises UnusableFile.
    """
    csv.field_size_limit(WIDEST)
    with path.open(encoding=form.encoding, errors="replace", newline="") as file:
        reader = csv.reader((line.replace("\0", "") for line in file), delimiter=form.delimiter)
        try:
            yield from enumerate(reader, start=1)
        except csv.Error as error:
            where = reader.line_num
            raise UnusableFile(t("registers.file.quotes", language, line=where)) from error


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if _is_utf_8(path):
        return "utf-8-sig"
    best = from_bytes(start[:65536], cp_isolation=["cp1252", "mac_roman", "cp850"]).best()
    return best.encoding if best is not None else "cp1252"


def _is_utf_8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(LOOKED_AT):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The sign that parts the first line that has any, outside of quotes, into most pieces."""
    for line in csv.reader(text.splitlines()[:20], delimiter="\0"):
        first = line[0] if line else ""
        counts = {sign: first.count(sign) for sign in DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda sign: (counts[sign], -DELIMITERS.index(sign)))
    return ","
