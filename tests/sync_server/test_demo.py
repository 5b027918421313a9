"""The demo organisation stands as its stories say, by operations that really happened."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.time.calendar import business_time_between
from sync_server import demo
from sync_server.assembly import assemble
from sync_server.database.tables import ticket
from sync_server.identity import passwords, users
from sync_server.records import organisation, records
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings
from sync_server.tickets import operation_log

NOW = datetime(2026, 3, 11, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApplicationContext]:
    folder: Path = tmp_path_factory.mktemp("demo")
    office = assemble(Settings(data=folder), lambda: NOW)
    assert demo.seed(office, NOW)
    yield office
    office.close()


def test_every_ticket_is_where_its_story_left_it(office: ApplicationContext):
    with office.database.reading() as tx:
        rows = tx.rows(select(ticket).order_by(ticket.c.folio))
    assert [row.folio for row in rows] == [f"SEI-2026-{number:06d}" for number in range(101, 111)]
    assert [row.state for row in rows] == [story["state"] for story in demo.read("tickets")]


def test_on_the_last_evening_of_a_year_folios_are_still_of_that_year(tmp_path: Path):
    evening = datetime(2027, 1, 1, 3, tzinfo=UTC)  # in the office it is nine on 31 December
    office = assemble(Settings(data=tmp_path), lambda: evening)
    assert demo.seed(office, evening)
    with office.database.reading() as tx:
        folios = tx.scalars(select(ticket.c.folio).order_by(ticket.c.folio))
        past = [
            one["folio"]
            for asset in records.all_of(tx, "asset")
            for one in asset.doc.get("history", ())
        ]
    office.close()
    assert folios == [f"SEI-2026-{number:06d}" for number in range(101, 111)]
    assert {folio[:9] for folio in past} == {"SEI-2026-"}


def test_every_operation_happened_in_order_and_before_now(office: ApplicationContext):
    with office.database.reading() as tx:
        for id in tx.scalars(select(ticket.c.id)):
            history = operation_log.history(tx, id)
            assert operation_log.broken_at(tx, id) is None
            assert {row.outcome for row in history} == {"applied"}
            times = [row.captured_at for row in history]
            assert times == sorted(times)
            assert times[-1] <= NOW


def test_clocks_still_mean_something(office: ApplicationContext):
    with office.database.reading() as tx:
        rows = {row.folio[-3:]: row for row in tx.rows(select(ticket))}
    assert rows["101"].due_resolution > NOW
    assert rows["106"].due_resolution > NOW
    assert business_time_between(rows["110"].created_at, NOW, office.calendar).seconds == 25 * 60


def test_everybody_may_sign_in_and_engineers_have_a_van(office: ApplicationContext):
    with office.database.reading() as tx:
        for person in demo.people():
            user = users.by_email(tx, person["email"])
            assert user is not None
            assert passwords.matches(user.password_hash, demo.PASSWORD)
            stocked = records.get(tx, "stock", user.id) is not None
            assert stocked == (person["role"] == "engineer")


def test_the_demo_begins_with_the_pack_of_managed_print(office: ApplicationContext):
    with office.database.reading() as tx:
        held = {id: records.get(tx, "catalogue", id) for id in ("root_causes", "parts")}
        answers = records.all_of(tx, "answer")
        said = organisation.known(tx)
    causes, parts = (stored.doc["items"] for stored in held.values() if stored is not None)
    assert (len(causes), len(parts), len(answers)) == (35, 22, 6)
    assert {p["code"] for p in parts if p["special"]} == {
        "REF-LSU", "REF-LVPS", "REF-HVPS", "REF-PCB-MAIN", "REF-PANEL",
    }  # fmt: skip
    assert said["meters"] is True
    assert "contador" in said["consent"]["es"]


def test_an_office_with_people_is_left_as_it_is(office: ApplicationContext):
    assert not demo.seed(office, NOW)
