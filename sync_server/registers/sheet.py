"""A file that somebody brings: CSV or a spreadsheet, read row by row with its headings found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from shared.words import t
from sync_server.registers import csv_file, workbook
from sync_server.registers.cells import Raw, text_of
from sync_server.registers.columns import Column, heading
from sync_server.registers.problem import NotTaken, Problems, UnusableFile

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")

LOOKED_THROUGH = 20
"""Rows from the top among which the headings must stand."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the headings: its number in the sheet, its cells by the column's name."""

    number: int
    cells: Mapping[str, Raw]


@dataclass
class Sheet:
    """A file whose headings are understood: `unknown` are headings that mean no column, each with
    the nearest that does, `passed_over` hidden sheets."""

    path: Path
    columns: Sequence[Column]
    language: str
    wanted: str = ""
    meant: Mapping[str, str] = field(default_factory=dict)
    places: dict[int, Column] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    head: int = 0
    unknown: list[tuple[str, str]] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()
    _merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()

    def understand(self, problems: Problems) -> bool:
        """Find the headings; False with a problem where they cannot be understood.

        Raises UnusableFile.
        """
        best: tuple[int, list[Raw], dict[int, Column]] | None = None
        for number, cells in self._raw():
            if number > LOOKED_THROUGH:
                break
            places = self._places(cells)
            if places and (best is None or len(places) > len(best[2])):
                best = number, cells, places
        if best is None:
            words = ", ".join(c.heading(self.language) for c in self.columns if c.required)
            raise UnusableFile(t("registers.file.no_headings", self.language, columns=words))
        self.head, cells, self.places = best
        self.titles = {column.name: text_of(cells[at]) for at, column in self.places.items()}
        self._note_unknown(cells)
        return self._all_there(problems)

    def rows(self, problems: Problems) -> Iterator[Row]:
        """The rows below the headings that hold anything. Raises UnusableFile."""
        blank = False
        for number, cells in self._raw():
            if number <= self.head:
                continue
            if not any(text_of(each) for each in cells):
                blank = True
                continue
            if blank and self._is_another_table(cells):
                problems.add(number, "", NotTaken("another_table"))
                return
            blank = False
            if self._is_merged(number):
                problems.add(number, "", NotTaken("merged"))
                continue
            yield Row(number, {
                column.name: cells[at] if at < len(cells) else None
                for at, column in self.places.items()
            })  # fmt: skip

    def _raw(self) -> Iterator[tuple[int, list[Raw]]]:
        if self.path.suffix.lower() in SPREADSHEETS:
            opened = workbook.open_sheet(self.path, self.wanted, self.language)
            self.passed_over, self._merged = opened.hidden, opened.merged
            yield from opened.rows()
            return
        form = csv_file.form_of(self.path)
        for number, texts in csv_file.rows(self.path, form, self.language):
            yield number, list(texts)

    def _places(self, cells: Sequence[Raw]) -> dict[int, Column]:
        known = {each: column for column in self.columns for each in column.headings}
        own = {heading(said): name for said, name in self.meant.items()}
        by_name = {column.name: column for column in self.columns}
        places: dict[int, Column] = {}
        for at, cell in enumerate(cells):
            said = heading(text_of(cell)) if isinstance(cell, str) else ""
            column = by_name.get(own.get(said, "")) or known.get(said)
            if said and column is not None:
                places[at] = column
        return places

    def _note_unknown(self, cells: Sequence[Raw]) -> None:
        known = {each: column for column in self.columns for each in column.headings}
        for at, cell in enumerate(cells):
            said = text_of(cell)
            if said and at not in self.places:
                near = get_close_matches(heading(said), known, n=1, cutoff=0.6)
                self.unknown.append((said, known[near[0]].heading(self.language) if near else ""))

    def _all_there(self, problems: Problems) -> bool:
        before = problems.count
        found = [column.name for column in self.places.values()]
        for column in self.columns:
            title = column.heading(self.language)
            if found.count(column.name) > 1:
                problems.add(self.head, title, NotTaken("heading_twice"))
            elif column.required and column.name not in found:
                problems.add(self.head, title, NotTaken("heading_missing", column=title))
        return problems.count == before

    def _is_another_table(self, cells: Sequence[Raw]) -> bool:
        return len(self._places(cells)) >= min(2, len(self.places))

    def _is_merged(self, number: int) -> bool:
        return any(
            top <= number - 1 <= bottom and any(left <= at <= right for at in self.places)
            for (top, left), (bottom, right) in self._merged
        )
