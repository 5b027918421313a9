"""What spreadsheets do to data: each is met with a question, and nothing is taken silently."""

from datetime import date

import pytest
import xlsxwriter

from sync_server.records import records
from sync_server.registers.problem import UnusableFile

HEAD = ["Código", "Nombre", "Teléfono"]


@pytest.fixture
def book(tmp_path):
    """A workbook made by `fill(workbook, sheet)`."""

    def made(fill):
        path = tmp_path / "libro.xlsx"
        with xlsxwriter.Workbook(str(path)) as workbook:
            fill(workbook, workbook.add_worksheet("Datos"))
        return path

    return made


def rows(sheet, *lines, top=0):
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            sheet.write(number + top, column, value)


def problems(outcome):
    return [(each.row, each.column, each.sentence) for each in outcome.problems]


LOST = "perdió ceros o cifras: escriba el valor como texto."


def test_a_code_that_became_a_number_is_asked_about_and_taken_when_somebody_looked(
    company, bring, book
):
    path = book(lambda _, sheet: rows(sheet, HEAD, ["C-1", "Uno", 5215550101234.0]))
    assert problems(bring("customers", path)) == [(2, "Teléfono", f"5215550101234: {LOST}")]
    assert bring("customers", path, accept_numbers=["phone"]).created == 1
    with company.database.reading() as tx:
        [stored] = records.all_of(tx, "customer")
    assert stored.doc["phone"] == "5215550101234"


def test_a_text_of_figures_keeps_its_zeros(company, bring, book):
    def fill(_, sheet):
        rows(sheet, HEAD)
        for column, text in enumerate(["007", "Uno", "0155"]):
            sheet.write_string(1, column, text)

    assert bring("customers", book(fill)).created == 1
    with company.database.reading() as tx:
        [stored] = records.all_of(tx, "customer")
    assert (stored.code, stored.doc["phone"]) == ("007", "0155")


def test_a_formula_gives_its_value_and_one_that_failed_is_said(bring, book):
    def fill(_, sheet):
        rows(sheet, HEAD, ["C-1", "", ""], ["C-2", "", ""])
        sheet.write_formula(1, 1, '="U"&"no"', value="Uno")
        sheet.write_formula(2, 1, "=NA()", value="#N/A")

    outcome = bring("customers", book(fill))
    [(row, column, sentence)] = problems(outcome)
    assert (row, column) == (3, "Nombre")
    assert sentence.startswith("La celda dice #N/A")


def test_rows_are_counted_as_the_sheet_counts_them(bring, book):
    def fill(_, sheet):
        sheet.write(2, 1, "Nuestros clientes")
        for column, title in enumerate(HEAD):
            sheet.write(4, column + 1, title)
        sheet.write(6, 1, "C-1")

    assert problems(bring("customers", book(fill))) == [
        (7, "Nombre", "Está vacía y hace falta.")
    ]  # fmt: skip


def test_a_date_of_the_sheet_is_that_day(company, bring, book):
    def fill(workbook, sheet):
        form = workbook.add_format({"num_format": "dd/mm/yyyy"})
        rows(sheet, ["Fecha", "Nombre"])
        sheet.write_datetime(1, 0, date(2026, 4, 3), form)
        sheet.write(1, 1, "Viernes Santo")

    assert bring("holidays", book(fill)).created == 1
    assert date(2026, 4, 3) in company.calendar.holidays


def test_merged_cells_are_to_be_parted(bring, book):
    def fill(_, sheet):
        rows(sheet, HEAD, ["C-1", "Uno", ""], ["C-2", "", ""])
        sheet.merge_range(1, 1, 2, 1, "Uno")

    assert {(row, column) for row, column, _ in problems(bring("customers", book(fill)))} == {
        (2, ""), (3, ""),
    }  # fmt: skip


def test_a_second_table_below_is_said(bring, book):
    path = book(
        lambda _, sheet: rows(sheet, HEAD, ["C-1", "Uno", ""], [], HEAD, ["C-2", "Dos", ""])
    )
    [(row, _, sentence)] = problems(bring("customers", path))
    assert row == 4
    assert sentence.startswith("Aquí empieza otra tabla")


def test_hidden_sheets_are_passed_over_and_named(bring, book):
    def fill(workbook, sheet):
        rows(sheet, HEAD, ["C-1", "Uno", ""])
        hidden = workbook.add_worksheet("Viejos")
        rows(hidden, HEAD, ["C-2", "Dos", ""])
        hidden.hide()

    outcome = bring("customers", book(fill))
    assert (outcome.created, outcome.passed_over) == (1, ("Viejos",))


def test_of_several_sheets_one_is_asked_for(bring, book):
    def fill(workbook, sheet):
        rows(sheet, HEAD, ["C-1", "Uno", ""])
        rows(workbook.add_worksheet("Otra"), HEAD, ["C-2", "Dos", ""])

    path = book(fill)
    with pytest.raises(UnusableFile, match="Datos, Otra"):
        bring("customers", path)
    assert bring("customers", path, sheet="Otra").created == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", b"\x00\x01\x02", b'"open'])
@pytest.mark.parametrize("ending", ["xlsx", "csv", "xls", "ods"])
def test_what_is_no_sheet_is_said(bring, tmp_path, content, ending):
    path = tmp_path / f"libro.{ending}"
    path.write_bytes(content)
    with pytest.raises(UnusableFile):
        bring("customers", path)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-16", "\t"), ("utf-8", "|")],
)
def test_encoding_and_delimiter_are_found(company, bring, tmp_path, encoding, delimiter):
    line = delimiter.join
    quoted = f'"Óptica {delimiter} Señal\nSur"'
    text = "\r\n".join([line(["Código", "Nombre"]), line(["C-1", quoted]), ""])
    path = tmp_path / "clientes.csv"
    path.write_bytes(text.encode(encoding))
    assert bring("customers", path).created == 1
    with company.database.reading() as tx:
        [stored] = records.all_of(tx, "customer")
    assert stored.label == quoted.strip('"')
