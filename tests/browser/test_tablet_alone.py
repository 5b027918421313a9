"""The tablet in a real browser before a real office: a visit without a signal, then sending."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.ticket.ticket import State
from sync_server.records import records
from tests import cast
from tests.browser.conftest import PHONE, Opener, TabletApp
from tests.browser.tablet_page import TabletPage
from tests.office import RunningOffice
from tests.pictures import photo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DIAGNOSIS = "El calefactor del fusor está abierto; vida útil agotada al 118 %."


def pictures(folder: Path, *names: str) -> Sequence[Path]:
    """A JPEG for each name."""
    paths = [folder / f"{name}.jpg" for name in names]
    for number, path in enumerate(paths):
        path.write_bytes(photo(number))
    return paths


def visit(page: TabletPage, label: str, photos: Path) -> None:
    """From Mi día to the customer's signature, the shortest way."""
    before, after, another = pictures(photos, "before", "after", "another")
    page.tap(f"ticket-{label}")
    page.tap("contact-in_person")
    page.tap("arrive")
    page.tap("serial-same")
    page.type("meter-total", "284342")
    page.tap("history-reviewed")
    page.see("screen-diagnosis")
    page.type("diagnosis", DIAGNOSIS)
    page.tap("family-FUS")
    page.tap("cause-CR-FUS-01")
    page.tap("next")
    page.tap("action-0")
    page.tap("solution-proposed")
    page.tap("next")
    page.pick("pick-before", [before])
    page.see("photo-before-1-remove")
    page.pick("pick-after", [after])
    page.see("photo-after-1-remove")
    page.pick("pick-after", [another])
    page.see("photo-after-2-remove")
    page.tap("next")
    page.tap("test-passed")
    page.tap("classification-FC01")
    page.tap("review")
    page.tap("hours-accept")
    page.tap("handover")
    page.read_to_the_end()
    page.tap("have-read")
    page.tap("outcome-conformity")
    page.tap("name-requester")
    page.tap("position-area")
    page.sign()
    page.tap("accept")
    page.read("Gracias")


def test_a_visit_without_a_signal_within_thirty_taps(
    office: RunningOffice, tablet_page: TabletPage, tmp_path: Path
):
    ticket = office.ticket(asset=mono_asset(office))
    tablet_page.enrol(office.url, office.code())
    label = str(office.fields(ticket)["folio"])
    tablet_page.see(f"ticket-{label}")
    office.stop()
    tablet_page.taps = tablet_page.texts = 0
    visit(tablet_page, label, tmp_path)
    taps, texts = tablet_page.taps, tablet_page.texts
    assert taps <= 30, f"{taps} taps"
    assert texts <= 2, f"{texts} texts"

    tablet_page.enter_pin()
    tablet_page.tap("finalise")
    tablet_page.read("Finalizado")
    office.start()
    tablet_page.tap("place-sync")
    tablet_page.tap("retry")
    tablet_page.strip_says("Sincronizado", patience=60_000)
    assert office.fields(ticket)["state"] == State.CLOSED


def mono_asset(office: RunningOffice) -> str:
    """A machine that counts in one figure, as the tap budget takes it."""
    doc = {**cast.RECORDS["asset", cast.ASSET], "colour": False, "meter": {"total": 284310}}
    office.do(lambda tx: records.put(tx, "asset", "asset-mono", doc, office.clock()))
    return "asset-mono"


def test_what_was_typed_is_there_after_the_battery_was_pulled_out(
    office: RunningOffice, tablet_app: TabletApp, open_tablet_page: Opener
):
    ticket = office.ticket()
    page = open_tablet_page(tablet_app, PHONE)
    page.enrol(office.url, office.code())
    label = str(office.fields(ticket)["folio"])
    page.tap(f"ticket-{label}")
    page.tap("step-diagnosis")
    page.type("diagnosis", DIAGNOSIS)
    page.read("Guardado en la tableta")
    tablet_app.kill()
    tablet_app.start()
    page.open()
    page.enter_pin()
    page.tap(f"ticket-{label}")
    page.tap("step-diagnosis")
    page.holds("diagnosis", DIAGNOSIS)
