"""The queue of reports that differ: both texts, and a person who decides."""

import pytest

from tests.raw_tablet import RawTablet
from tests.sync_server.differing import LIE, reported
from tests.sync_server.visit import Visit


@pytest.fixture
def waiting(office):
    """A ticket whose report prints a charge that is in no record."""
    tablet = RawTablet(office)
    visit = reported(Visit(tablet, office.ticket()).work().sign())
    visit.push()
    visit.upload()
    yield visit
    tablet.close()


def test_it_shows_what_the_record_and_what_the_pages_say(browse, office, waiting):
    page = browse("supervisor").see("/differing")
    row = page.split("<tbody>", 1)[1].split("</tbody>")[0]
    assert LIE in row
    assert "Nada" in row
    assert office.fields(waiting.ticket)["folio"] in page
    assert "Informes que difieren" in browse("manager").see("/")
    assert LIE in browse("call_centre").see(f"/tickets/{waiting.ticket}")


def test_accepted_from_the_queue_it_closes(browse, office, waiting):
    page = browse("supervisor").done(
        f"/tickets/{waiting.ticket}/do/accept_report", report=waiting.pdf, reason="Es de otra orden"
    )
    assert "Informe aceptado" in page
    assert office.fields(waiting.ticket)["state"] == "closed"
    assert "Es de otra orden" in page
    assert "Ningún informe por revisar" in browse("supervisor").see("/differing")


def test_sent_back_from_the_page_of_the_ticket_it_is_work_again(browse, office, waiting):
    path = f"/tickets/{waiting.ticket}/do/return_report"
    page = browse("manager").done(path, report=waiting.pdf, reason="Cobra algo que nadie firmó")
    assert "Informe devuelto" in page
    assert office.fields(waiting.ticket)["state"] == "in_analysis"


def test_a_decision_asks_for_its_reason(browse, waiting):
    path = f"/tickets/{waiting.ticket}/do/accept_report"
    assert browse("supervisor").submit(path, report=waiting.pdf, reason=" ").status_code == 422


def test_the_call_centre_sees_it_and_does_not_decide(browse, office, waiting):
    page = browse("call_centre").see("/differing")
    assert LIE in page
    assert "accept_report" not in page
    browse("call_centre").submit(
        f"/tickets/{waiting.ticket}/do/accept_report", report=waiting.pdf, reason="x"
    )
    assert office.fields(waiting.ticket)["state"] == "customer_validation"
