"""An office that is there is migrated: every name folded, batch after batch, ended tickets too."""

from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from sync_server.database.migrations import migrate
from sync_server.database.open import open_database

SITES = 1_100
"""More than two batches."""
AT = "2026-03-09T15:00:00.000000Z"


def insert(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({places})'), values)


def of_before(connection: Connection) -> None:
    """Rows as they were written before names were folded."""
    for number in range(SITES):
        insert(connection, "record", record="site", id=f"s-{number:05}", rev=1, doc="{}",
               label=f"Óptica {number}", updated_at=AT)  # fmt: skip
    insert(connection, "record", record="asset", id="a-1", rev=1, doc="{}", label="CNX-4471",
           updated_at=AT)  # fmt: skip
    insert(connection, "user", id="u-1", email="a@example.com", name="Ángel", role="engineer",
           created_at=AT)  # fmt: skip
    for id, doc in (("t-1", '{"requester": {"contact": "55 5550 0101"}}'), ("t-2", "damaged")):
        insert(connection, "ticket", id=id, rev=1, doc=doc, entries="{}", written="{}",
               folio=f"SEI-2026-{id}", state="closed", priority="", channel="", nature="", type="",
               serial="CNX-4471", search="óptica", created_at=AT, updated_at=AT)  # fmt: skip
    insert(connection, "archive", id="r-1", ticket="t-1", version=1, folio="SEI-2026-000101",
           serial="CNX-4471", customer_name="Óptica", record_digest="", record="{}", rev=1,
           closed_at=AT, archived_at=AT)  # fmt: skip


def test_names_of_an_office_that_is_there_are_folded(database: str):
    office = open_database(database)
    engine = office.migrating()
    migrate(engine, "0005")
    with engine.begin() as connection:
        of_before(connection)
    migrate(engine)
    with engine.begin() as connection:

        def asked(query: str) -> list[Any]:
            return [tuple(row) for row in connection.execute(text(query))]

        assert asked("SELECT count(*) FROM record WHERE folded LIKE 'optica %'") == [(SITES,)]
        assert asked("SELECT folded FROM record WHERE id = 'a-1'") == [("cnx4471",)]
        assert asked('SELECT folded FROM "user"') == [("angel",)]
        assert asked("SELECT search FROM ticket ORDER BY id") == [
            ("optica sei 2026 t 1 cnx 4471 55 5550 0101 sei2026t1 cnx4471 5555500101 101",),
            ("optica sei 2026 t 2 cnx 4471 sei2026t2 cnx4471",),
        ]
        assert asked("SELECT folio, serial, customer FROM archive_words") == [
            ("sei2026000101", "cnx4471", "optica"),
        ]  # fmt: skip
    with pytest.raises(DBAPIError, match="immutable"), engine.begin() as connection:
        connection.execute(text("UPDATE ticket SET search = ''"))
    office.close()
