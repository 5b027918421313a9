"""What a tablet could not show is named at the console, for as long as it cannot be shown."""

import pytest

from sync_server.records import records
from tests import cast
from tests.raw_tablet import RawTablet

WHY = "ticket.meter.total is not a number"


@pytest.fixture
def tablet(office):
    """A tablet of the contract."""
    opened = RawTablet(office)
    yield opened
    opened.close()


def rev(office, record, id):
    return office.ask(lambda tx: records.get(tx, record, id)).rev


def cannot_show(tablet, record, id, rev, why=WHY):
    """The tablet says so with its greeting."""
    tablet.hello(unreadable=[{"record": record, "id": id, "rev": rev, "why": why}])


def test_the_administrator_reads_which_since_when_and_what_to_do(browse, office, tablet):
    ticket = office.ticket()
    cannot_show(tablet, "ticket", ticket, office.record(ticket).record.rev)
    page = browse("administrator").see("/unreadable")
    assert WHY in page
    assert f'href="/tickets/{ticket}"' in page
    assert f"revisión {office.record(ticket).record.rev}" in page
    assert "Abra el ticket y corrija el dato que se nombra" in page
    assert office.user().name in page


def test_it_is_gone_with_the_next_revision_whichever_record_it_is(browse, office, tablet):
    ticket = office.ticket()
    cannot_show(tablet, "ticket", ticket, office.record(ticket).record.rev)
    asset, customer = rev(office, "asset", cast.ASSET), rev(office, "customer", cast.CUSTOMER)
    cannot_show(tablet, "asset", cast.ASSET, asset, "asset.make is not text <b>")
    cannot_show(tablet, "customer", cast.CUSTOMER, customer - 1, "an earlier one")
    page = browse("administrator").see("/unreadable")
    assert "asset.make is not text <b>" in page
    assert "an earlier one" not in page
    office.sets(ticket, description="Otra vez")
    page = browse("administrator").see("/unreadable")
    assert WHY not in page
    assert "Equipo" in page


def test_a_kind_that_this_office_does_not_know_is_named_as_it_came(browse, tablet):
    cannot_show(tablet, "pack", cast.ASSET, 1)
    assert ">pack<" in browse("administrator").see("/unreadable")


def test_with_nothing_to_show_it_says_so(browse, office):
    assert "Todo se puede mostrar" in browse("administrator").see("/unreadable")
