"""The list of the first day ticks itself off."""

import re

from sync_server.records import records
from sync_server.registers import packs
from tests.office import RunningOffice
from tests.sync_server.console.browser import Browser


def left(browser) -> set[str]:
    """What is left, by the page that it leads to."""
    page = browser.see("/first-day")
    rows = page.split("<tbody>")[1].split("<tr>")[1:]
    return {re.findall(r'href="([^"]+)"', row)[0] for row in rows if "chip warn" in row}


def test_what_is_there_is_ticked_and_an_empty_catalogue_is_said(tmp_path):
    office = RunningOffice(tmp_path / "office").start()
    try:
        with Browser(office).enter(office.user("administrator")) as browser:
            assert "el ingeniero escribe la causa con sus palabras" in browser.see("/first-day")
            everything = left(browser)
            assert {"/registers/root-causes", "/people", "/devices", "/tickets/new"} <= everything
            now = office.clock()
            office.do(lambda tx: packs.put(tx, office.context, "general", now))
            office.user("engineer")
            office.do(lambda tx: records.put(tx, "customer", "c", {"name": "Torre Norte"}, now))
            office.ticket(customer="c", site=None, asset=None)
            done = everything - left(browser)
            assert done == {"/registers/root-causes", "/registers/classifications",
                            "/registers/parts", "/people", "/registers/customers",
                            "/tickets/new"}  # fmt: skip
    finally:
        office.stop()


def test_only_an_administrator_has_it(office, browse):
    assert browse("supervisor").get("/first-day").status_code == 403
    assert "/first-day" in browse("administrator").see("/registers")
