"""The path that Folio exists for, in nine steps, in a real browser, the office switched off."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shared.operations.digest import canonical, report_record, sign_off_holds
from shared.operations.merge import Versioned
from shared.report.shown import shown_digest
from shared.ticket.ticket import Ticket
from shared.time.timestamps import instant
from sync_server import demo
from sync_server.assembly import assemble
from sync_server.tickets import store
from tests.browser.conftest import TABLET, Opener, TabletApp
from tests.browser.office_process import OfficeProcess
from tests.browser.tablet_page import TabletPage
from tests.pictures import photo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

SUPERVISOR, BACK_OFFICE, ENGINEER = (
    "sofia.rivas@example.com", "beatriz.olmos@example.com", "luis.cano@example.com"
)  # fmt: skip
SERIAL = "DEMO-RIC3000-0443"
DIAGNOSIS = "Rodillos de la bandeja 2 vidriados: patinan y atoran el papel cada 30 hojas."
SOLUTION = "Se cambió el kit de rodillos y se probaron 60 hojas sin atasco."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[OfficeProcess]:
    """The demo organisation, served by `folio serve`."""
    house = OfficeProcess(tmp_path / "office").found().start()
    yield house
    house.stop()


@pytest.fixture
def console(browser: Browser, house: OfficeProcess) -> Iterator[Callable[[str], Page]]:
    """The console in a browser context of its own, signed in with a password."""
    contexts: list[BrowserContext] = []

    def signed_in(email: str) -> Page:
        contexts.append(browser.new_context(locale="es-MX", accept_downloads=True))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{house.url}/sign-in")
        page.get_by_label("Correo").fill(email)
        page.get_by_label("Contraseña").fill(demo.PASSWORD)
        page.locator("form[action='/sign-in'] button").click()
        expect(page).not_to_have_url(f"{house.url}/sign-in")
        return page

    yield signed_in
    for context in contexts:
        context.close()


def test_a_ticket_from_the_assignment_to_the_archive(
    house: OfficeProcess,
    console: Callable[[str], Page],
    tablet_app: TabletApp,
    open_tablet_page: Opener,
    tmp_path: Path,
):
    folio = newest_folio(house)
    supervisor = console(SUPERVISOR)
    assign(supervisor, house, folio)  # 1
    code = enrolment_code(supervisor, house)

    tablet = open_tablet_page(tablet_app, TABLET)  # 2
    tablet.enrol(house.url, code)
    tablet.see(f"ticket-{folio}")
    assert on_the_tablet(tablet_app) == assigned(house)

    house.stop()
    picked = work_offline(tablet, folio, tmp_path)  # 3
    tablet_app.kill()
    tablet_app.start()
    tablet.open()
    tablet.enter_pin()
    tablet.type("search", folio)
    tablet.tap(f"ticket-{folio}")
    sign(tablet)  # 4
    voided_by_an_edit(tablet)
    sign(tablet)
    tablet.enter_pin()
    report = tablet.download("report-save").read_bytes()  # 5
    assert report.startswith(b"%PDF")
    tablet.tap("finalise")  # 6
    tablet.read("Finalizado")

    house.start()  # 7
    watching = ticket_page(supervisor, house, folio)
    tablet.tap("place-sync")
    tablet.tap("retry")
    tablet.strip_says("Sincronizado", patience=90_000)

    expect(watching.locator(".ticket-head")).to_contain_text("Cerrado", timeout=60_000)  # 8
    expect(watching.locator(".photos img")).to_have_count(3)
    expect(watching.locator("svg.signature")).to_be_visible()
    expect(watching.locator(".log")).to_contain_text("Luis Cano")
    archived = found_by_the_back_office(console(BACK_OFFICE), house, folio, tmp_path)

    merged = the_office_s(house, folio)
    carried = attached(archived, "record.json")
    shown = json.loads(carried)["shown"]
    assert carried == canonical(report_record(merged.record, shown=shown))
    assert shown_digest(shown) == merged.record.fields["sign_off"]["shown"]
    assert sign_off_holds(merged.record)
    assert sorted(photos_in(archived)) == sorted(sha256(data).hexdigest() for data in picked)
    assert archived.read_bytes().startswith(report)
    said = house.folio("verify", str(archived))
    assert (said.returncode, said.stdout.splitlines()[0]) == (0, "Auténtico"), said.stdout

    refused_by_the_database(house, merged.record.id)  # 9
    late = push_late(house, merged.record.id)
    assert late == ["late", "parked"]
    supervisor.goto(f"{house.url}/late")
    expect(supervisor.locator("main")).to_contain_text(folio)
    assert the_office_s(house, folio).record == merged.record


# 1, 2


def newest_folio(house: OfficeProcess) -> str:
    """The classified ticket of the demo that waits for an engineer."""
    office = assemble(house.settings)
    try:
        with office.database.reading() as tx:
            row = tx.connection.exec_driver_sql(
                "SELECT folio FROM ticket WHERE serial = ?", (SERIAL,)
            ).one()
    finally:
        office.close()
    return str(row.folio)


def assign(page: Page, house: OfficeProcess, folio: str) -> None:
    ticket_page(page, house, folio)
    act = page.locator("form[action$='/do/assign']")
    if not act.is_visible():
        page.locator("summary", has_text="Asignar").click()
    act.locator("select").select_option(label="Luis Cano")
    act.locator("button").click()
    expect(page.locator(".ticket-head")).to_contain_text("Asignado")


def enrolment_code(page: Page, house: OfficeProcess) -> str:
    page.goto(f"{house.url}/devices")
    form = page.locator("form[action='/devices/enrol']")
    option = form.locator("option", has_text="Luis Cano")
    form.locator("select").select_option(value=option.get_attribute("value"))
    form.locator("button").click()
    expect(page.locator(".qr svg")).to_be_visible()
    return page.locator("#code").inner_text().strip()


def assigned(house: OfficeProcess) -> set[str]:
    """The ids of the engineer's open tickets, as the office has them."""
    with sqlite3.connect(house.data / "folio.db") as db:
        rows = db.execute(
            "SELECT ticket.id FROM ticket JOIN user ON user.id = ticket.assignee WHERE email = ?",
            (ENGINEER,),
        )
        return {id for (id,) in rows}


