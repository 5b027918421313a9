"""The archive in the back office's browser: found, opened, taken away, checked."""

import re
from datetime import UTC, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from shared.ticket.people import Role
from tests import cast
from tests.tablet import finish_work, sign


@pytest.fixture
def last_evening(office):
    """Nine in the evening on the last of a month: in UTC the next one has begun."""
    today = office.clock().astimezone(office.context.calendar.zone)
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0)
    evening = first - timedelta(hours=3)
    office.clock.forward(seconds=(evening - today).total_seconds())
    return evening


@pytest.fixture
def closed(office, tablet) -> str:
    """A ticket finished and signed on a real tablet, closed by the office."""
    id = str(office.ticket())
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.ask()
    assert office.fields(id)["state"] == "closed"
    return id


@pytest.fixture
def back_office(browse):
    return browse("back_office")


def found(page: str) -> list[str]:
    return re.findall(r'class="open figure" href="/archive/([\w-]+)"', page)


def test_an_empty_archive_says_what_will_be_there(back_office):
    assert "El archivo está vacío" in back_office.see("/archive")


def test_a_report_is_found_by_folio_serial_customer_engineer_and_month(back_office, office, closed):
    folio = office.fields(closed)["folio"]
    month = f"{office.clock().astimezone(office.context.calendar.zone):%Y-%m}"
    engineer = office.user(Role.ENGINEER).id
    for asked in ({"q": folio}, {"q": "gabriel"}, {"serial": cast.SERIAL}, {"customer": "hospital"},
                  {"engineer": engineer}, {"month": month}, {}, {"q": "SÁN G"},
                  {"customer": "hospítal san-gabriel"}, {"q": folio.replace("-", "\u2013")},
                  {"serial": "ky4054 0117"}, {"q": cast.SERIAL.replace("-", "")}):  # fmt: skip
        assert len(found(back_office.see("/archive", params=asked))) == 1, asked
    for asked in ({"q": "SEI-1999"}, {"serial": "X"}, {"month": "2020-01"}, {"engineer": "x"}):
        assert "Nada coincide" in back_office.see("/archive", params=asked), asked


def test_a_month_lasts_until_its_last_midnight_in_the_office_s_zone(
    last_evening, back_office, closed
):
    this, next = f"{last_evening:%Y-%m}", f"{last_evening.astimezone(UTC):%Y-%m}"
    assert this != next
    offered = re.findall(r'<option value="(\d{4}-\d\d)"', back_office.see("/archive"))
    assert offered[0] == this
    assert len(found(back_office.see("/archive", params={"month": this}))) == 1
    assert found(back_office.see("/archive", params={"month": next})) == []


@pytest.mark.parametrize(
    "asked", [{"month": "x"}, {"seal": "x"}, {"offset": "999999999"}, {"q": "%"}, {"q": "\x00"}]
)
def test_a_strange_search_is_no_fault(back_office, closed, asked):
    back_office.see("/archive", params=asked)


def test_the_pdf_is_the_one_that_came(back_office, office, closed):
    [id] = found(back_office.see("/archive"))
    report = office.fields(closed)["finalised"]["report"]
    received = office.context.blobs.read(report)
    assert office.fields(closed)["folio"] in back_office.see(f"/archive/{id}")
    answer = back_office.get(f"/archive/{id}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.content.startswith(received)
    taken = back_office.get(f"/archive/{id}/pdf?download=1")
    assert "attachment" in taken.headers["content-disposition"]


def test_one_or_many_are_taken_away_with_a_list(back_office, office, closed):
    [id] = found(back_office.see("/archive"))
    folio = office.fields(closed)["folio"]
    with ZipFile(BytesIO(back_office.get("/archive/zip", params={"id": id}).content)) as packed:
        assert f"reports/{folio}.pdf" in packed.namelist()
        assert "manifest.csv" in packed.namelist()
    month = f"{office.clock().astimezone(office.context.calendar.zone):%Y-%m}"
    with ZipFile(BytesIO(back_office.get(f"/archive/month/{month}").content)) as packed:
        assert f"reports/{folio}.pdf" in packed.namelist()
    assert back_office.get("/archive/month/2026-13").status_code == 404


def test_nothing_marked_is_told(back_office):
    answer = back_office.get("/archive/zip")
    assert answer.status_code == 303
    assert "Marque primero" in back_office.see(answer.headers["location"])


def test_integrity_is_verified_and_a_changed_file_is_named(back_office, office, closed):
    assert "El archivo está íntegro" in back_office.see("/archive/check")
    report = office.fields(closed)["finalised"]["report"]
    [kept] = [p for p in office.settings.data.rglob(f"*{report}*") if p.is_file()]
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b" ")
    assert "Diferencias encontradas" in back_office.see("/archive/check")


