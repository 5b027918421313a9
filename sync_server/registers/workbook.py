"""Spreadsheets of Excel and LibreOffice: read with what they hide said, and written."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import iterparse
from zipfile import BadZipFile, ZipFile

import xlsxwriter
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from shared.words import t
from sync_server.registers.cells import Raw
from sync_server.registers.problem import UnusableFile

MOST_BYTES = 2 * 1024**3
"""Of a spreadsheet unpacked: a small file that would fill the memory is refused."""

PIECE = 1024 * 1024

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class OpenedSheet:
    """The sheet that is read: `errors` are cells whose formula came to nothing, by row and column
    from 0, `merged` the ranges of cells made one, `hidden` the names of the sheets passed over."""

    sheet: CalamineSheet
    errors: dict[tuple[int, int], str]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    hidden: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        """Each row with the number that the spreadsheet shows beside it."""
        left: list[Any] = [""] * (self.sheet.start or (0, 0))[1]  # passed over by the reader
        for index, cells in enumerate(self.sheet.iter_rows()):
            yield index + 1, self._with_errors(index, [*left, *cells])

    def _with_errors(self, row: int, cells: list[Any]) -> list[Raw]:
        if self.errors:
            for column in range(len(cells)):
                cells[column] = self.errors.get((row, column), cells[column])
        return cells


def open_sheet(path: Path, wanted: str, language: str) -> OpenedSheet:
    """The sheet of this name, else the only visible one that has rows. Raises UnusableFile."""
    try:
        _refuse_a_bomb(path, language)
        book = CalamineWorkbook.from_path(str(path))
        return _opened(path, book, wanted, language)
    except (CalamineError, OSError, BadZipFile, ValueError) as error:
        raise UnusableFile(t("registers.file.no_spreadsheet", language)) from error


def _opened(path: Path, book: CalamineWorkbook, wanted: str, language: str) -> OpenedSheet:
    meant = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    seen = [each.name for each in meant if each.visible == SheetVisibleEnum.Visible]
    hidden = tuple(each.name for each in meant if each.name not in seen)
    names = [wanted] if wanted else [n for n in seen if book.get_sheet_by_name(n).total_height]
    if wanted and wanted not in book.sheet_names:
        raise UnusableFile(t("registers.file.no_such_sheet", language, name=wanted))
    if len(names) > 1:
        raise UnusableFile(t("registers.file.several_sheets", language, names=", ".join(names)))
    if not names:
        raise UnusableFile(t("registers.file.empty", language))
    sheet = book.get_sheet_by_name(names[0])
    errors = _errors(path, names[0]) if path.suffix.lower() in (".xlsx", ".xlsm") else {}
    return OpenedSheet(sheet, errors, tuple(sheet.merged_cell_ranges or ()), hidden)


def _refuse_a_bomb(path: Path, language: str) -> None:
    if path.suffix.lower() in (".xlsx", ".xlsm", ".ods"):
        with ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_BYTES:
                raise UnusableFile(t("registers.file.too_large", language))


def _errors(path: Path, name: str) -> dict[tuple[int, int], str]:
    """Cells that hold an error, #N/A or another: the reader gives them as if they were empty."""
    found: dict[tuple[int, int], str] = {}
    with ZipFile(path) as packed, packed.open(_part(packed, name)) as part:
        if not _holds(part, b't="e"'):
            return found
    with ZipFile(path) as packed, packed.open(_part(packed, name)) as part:
        for _, cell in iterparse(part):
            if cell.tag == f"{MAIN}c":
                value = cell.find(f"{MAIN}v")
                if cell.get("t") == "e" and value is not None:
                    found[_place(cell.get("r", ""))] = value.text or "#N/A"
            elif cell.tag == f"{MAIN}row":
                cell.clear()
    return found


def _holds(part: IO[bytes], sought: bytes) -> bool:
    """Whether these bytes are in a file, looked through a piece at a time."""
    before = b""
    while piece := part.read(PIECE):
        if sought in before + piece:
            return True
        before = piece[-len(sought) :]
    return False


def _part(packed: ZipFile, name: str) -> str:
    """The file in the package that holds the sheet of this name."""
    relation = ""
    with packed.open("xl/workbook.xml") as part:
        for _, node in iterparse(part):
            if node.tag == f"{MAIN}sheet" and node.get("name") == name:
                relation = node.get(RELATION, "")
    with packed.open("xl/_rels/workbook.xml.rels") as part:
        targets = {node.get("Id"): node.get("Target", "") for _, node in iterparse(part)}
    if target := targets.get(relation):
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise BadZipFile(f"no sheet {name}")


def _place(reference: str) -> tuple[int, int]:
    """Row and column from 0, of a reference like AB12."""
    parts = re.fullmatch(r"([A-Z]+)(\d+)", reference)
    if parts is None:
        raise ValueError(reference)
    column = 0
    for letter in parts[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(parts[2]) - 1, column - 1


def write(path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> None:
    """A workbook of these sheets: name, headings, rows. Text stays text, never a formula."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for name, headings, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(headings) - 1, 0), 22, text)
            sheet.write_row(0, 0, headings, head)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value, text)
                    elif value is not None:
                        sheet.write_number(number, column, value)
