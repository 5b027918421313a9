"""Registers as files: what is written is read again unchanged; and what was wrong with a file."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.words import t
from sync_server.database.transactions import Transaction
from sync_server.registers import workbook
from sync_server.registers.columns import Column, Shape
from sync_server.registers.kind import Kind
from sync_server.registers.problem import Problem, UnusableFile

ENDINGS = (".csv", ".xlsx")


def export(tx: Transaction, kind: Kind, path: Path, language: str) -> int:
    """Write every record of a kind; how many. Raises UnusableFile for another ending."""
    count = 0

    def rows() -> Iterator[Sequence[Any]]:
        nonlocal count
        for values in kind.export(tx, language):
            count += 1
            yield [cell(column, values.get(column.name), language) for column in kind.columns]

    write(path, kind.name, headings(kind, language), rows(), language)
    return count


def template(kind: Kind, path: Path, language: str) -> None:
    """An empty sheet with the headings of a kind; those that must be filled in have a star."""
    write(path, kind.name, headings(kind, language, stars=True), (), language)


def headings(kind: Kind, language: str, stars: bool = False) -> list[str]:
    """What the columns of a kind are called."""
    return [
        column.heading(language) + ("*" if stars and column.required else "")
        for column in kind.columns
    ]


def problems(path: Path, found: Iterable[Problem], language: str) -> None:
    """The problems as a sheet, to be mended with the file beside it."""
    heads = [t(f"registers.errors.{name}", language) for name in ("row", "column", "problem")]
    rows = ((each.row, each.column, each.sentence) for each in found)
    write(path, t("registers.errors.sheet", language), heads, rows, language)


def write(
    path: Path, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], language: str
) -> None:
    """A sheet in the form that the file's ending says. Raises UnusableFile for another."""
    if path.suffix.lower() == ".xlsx":
        workbook.write(path, [(name[:31], heads, rows)])
        return
    if path.suffix.lower() != ".csv":
        raise UnusableFile(t("registers.file.ending", language, endings=", ".join(ENDINGS)))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows(rows)


def cell(column: Column, value: Any, language: str) -> Any:
    """A value as its cell shows it: words for codes, text for everything that is no amount."""
    if value is None or value == []:
        return ""
    if column.shape is Shape.FLAG:
        return _yes_or_no(value, language)
    if column.shape is Shape.LIST:
        return ", ".join(_word(column, each, language) for each in value)
    if column.shape is Shape.CHOICE:
        return _word(column, value, language)
    if column.shape in (Shape.COUNT, Shape.NUMBER):
        return value
    return str(value)


def _yes_or_no(value: Any, language: str) -> str:
    if language == "es":
        return "sí" if value else "no"
    return "yes" if value else "no"


def _word(column: Column, value: str, language: str) -> str:
    words: Mapping[str, Sequence[str]] = column.choices
    known = words.get(value)
    return known[0] if known else value