def on_the_tablet(app: TabletApp) -> set[str]:
    """The ids of the tickets in the tablet's own database."""
    [file] = [path for path in app.folder.rglob("*.db") if "tablet" in path.name or has_base(path)]
    with sqlite3.connect(file) as db:
        return {id for (id,) in db.execute("SELECT id FROM base WHERE record = 'ticket'")}


def has_base(path: Path) -> bool:
    with sqlite3.connect(path) as db:
        return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'base'").fetchone())


# 3–6


def work_offline(tablet: TabletPage, folio: str, folder: Path) -> list[bytes]:
    """Everything but the signature; the bytes of the photos that were picked."""
    picked = [photo(number) for number in (11, 12, 13)]
    files = [folder / f"photo-{number}.jpg" for number in range(3)]
    for file, data in zip(files, picked, strict=True):
        file.write_bytes(data)
    tablet.tap(f"ticket-{folio}")
    tablet.tap("contact-in_person")
    tablet.tap("arrive")
    tablet.strip_says("Sin señal", patience=60_000)
    tablet.tap("serial-same")
    tablet.type("meter-total", "140050")
    tablet.type("meter-bw", "109040")
    tablet.tap("history-reviewed")
    tablet.type("diagnosis", DIAGNOSIS)
    tablet.tap("family-ALI")
    tablet.tap("cause-CR-ALI-01")
    tablet.tap("next")
    tablet.tap("action-0")
    tablet.type("solution", SOLUTION)
    tablet.tap("next")
    for kind, number, file in (("before", 1, files[0]), ("after", 1, files[1])):
        tablet.pick(f"pick-{kind}", [file])
        tablet.see(f"photo-{kind}-{number}-remove")
    tablet.pick("pick-after", [files[2]])
    tablet.see("photo-after-2-remove")
    tablet.tap("next")
    tablet.tap("test-passed")
    tablet.tap("classification-FC01")
    tablet.tap("review")
    tablet.tap("hours-accept")
    tablet.gone("hours-accept")
    return picked


