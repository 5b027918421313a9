"""A rescue package at the console: with its passphrase, and all that can be wrong."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from shared.time.timestamps import wire_time
from sync_server.blobs.store import StoreDown
from sync_server.database.tables import access_log
from tests.office import RunningOffice
from tests.pictures import photo
from tests.rescue import PASSPHRASE, manifest, packed
from tests.sync_server.console.browser import said
from tests.tablet import RunningTablet


def bring(browser, package: bytes, passphrase: str = PASSPHRASE):
    file = ("tableta.rescue", BytesIO(package), "application/octet-stream")
    return browser.post("/devices/rescue", files={"file": file}, data={"passphrase": passphrase})


def packages_noted(office: RunningOffice) -> int:
    query = select(func.count()).where(access_log.c.action.like("rescue.%"))
    return int(office.ask(lambda tx: tx.scalar(query)))


@pytest.fixture
def package(office: RunningOffice, tablet: RunningTablet) -> bytes:
    """Of a note and a photo that the tablet could not send."""
    id = office.ticket()
    tablet.sync()
    tablet.session.append(id, "notes", text="Sin señal en el sótano")
    tablet.session.keep_photo(id, "after", photo(1))
    return tablet.session.rescue_package(PASSPHRASE)


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_a_package_is_taken_in_and_told(browse, office, tablet, package, role):
    page = said(bring(browse(role), package))
    assert "Paquete importado" in page
    assert "Tableta de pruebas" in page
    assert "Aplicadas 2" in page
    assert "Recibidos 2" in page
    again = said(bring(browse(role), package))
    assert "Ya estaban 2" in again
    assert "Aplicadas" not in again
    tablet.sync()
    assert tablet.queue.waiting == 0


def test_who_imported_is_among_the_access_notes(browse, office, tablet, package):
    bring(browse("supervisor"), package)
    assert packages_noted(office) == 2, "that it began, and what came of it"
    notes = browse("administrator").see("/access")
    assert "Importó un paquete de rescate" in notes
    assert office.user().name in notes


def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_taken(supervisor, office, package):
    wrong = {
        "no abre este paquete": (package, "otra frase cualquiera"),
        "no es un paquete de rescate": (photo(2), PASSPHRASE),
        "está cortado o alterado": (packed(manifest("d", "u"), [b"more"]), PASSPHRASE),
        "de otro servidor (https://folio.example.com)": (packed(manifest("d", "u")), PASSPHRASE),
        "versión más nueva": (b"FOLIO-RESCUE 7\n{}\n", PASSPHRASE),
    }
    for sentence, (file, passphrase) in wrong.items():
        answer = bring(supervisor, file, passphrase)
        assert answer.status_code == 422, said(answer)
        assert sentence in said(answer)
        assert passphrase not in answer.text
    assert supervisor.submit("/devices/rescue", passphrase=PASSPHRASE).status_code == 422
    assert packages_noted(office) == 0


def test_a_store_that_fails_on_the_way_is_said_and_it_goes_on(
    supervisor, office, package, monkeypatch
):
    def nobody(name: str, content: bytes) -> None:
        raise StoreDown("nobody answers")

    monkeypatch.setattr(office.context.blobs, "keep", nobody)
    answer = bring(supervisor, package)
    assert answer.status_code == 503
    assert "La importación se detuvo" in said(answer)
    assert "Aplicadas 2" in said(answer)
    monkeypatch.undo()
    assert "Recibidos 2" in said(bring(supervisor, package))


def test_what_was_damaged_and_who_has_left_is_told(supervisor, office):
    engineer = office.user("engineer", "Eva Paz")
    name = "0" * 64
    said_of_her = manifest("unknown-device", engineer.id, damaged=[name])
    assert name in said(bring(supervisor, packed(said_of_her)))


def test_a_package_is_larger_than_any_form(supervisor, office):
    large = [bytes(2_000_000)]
    whole = packed(manifest("unknown-device", office.user().id, files=large), large, chunk=1 << 20)
    assert "Recibidos 1" in said(bring(supervisor, whole))


def test_nobody_s_package_is_read_before_they_are_let_in(office, browse, package):
    assert bring(browse("engineer"), package).status_code == 403
    assert packages_noted(office) == 0


def test_a_passphrase_is_the_same_on_any_keyboard(supervisor, tablet, office):
    office.ticket()
    tablet.sync()
    package = tablet.session.rescue_package("cafe\u0301 con leche negro ")
    assert "Paquete importado" in said(bring(supervisor, package, " caf\u00e9 con leche negro"))


@pytest.mark.parametrize("role", ["supervisor", "manager", "administrator"])
def test_a_forged_package_does_what_an_engineer_may_and_no_more(supervisor, office, role):
    """Whoever knows somebody's id writes a package in their name: it moves no ticket."""
    boss, heir = office.user(role), office.user("engineer", "Nora Gil")
    ticket = office.ticket()
    before = office.fields(ticket)
    bodies = [{"name": "assign", "assignee": heir.id}, {"name": "escalate", "reason": "x"}]
    operations = [
        {"n": n, "op_id": office.context.new_id(), "ticket": ticket, "kind": "command",
         "schema": 1, "base_rev": 99, "captured_at": wire_time(office.clock()), "body": body}
        for n, body in enumerate(bodies, 1)
    ]  # fmt: skip
    forged = packed(manifest("unknown-device", boss.id, operations))
    answer = bring(supervisor, forged)
    assert answer.status_code == 200
    assert "Aplicadas" not in said(answer)
    assert {k: office.fields(ticket)[k] for k in ("assignee", "state")} == {
        k: before[k] for k in ("assignee", "state")
    }
