"""What a file brings in: all of it or nothing, once, and said in words where it cannot be."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from sync_server.database.tables import access_log, import_row, record
from sync_server.database.tables import feed as feed_table
from sync_server.identity import users
from sync_server.records import feed, records
from sync_server.registers import importing, staging
from sync_server.registers.kinds import KINDS
from sync_server.registers.staging import ChangedMeanwhile
from tests.sync_server.registers.conftest import NOW
from tests.sync_server.registers.rows import ACTOR, SHEETS


@pytest.fixture
def all_sheets(bring):
    """Every sheet of the company brought in."""
    for kind, rows in SHEETS.items():
        outcome = bring(kind, rows)
        assert (kind, outcome.problems) == (kind, [])
        assert outcome.created == len(rows) - 1


def named(company, kind, label):
    with company.database.reading() as tx:
        stored = records.labelled(tx, kind, label)
    assert stored is not None
    return stored


def count(company, table, *where):
    with company.database.reading() as tx:
        return tx.scalar(select(func.count()).select_from(table).where(*where))


def problems(outcome):
    return [(each.row, each.column, each.sentence) for each in outcome.problems]


def test_each_sheet_becomes_records_that_know_one_another(company, all_sheets):
    customer, asset = named(company, "customer", "torre norte"), named(company, "asset", "00123")
    with company.database.reading() as tx:
        [site] = [each for each in records.all_of(tx, "site") if each.code == "A-1"]
    assert (customer.code, customer.doc["phone"]) == ("007", "0155 5550")
    assert customer.doc["locale"] == "en"
    assert asset.doc["serial"] == "00123"
    assert (asset.doc["customer"], asset.doc["site"]) == (customer.id, site.id)
    assert asset.doc["installed"] == "2024-03-15"
    assert named(company, "asset", "B-9").doc["meter"] == {"total": 1250}
    with company.database.reading() as tx:
        beto = users.by_email(tx, "beto@empresa.mx")
        assert beto is not None
        van = records.get(tx, "stock", beto.id)
    assert van is not None
    assert [role.value for role in beto.roles] == ["engineer", "supervisor"]
    assert van.doc == {"items": {"GEN-FUS": 3}, "minimum": {"GEN-FUS": 1}}


def test_the_same_file_twice_changes_nothing(company, bring, all_sheets):
    with company.database.reading() as tx:
        before = tx.rows(select(record).order_by(record.c.record, record.c.id))
    for kind, rows in SHEETS.items():
        outcome = bring(kind, rows)
        assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, len(rows) - 1)
    with company.database.reading() as tx:
        assert tx.rows(select(record).order_by(record.c.record, record.c.id)) == before


def test_a_changed_cell_changes_that_record_and_no_column_that_the_file_has_not(
    company, bring, all_sheets
):
    outcome = bring(
        "customers", [["Código", "Nombre", "Correo"], ["007", "Torre Norte", "b@torre.mx"]]
    )
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 0)
    doc = named(company, "customer", "Torre Norte").doc
    assert (doc["email"], doc["phone"]) == ("b@torre.mx", "0155 5550")
    bring("customers", [["Código", "Nombre", "Correo"], ["007", "Torre Norte", ""]])
    assert "email" not in named(company, "customer", "Torre Norte").doc


def test_one_bad_cell_and_nothing_is_taken(company, bring):
    rows = [["Código", "Nombre", "Correo"], ["1", "Uno", "uno@x.mx"], ["2", "Dos", "dos"]]
    outcome = bring("customers", rows)
    assert problems(outcome) == [(3, "Correo", "«dos» no es una dirección de correo.")]
    assert (outcome.created, outcome.unchanged) == (0, 0)
    assert count(company, record, record.c.record == "customer") == 0
    assert count(company, import_row) == 0
    assert bring("customers", rows[:2]).created == 1


def test_a_dry_run_says_what_would_be_and_takes_nothing(company, bring):
    outcome = bring("customers", [["Código", "Nombre"], ["1", "Uno"]], dry_run=True)
    assert outcome.created == 1
    assert count(company, record, record.c.record == "customer") == 0
    assert count(company, import_row) == 0


@pytest.mark.parametrize(
    ("kind", "head", "row", "problem"),
    [
        ("assets", ["Serie", "Cliente", "Sitio", "Modelo"], ["5.21555E+12", "007", "Lobby", "X"],
         ("Serie", "5.21555E+12: perdió ceros o cifras: escriba el valor como texto.")),
        ("assets", ["Serie", "Cliente", "Sitio", "Modelo"], ["1", "nadie", "Lobby", "X"],
         ("Cliente", "No hay un cliente «nadie»: impórtelo primero, o corrija el nombre.")),
        ("assets", ["Serie", "Cliente", "Sitio", "Modelo"], ["1", "007", "A-2", "X"],
         ("Sitio", "Ese cliente no tiene un sitio «A-2»: impórtelo primero, o corrija el nombre.")),
        ("assets", ["Serie", "Cliente", "Sitio", "Modelo", "Instalado"],
         ["1", "007", "A-1", "X", "45366"],
         ("Instalado", "45366 es el número con que una hoja guarda una fecha (2024-03-15). "
                       "Escriba la fecha.")),
        ("assets", ["Serie", "Cliente", "Sitio", "Modelo", "Instalado"],
         ["1", "007", "A-1", "X", "#N/A"],
         ("Instalado", "La celda dice #N/A: la fórmula no dio un valor. "
                       "Escriba el valor o deje la celda vacía.")),
        ("assets", ["Serie", "Cliente", "Sitio", "Modelo", "Contador total"],
         ["1", "007", "A-1", "X", "-1"],
         ("Contador total", "«-1» no es una cantidad entera de cero en adelante, "
                            "como 12 o 1,250.")),
        ("customers", ["Código", "Nombre"], ["99", "TORRE  norte"],
         ("Nombre", "Ya hay otro que se llama «TORRE  norte» (007), aunque se escriba distinto.")),
        ("customers", ["Código", "Nombre", "Idioma"], ["99", "X", "esp"],
         ("Idioma", "«esp» no se conoce aquí. ¿Quiso decir «es»?")),
        ("people", ["Correo", "Nombre", "Rol"], ["x@x.mx", "X", "tecnicoo"],
         ("Rol", "«tecnicoo» no se conoce aquí. ¿Quiso decir «Ingeniero de servicio»?")),
        ("stock", ["Ingeniero", "Parte", "Cantidad"], ["beto luna", "NADA", "1"],
         ("Parte", "No hay una parte «NADA» en el catálogo.")),
        ("root-causes", ["Código", "Nombre", "Clasificaciones"], ["Z", "Zeta", "FC01, FC99"],
         ("Clasificaciones", "No hay una clasificación «FC99» en el catálogo.")),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_by_row_and_column(
    company, bring, all_sheets, kind, head, row, problem
):
    assert problems(bring(kind, [head, row])) == [(2, *problem)]


def test_dates_in_either_order_are_asked_about_unless_a_row_decides(company, bring, all_sheets):
    head = ["Serie", "Cliente", "Sitio", "Modelo", "Instalado"]
    row, decides = ["1", "007", "A-1", "X", "03/04/2025"], ["2", "007", "A-1", "X", "25/04/2025"]
    [(number, column, said)] = problems(bring("assets", [head, row]))
    assert (number, column) == (2, "Instalado")
    assert "2025-03-04, 2025-04-03" in said
    assert bring("assets", [head, row], dates="mdy").created == 1
    assert named(company, "asset", "1").doc["installed"] == "2025-03-04"
    assert bring("assets", [head, row, decides]).updated == 1
    assert named(company, "asset", "1").doc["installed"] == "2025-04-03"


def test_two_rows_about_the_same_are_asked_about_unless_they_say_the_same(bring):
    head = ["Código", "Nombre"]
    outcome = bring("customers", [head, ["1", "Uno"], ["1", "Otro"]])
    assert problems(outcome) == [(3, "", "La fila 2 ya habla de lo mismo y dice otra cosa.")]
    assert bring("customers", [head, ["1", "Uno"], ["1", "Uno"]]).created == 1


def test_what_nobody_can_see_around_a_value_is_no_part_of_it(company, bring):
    bring(
        "customers", [["\ufeffCÓDIGO *", " nombre\u00a0"], ["\u200b1 ", "\u00a0Uno\u00a0Dos\u200b"]]
    )
    stored = named(company, "customer", "uno dos")
    assert (stored.code, stored.label) == ("1", "Uno Dos")


def test_what_a_file_does_not_name_is_retired_only_when_asked(company, bring, all_sheets):
    rows = [["Código", "Nombre"], ["007", "Torre Norte"]]
    assert bring("customers", rows).retired == 0
    outcome = bring("customers", rows, retire_missing=True)
    assert (outcome.updated, outcome.retired, outcome.unchanged) == (0, 1, 1)
    assert named(company, "customer", "optica sur").doc["retired"]
    assert "retired" not in named(company, "customer", "torre norte").doc
    again = [["Código", "Nombre", "Estado"], ["C-2", "Óptica\nSur", "activo"]]
    assert bring("customers", again).updated == 1
    assert "retired" not in named(company, "customer", "optica sur").doc


def test_a_change_reaches_the_tablets_that_have_the_record(company, bring, all_sheets):
    asset = named(company, "asset", "00123")
    company.database.write(lambda tx: records.bring(tx, "user:beto", "asset", asset.id))
    bring("assets", [["Serie", "Cliente", "Sitio", "Modelo"], ["00123", "007", "A-1", "Gen3"]])
    with company.database.reading() as tx:
        assert feed.scopes_with(tx, "asset", asset.id) == ["user:beto"]
        seen = tx.scalars(select(feed_table.c.rev).where(feed_table.c.id == asset.id))
    assert (named(company, "asset", "00123").rev, seen) == (2, [2])


def test_who_brought_what_is_written_down(company, bring):
    bring("customers", [["Código", "Nombre"], ["1", "Uno"]])
    with company.database.reading() as tx:
        [row] = tx.rows(select(access_log))
    assert (row.actor, row.action, row.object) == ("command-line", "register.imported", "customers")
    assert row.detail == {"created": 1, "updated": 0, "unchanged": 0, "retired": 0,
                          "file": "customers.csv"}  # fmt: skip


def test_a_record_that_changed_meanwhile_is_checked_anew(company, bring, all_sheets, monkeypatch):
    """Somebody corrects the customer after the row was checked: the file is read once more."""
    tries, plain = [], staging.make_records

    def meanwhile(tx, run, now):
        tries.append(run)
        if len(tries) == 1:
            tx.execute(update(record).where(record.c.code == "007").values(rev=9))
            raise ChangedMeanwhile(run)
        plain(tx, run, now)

    monkeypatch.setattr(staging, "make_records", meanwhile)
    rows = [["Código", "Nombre", "Correo"], ["007", "Torre Norte", "z@torre.mx"]]
    assert bring("customers", rows).updated == 1
    assert len(tries) == 2
    assert named(company, "customer", "torre norte").doc["email"] == "z@torre.mx"


def test_while_a_file_is_checked_others_write(company, bring, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    rows = [["Código", "Nombre"], *([str(n), f"Cliente {n}"] for n in range(6))]
    seen = []

    def progress(done):
        writer = threading.Thread(
            target=lambda: company.database.write(
                lambda tx: records.put(tx, "answer", f"a{done}", {"name": "x"}, NOW)
            )
        )
        writer.start()
        writer.join(10)
        seen.append(
            (done, writer.is_alive(), count(company, record, record.c.record == "customer"))
        )

    path = company.settings.data / "six.csv"
    path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    outcome = importing.take_in(
        company, KINDS["customers"], path, importing.Wishes(),
        ACTOR, NOW, progress,
    )  # fmt: skip
    assert seen == [(2, False, 0), (4, False, 0), (6, False, 0)]
    assert outcome.created == 6


class Killed(BaseException):
    """The process is gone."""


def test_an_import_that_was_killed_leaves_no_record_and_its_rows_are_swept(
    company, tmp_path, monkeypatch
):
    def die(rows):
        raise Killed

    monkeypatch.setattr(staging, "clear", lambda tx, run: None)
    path = tmp_path / "one.csv"
    path.write_text("Código,Nombre\n1,Uno\n", "utf-8")
    with pytest.raises(Killed):
        importing.take_in(
            company, KINDS["customers"], path, importing.Wishes(), ACTOR, NOW, die
        )  # fmt: skip
    assert count(company, record, record.c.record == "customer") == 0
    assert count(company, import_row) == 1
    begun = company.now()
    company.database.write(lambda tx: staging.sweep(tx, begun + timedelta(hours=23)))
    assert count(company, import_row) == 1
    company.database.write(lambda tx: staging.sweep(tx, begun + timedelta(hours=25)))
    assert count(company, import_row) == 0