def sign(tablet: TabletPage) -> None:
    """From the review to the customer's thanks."""
    if not tablet.sees("have-read"):
        if not tablet.sees("handover"):
            tablet.tap("step-review")
        tablet.see("handover")
        assert tablet.enabled("handover"), tablet.words()
        tablet.tap("handover")
    tablet.read_to_the_end()
    tablet.tap("have-read")
    tablet.tap("outcome-conformity")
    tablet.tap("name-requester")
    tablet.tap("position-area")
    tablet.tap("rating-5")
    tablet.sign()
    tablet.tap("accept")
    tablet.read("Gracias")


def voided_by_an_edit(tablet: TabletPage) -> None:
    """The engineer adds something: the tablet says that the signature no longer counts."""
    tablet.enter_pin()
    tablet.tap("step-work")
    tablet.type("solution", f"{SOLUTION} Se limpió la bandeja.")
    tablet.tap("step-review")
    tablet.read("El informe cambió. La firma anterior ya no es válida.")


# 8


def ticket_page(page: Page, house: OfficeProcess, folio: str) -> Page:
    page.goto(f"{house.url}/tickets?q={folio}")
    page.get_by_role("link", name=folio).first.click()
    expect(page.locator("h1")).to_have_text(folio)
    return page


def found_by_the_back_office(page: Page, house: OfficeProcess, folio: str, folder: Path) -> Path:
    """By folio, serial, customer and month; the sealed file as it was downloaded."""
    closed = instant(the_office_s(house, folio).record.fields["closed_at"])
    month = f"{closed.astimezone(ZoneInfo(house.settings.zone)):%Y-%m}"
    for query in (f"q={folio}", f"serial={SERIAL}", "customer=Notar", f"month={month}"):
        page.goto(f"{house.url}/archive?{query}")
        expect(page.get_by_role("link", name=folio)).to_be_visible()
    page.get_by_role("link", name=folio).click()
    expect(page.locator("main")).to_contain_text("Sellado", timeout=30_000)
    with page.expect_download() as download:
        page.locator("a[href*='/pdf?download=1']").first.click()
    kept = folder / "archived.pdf"
    download.value.save_as(kept)
    return kept


def the_office_s(house: OfficeProcess, folio: str) -> Versioned:
    office = assemble(house.settings)
    try:
        with office.database.reading() as tx:
            found = store.by_folio(tx, folio)
    finally:
        office.close()
    assert found is not None
    assert Ticket.of(found.record).is_terminal
    return found


def attached(pdf: Path, name: str) -> bytes:
    with pikepdf.open(pdf) as opened:
        return bytes(opened.attachments[name].get_file().read_bytes())


def photos_in(pdf: Path) -> set[str]:
    """The hashes of the JPEG streams that the pages show."""
    with pikepdf.open(BytesIO(pdf.read_bytes())) as opened:
        return {
            sha256(thing.read_raw_bytes()).hexdigest()
            for thing in opened.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == "/DCTDecode"
        }


# 9


def refused_by_the_database(house: OfficeProcess, id: str) -> None:
    with sqlite3.connect(house.data / "folio.db") as db:
        for change in (
            "UPDATE ticket SET doc = '{}' WHERE id = ?",
            "DELETE FROM ticket WHERE id = ?",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(change, (id,))


def push_late(house: OfficeProcess, ticket: str) -> list[str]:
    """Another tablet of the engineer still had an action and an edit; what became of them."""
    code = house.folio("enrol", ENGINEER).stdout.strip().splitlines()[-1]
    with httpx.Client(base_url=house.url, timeout=30) as line:
        device = {"name": "otra", "platform": "test", "app_version": "0"}
        enrolled = line.post("/api/v1/enrol", json={"code": code, "device": device}).json()
        common: dict[str, Any] = {
            "ticket": ticket, "schema": 1, "base_rev": 1,
            "captured_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        entry = {"id": "late-action-1", "text": "Se revisó también la bandeja 3"}
        ops = [
            {**common, "n": 1, "op_id": "late-1", "kind": "append",
             "body": {"collection": "actions", "entry": entry}},
            {**common, "n": 2, "op_id": "late-2", "kind": "set",
             "body": {"fields": {"diagnosis": "Otra cosa"}}},
        ]  # fmt: skip
        answer = line.post(
            "/api/v1/sync/push",
            json={"device_id": enrolled["device_id"], "ops": ops},
            headers={"Authorization": f"Bearer {enrolled['token']}"},
        )
    return [result["outcome"] for result in answer.json()["results"]]
