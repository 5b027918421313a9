"""The office prints the report again out of its own record: a note beside it, never a refusal."""

import pytest
from sqlalchemy import select

from sync_server.blobs.store import named
from sync_server.database.tables import cross_rendering as table
from sync_server.records import records
from sync_server.reports import file_check
from sync_server.reports.pages_compared import How
from sync_server.sync import received_files
from tests import cast
from tests.sync_server.visit import Visit, finished


@pytest.fixture
def known(office):
    """An office whose tablets know it by its own address."""
    office.stop()
    return office.start(public_url=office.url)


def noted(office):
    [row] = office.ask(lambda tx: tx.rows(select(table)))
    return row


def photos_first(visit):
    """Words, photos, the report last."""
    ops = visit.push()
    names = sorted(visit.files, key=lambda name: name == visit.pdf)
    visit.upload(*names)
    return ops


def test_the_office_prints_the_same_bytes_as_the_tablet(known, enrol):
    visit = finished(enrol(), known.ticket())
    photos_first(visit)
    assert known.fields(visit.ticket)["state"] == "closed"
    assert (noted(known).same, noted(known).detail) == (True, "")
    assert noted(known).sha256 == visit.pdf


def test_yesterdays_catalogue_on_the_tablet_is_noted_and_no_refusal(known, enrol):
    visit = finished(enrol(), known.ticket(), format=1)
    doc = {**cast.RECORDS["customer", cast.CUSTOMER], "name": "Hospital San Gabriel, S. A."}
    known.do(lambda tx: records.put(tx, "customer", cast.CUSTOMER, doc, known.clock()))
    photos_first(visit)
    assert known.fields(visit.ticket)["state"] == "closed"
    assert not noted(known).same
    assert "prints otherwise from byte" in noted(known).detail


def test_what_was_frozen_prints_the_same_whatever_the_registers_say_by_now(known, enrol):
    visit = finished(enrol(), known.ticket())
    doc = {**cast.RECORDS["customer", cast.CUSTOMER], "name": "Hospital San Gabriel, S. A."}
    known.do(lambda tx: records.put(tx, "customer", cast.CUSTOMER, doc, known.clock()))
    photos_first(visit)
    assert known.fields(visit.ticket)["state"] == "closed"
    assert (noted(known).same, noted(known).detail) == (True, "")


@pytest.mark.slow
def test_a_report_that_comes_before_its_photos_is_compared_when_the_last_one_is_here(known, enrol):
    """The order in which a tablet sends: small files before large ones."""
    visit = finished(enrol(), known.ticket())
    visit.push()
    *photos, last = (name for name in visit.files if name != visit.pdf)
    visit.upload(visit.pdf, *photos)
    assert known.ask(lambda tx: tx.rows(select(table))) == []
    visit.upload(last)
    assert known.fields(visit.ticket)["state"] == "closed"
    assert (noted(known).sha256, noted(known).same) == (visit.pdf, True)


def loses(visit) -> str:
    """The tablet says that the bytes of the first photo are gone."""
    name: str = next(name for name in visit.files if name != getattr(visit, "pdf", ""))
    visit.does(visit.tablet.commands(visit.ticket, "bytes_lost", sha256=name, reason="gone"))
    return name


def accepted(known, visit, name: str) -> str:
    """The state of the ticket once a supervisor has accepted the loss."""
    known.command(visit.ticket, "accept_loss", sha256=name, reason="Basta la otra")
    state: str = known.fields(visit.ticket)["state"]
    return state


@pytest.mark.parametrize("format", [1, 2])
def test_a_photo_that_was_lost_is_no_reason_to_compare_nothing(known, enrol, format):
    """Said before the report was made, whose frame is empty then."""
    visit = Visit(enrol(), known.ticket(), format=format).work()
    name = loses(visit)
    del visit.files[name]
    visit.sign().report().finalise()
    photos_first(visit)
    assert (noted(known).how, noted(known).same) == (How.BYTES, True)
    assert accepted(known, visit, name) == "closed"


@pytest.mark.parametrize("format", [1, 2])
def test_a_photo_that_was_lost_since_stands_in_the_report_alone(known, enrol, format):
    visit = finished(enrol(), known.ticket(), format=format)
    name = loses(visit)
    del visit.files[name]
    photos_first(visit)
    assert (noted(known).how, noted(known).same) == (How.BYTES, True)
    assert accepted(known, visit, name) == "closed"


def test_what_cannot_be_printed_here_stops_nothing(known, enrol, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(file_check, "compare", broken)
    visit = finished(enrol(), known.ticket())
    photos_first(visit)
    assert known.fields(visit.ticket)["state"] == "closed"
    assert "ZeroDivisionError" in noted(known).detail


def test_a_pdf_that_no_ticket_names_is_not_compared(known):
    pdf = b"%PDF-1.7 not much of one"
    received_files.receive(known.context, named(pdf), "application/pdf", pdf, known.clock())
    assert known.ask(lambda tx: tx.rows(select(table))) == []