def test_a_damaged_file_is_said_plainly_and_not_handed_out(back_office, office, closed):
    report = office.fields(closed)["finalised"]["report"]
    [kept] = [p for p in office.settings.data.rglob(f"*{report}*") if p.is_file()]
    kept.unlink()
    answer = back_office.get(f"/files/{report}")
    assert answer.status_code == 500
    assert "Este archivo no se puede entregar" in answer.text


def test_the_ticket_leads_to_its_archived_report(supervisor, closed):
    page = supervisor.see(f"/tickets/{closed}")
    for words in ("Cerrado", "Completa: no falta nada", "Firma válida", "Ver PDF",
                  "El cliente firmó de conformidad", "Marta Ibáñez"):  # fmt: skip
        assert words in page, words
    assert '<svg class="signature"' in page
    assert "do/" not in page.split("<main")[1]


def test_it_says_until_when_it_is_kept_and_that_the_customer_has_it(back_office, office, closed):
    [id] = found(back_office.see("/archive"))
    page = back_office.see(f"/archive/{id}")
    assert "Se conserva al menos hasta" in page
    assert str(office.clock().astimezone(office.context.calendar.zone).year + 10) in page
    assert "Correo al cliente" in page


@pytest.mark.parametrize("role", ["back_office", "administrator"])
def test_a_hold_is_set_and_lifted_with_its_reasons(browse, closed, role):
    somebody = browse(role)
    [id] = found(somebody.see("/archive"))
    page = somebody.done(f"/archive/{id}/hold", reason="  ")
    assert "Falta el motivo" in page
    page = somebody.done(f"/archive/{id}/hold", reason="Juicio 12/2026", customer="1")
    assert "Todo lo de este cliente está retenido" in page
    assert "Juicio 12/2026" in page
    [hold] = re.findall(r"/hold/([\w-]+)/lift", page)
    page = somebody.done(f"/archive/{id}/hold/{hold}/lift", reason="Sentencia firme")
    assert "Estuvo retenido" in page
    assert "Sentencia firme" in page
    again = somebody.done(f"/archive/{id}/hold/{hold}/lift", reason="otra")
    assert "ya estaba levantada" in again
    assert somebody.submit(f"/archive/{id}/hold/nothing/lift", reason="x").status_code == 404


def test_the_supervisor_reads_the_hold_and_cannot_set_it(supervisor, closed):
    [id] = found(supervisor.see("/archive"))
    assert "Retener por motivo legal" not in supervisor.see(f"/archive/{id}")
    assert supervisor.submit(f"/archive/{id}/hold", reason="x").status_code == 403


def test_all_of_a_customer_is_taken_away_and_the_administrator_sees_by_whom(
    back_office, browse, office, closed
):
    [id] = found(back_office.see("/archive"))
    answer = back_office.submit(f"/archive/{id}/customer")
    assert answer.headers["content-type"] == "application/zip"
    folio = office.fields(closed)["folio"]
    with ZipFile(BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert f"tickets/{folio}/ticket.json" in packed.namelist()
    back_office.done(f"/archive/{id}/hold", reason="Auditoría")
    noted = browse("administrator").see("/access")
    for words in (cast.CUSTOMER, office.user(Role.BACK_OFFICE).name):
        assert words in noted
