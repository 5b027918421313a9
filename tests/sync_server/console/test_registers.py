"""The registers at the console: found, made, corrected, brought by sheet, each by who may."""

import csv
from functools import partial
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from sync_server.console.registers import register_pages
from sync_server.database.tables import access_log
from sync_server.records import records
from sync_server.registers.kinds import KINDS
from tests import cast
from tests.office import RunningOffice
from tests.sync_server.console.browser import Browser, said


@pytest.fixture
def administrator(browse):
    return browse("administrator")


def sheet(*rows):
    text = StringIO()
    csv.writer(text).writerows(rows)
    return {"file": ("equipos.csv", text.getvalue().encode(), "text/csv")}


def kept(answer):
    return answer.text.split('name="kept" value="')[1].split('"')[0]


def customer(office, name="Hospital San Gabriel"):
    return office.ask(lambda tx: records.labelled(tx, "customer", name))


def test_every_register_has_its_page_its_sheet_and_its_template(administrator):
    page = administrator.see("/registers")
    for name in KINDS:
        assert f'href="/registers/{name}"' in page
        assert administrator.see(f"/registers/{name}")
        for path in ("export", "template"):
            answer = administrator.get(f"/registers/{name}/{path}.xlsx")
            book = CalamineWorkbook.from_object(BytesIO(answer.content))
            heads = book.get_sheet_by_index(0).to_python()[0]
            assert len(heads) == len(KINDS[name].columns), name


def test_a_customer_is_corrected_and_the_tablets_that_have_it_hear_of_it(
    administrator, office, tablet
):
    office.ticket()
    tablet.sync()
    stored = customer(office)
    page = administrator.see(f"/registers/customers/record?key={stored.id}")
    assert 'value="compras@example.com"' in page
    told = administrator.done(
        "/registers/customers/record", key=stored.id, code=stored.code, state="activo",
        name="Hospital San Gabriel Arcángel", language="es", email="compras@example.com",
        contract="SA-2024-017",
    )  # fmt: skip
    assert "Guardado." in told
    assert "Hospital San Gabriel Arcángel" in told
    tablet.sync()
    [row] = tablet.session.today().rows
    assert tablet.session.ticket(row.id).customer.name == "Hospital San Gabriel Arcángel"
    [note] = office.ask(lambda tx: tx.rows(access_log.select().where(
        access_log.c.action == "register.changed")))  # fmt: skip
    assert note.detail["changed"] == {
        "name": ["Hospital San Gabriel", "Hospital San Gabriel Arcángel"]
    }


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(administrator, office):
    answer = administrator.submit(
        "/registers/customers/record", code="C-9", name="HOSPITAL san gabriel", email="nada",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "«nada» no es una dirección de correo." in said(answer)
    twin = administrator.submit(
        "/registers/customers/record", code="C-9", name="HOSPITAL san gabriel"
    )
    assert twin.status_code == 422
    assert "Ya hay otro que se llama" in said(twin)
    assert len(office.ask(lambda tx: records.all_of(tx, "customer"))) == 1


def test_a_new_cause_reaches_the_tablet(administrator, office, tablet):
    administrator.done(
        "/registers/root-causes/record", code="CR-NEW", es="Zapata gastada", en="", family="MEC",
        classifications="FC01", parts="", asks_text="", state="",
    )  # fmt: skip
    tablet.sync()
    found = {cause.code: cause for cause in tablet.session.catalogue().root_causes}
    assert found["CR-NEW"].label("es") == "Zapata gastada"


def test_a_sheet_is_looked_at_then_taken_in(administrator, office):
    rows = [["Código", "Nombre"], ["C-77", "Torre Norte"]]
    seen = administrator.post("/registers/customers/import", files=sheet(*rows))
    assert seen.status_code == 200
    assert "Todavía no se ha tomado nada." in said(seen)
    assert customer(office, "Torre Norte") is None
    done = administrator.submit("/registers/customers/import/again", kept=kept(seen), take="1")
    assert "Importado" in said(done)
    assert customer(office, "Torre Norte").code == "C-77"
    twice = administrator.submit("/registers/customers/import/again", kept=kept(seen), take="1")
    assert twice.status_code == 410
    assert "El archivo ya no está" in said(twice)


def test_a_sheet_with_errors_is_mended_by_its_list_or_by_a_tick(administrator, office):
    stored = customer(office)
    rows = [["Serie", "Cliente", "Sitio", "Modelo"],
            ["5.21E+12", stored.code, "Urgencias", "Gen2"]]  # fmt: skip
    seen = administrator.post("/registers/assets/import", files=sheet(*rows))
    assert "perdió ceros o cifras" in said(seen)
    assert 'name="take"' not in seen.text
    again = {"kept": kept(seen)}
    mend = administrator.submit("/registers/assets/import/again", **again, errors="1")
    listed = CalamineWorkbook.from_object(BytesIO(mend.content)).get_sheet_by_index(0).to_python()
    assert listed[1][:2] == [2.0, "Serie"]
    done = administrator.submit(
        "/registers/assets/import/again", **again, take="1", **{"accept-serial": "1"}
    )
    assert "Importado" in said(done)
    assert office.ask(lambda tx: records.labelled(tx, "asset", "5.21E+12")) is not None


def test_somebody_else_s_file_is_not_there(browse, office):
    seen = browse("administrator").post(
        "/registers/customers/import", files=sheet(["Código", "Nombre"], ["C-77", "Torre Norte"])
    )
    other = browse("supervisor").submit(
        "/registers/customers/import/again", kept=kept(seen), take="1"
    )
    assert other.status_code == 410
    assert customer(office, "Torre Norte") is None


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        ("call_centre", "customers", 200), ("call_centre", "parts", 403),
        ("call_centre", "stock", 403), ("supervisor", "stock", 200), ("supervisor", "parts", 403),
        ("back_office", "customers", 403), ("administrator", "people", 200),
    ],
)  # fmt: skip
def test_each_register_is_changed_by_who_may(browse, role, kind, status):
    assert browse(role).get(f"/registers/{kind}/record").status_code == status
    assert browse(role).get(f"/registers/{kind}/import").status_code == status
    answer = browse(role).submit(f"/registers/{kind}/record", nothing="1")
    assert answer.status_code == (422 if status == 200 else 403)


