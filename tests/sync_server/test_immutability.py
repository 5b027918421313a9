"""What has ended stays as it was: the database itself refuses. PROCESS.md, States."""

import pytest
from sqlalchemy import Executable, delete, update
from sqlalchemy.exc import DBAPIError

from shared.ticket.people import Role
from sync_server.database.tables import archive, operation, ticket
from sync_server.tickets.operation_log import broken_at
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished


@pytest.fixture
def closed(office: RunningOffice, tablet: RawTablet) -> str:
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    assert office.fields(visit.ticket)["state"] == "closed"
    return visit.ticket


def refuses(office: RunningOffice, statement: Executable) -> None:
    with pytest.raises(DBAPIError, match="immutable"):
        office.do(lambda tx: tx.execute(statement))


def test_a_closed_ticket_cannot_be_changed_or_deleted(office: RunningOffice, closed: str):
    mine = ticket.c.id == closed
    refuses(office, update(ticket).where(mine).values(priority="low"))
    refuses(office, update(ticket).where(mine).values(state="in_analysis"))
    refuses(office, delete(ticket).where(mine))


def test_neither_the_log_nor_the_archive_can_be_changed(office: RunningOffice, closed: str):
    for table in (operation, archive):
        refuses(office, update(table).values(ticket="another"))
        refuses(office, delete(table))


def test_merged_and_referred_tickets_are_as_closed_as_closed_ones(office: RunningOffice):
    main = office.fields(office.ticket(assignee=None))["folio"]
    for name, body in (("merge_into", {"folio": main}), ("refer", {"reason": "Tóner"})):
        id = office.ticket(assignee=None)
        assert office.command(id, name, Role.SUPERVISOR, **body).outcome == "applied"
        refuses(office, update(ticket).where(ticket.c.id == id).values(priority="low"))
        assert office.sets(id, description="otra").outcome == "parked"


def test_an_open_ticket_may_be_changed(office: RunningOffice):
    id = office.ticket()
    office.do(lambda tx: tx.execute(update(ticket).where(ticket.c.id == id).values(search="x")))


def test_the_log_shows_where_somebody_got_past_the_triggers(office: RunningOffice, closed: str):
    def forge(tx):
        where = " ON operation" if tx.connection.dialect.name == "postgresql" else ""
        tx.connection.exec_driver_sql(f"DROP TRIGGER operation_no_update{where}")
        mine = (operation.c.ticket == closed, operation.c.position == 4)
        tx.execute(update(operation).where(*mine).values(user="somebody else"))

    assert office.ask(lambda tx: broken_at(tx, closed)) is None
    office.do(forge)
    assert office.ask(lambda tx: broken_at(tx, closed)) == 4
