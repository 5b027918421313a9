"""Reports whose words the registers say otherwise: told where a person sees it, and put aside."""

import pytest

from sync_server.records import records
from tests import cast
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished

NOW = "Clínica 9700"
WAS = cast.RECORDS["customer", cast.CUSTOMER]["name"]


@pytest.fixture
def told(office):
    """A closed ticket whose customer was renamed while its tablet had no signal."""
    tablet = RawTablet(office)
    visit = finished(tablet, office.ticket())
    doc = {**office.known("customer", cast.CUSTOMER), "name": NOW}
    office.do(lambda tx: records.put(tx, "customer", cast.CUSTOMER, doc, office.clock()))
    visit.push()
    visit.upload()
    yield visit
    tablet.close()


def both(page: str) -> bool:
    """Whether the page has a row with the register's text and the report's."""
    rows = page.split("<tbody>")[1:]
    return any(NOW in row and WAS in row for row in rows)


def test_both_texts_stand_on_the_page_of_the_ticket_and_in_a_list(browse, office, told):
    assert office.fields(told.ticket)["state"] == "closed"
    page = browse("supervisor").see("/wording")
    assert both(page)
    assert office.fields(told.ticket)["folio"] in page
    assert both(browse("call_centre").see(f"/tickets/{told.ticket}"))
    assert "Marcar como revisado" not in browse("call_centre").see("/wording")
    assert "Ningún informe por revisar" in browse("supervisor").see("/differing")


def test_seen_it_leaves_the_list_and_the_ticket_says_by_whom(browse, told):
    page = browse("supervisor").done(f"/wording/{told.pdf}/seen", ticket=told.ticket)
    assert both(page)
    assert "Lo revisó" in page
    assert "Marcar como revisado" not in page
    assert "Nada que revisar en los registros" in browse("manager").see("/wording")


def test_the_call_centre_cannot_put_it_aside(browse, told):
    assert browse("call_centre").submit(f"/wording/{told.pdf}/seen").status_code == 403
    assert "Marcar como revisado" in browse("supervisor").see("/wording")