def test_who_reads_only_takes_the_sheet_and_that_is_written_down(browse, office):
    assert browse("back_office").get("/registers/customers/export.xlsx").status_code == 200
    [note] = office.ask(lambda tx: tx.rows(access_log.select()))
    assert (note.action, note.object) == ("register.exported", "customers")


def test_a_long_register_is_shown_in_windows_and_searched(administrator, office, monkeypatch):
    monkeypatch.setattr(register_pages, "WINDOW", 2)
    for number in range(5):
        put = partial(records.put, record="customer", id=f"x{number}", now=office.clock())
        office.do(partial(put, doc={"name": f"Cliente {number}"}))
    seen, path = [], "/registers/customers"
    while path:
        page = administrator.see(path)
        seen += [part.split("<")[0] for part in page.split("<td>Cliente ")[1:]]
        more = page.split('href="/registers/customers?q=')
        path = f"/registers/customers?q={more[1].split(chr(34))[0]}" if len(more) > 1 else ""
    assert seen == ["0", "1", "2", "3", "4"]
    assert "Cliente 3" in administrator.see("/registers/customers", params={"q": "CLIENTE 3"})
    assert "Cliente 2" not in administrator.see("/registers/customers", params={"q": "cliente 3"})


def test_a_server_that_nobody_set_up_says_so_and_how(tmp_path):
    office = RunningOffice(tmp_path / "office").start()
    try:
        with Browser(office) as browser:
            answer = browser.get("/", follow_redirects=True)
            assert answer.status_code == 503
            assert "folio init" in answer.text
            office.user("administrator")
            assert "folio init" not in browser.see("/sign-in")
    finally:
        office.stop()


def test_the_site_of_a_machine_is_named_by_its_code(administrator, office):
    page = administrator.see(f"/registers/assets/record?key={cast.ASSET}")
    site = office.ask(lambda tx: records.get(tx, "site", cast.SITE))
    assert f'value="{site.code}"' in page
