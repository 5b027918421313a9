"""What 0.1.0 archived and registered is found after the update however it is spelled.

Its own search knew only the letters as they were typed (SQLite's `lower` leaves «Ó» as it is).
"""

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shared.ticket.people import Role
from tests.given.folders import office_on, said, unpacked
from tests.office import RunningOffice
from tests.sync_server.console.browser import browser

WRITTEN = {
    "SEI-2026-000901": ("Óptica Ñandú", "VBX-21-0482"),
    "SEI-2026-000902": (unicodedata.normalize("NFD", "ÓPTICA Ñandú del Sur"), "vbx 21 0483"),
    "SEI-2026-000903": ("Optica Ávila", "VBX210484"),
}
"""As people wrote them into an office of 0.1.0: the customer and the serial, by the folio."""
ALL = [*WRITTEN]
OPTICIANS = ("Óptica", "optica", "ÓPTICA", unicodedata.normalize("NFD", "óptica"), "\u200boptica")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """The office of 0.1.0 with the customers of `WRITTEN`, then opened by today's code."""
    folder = unpacked("office", tmp_path_factory.mktemp("office"))
    for number, (folio, (customer, serial)) in enumerate(WRITTEN.items(), start=2):
        written(folder, number, folio, customer, serial)
    office = office_on(folder)
    yield office
    office.stop()


def written(folder: Path, number: int, folio: str, customer: str, serial: str) -> None:
    """A closed ticket and its archived report more, as 0.1.0 wrote their rows."""
    [closed] = said()["closed"]
    with closing(sqlite3.connect(folder / "folio.db")) as db, db:
        db.row_factory = sqlite3.Row
        words = f"{folio} {serial} kyocera {customer} lic. marta ibáñez 55 5550 0101 no imprime"
        copied(db, "ticket", closed, id=f"{closed[:-2]}{number:02}", folio=folio, serial=serial,
               search=words.lower())  # fmt: skip
        archived = "SELECT id FROM archive WHERE ticket = ? AND version = 1"
        [report] = db.execute(archived, [closed]).fetchall()
        copied(db, "archive", report["id"], id=f"report-{number}", version=number, folio=folio,
               serial=serial, customer_name=customer)  # fmt: skip


def copied(db: sqlite3.Connection, table: str, of: str, **other: Any) -> None:
    row = db.execute(f"SELECT * FROM {table} WHERE id = ?", [of]).fetchone()
    values = {**dict(row), **other}
    places = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", [*values.values()])


def found(office: RunningOffice, page: str, **asked: str) -> list[str]:
    with browser(office, Role.SUPERVISOR) as client:
        text = client.see(page, params=asked)
    return [folio for folio in WRITTEN if folio in text]


@pytest.mark.parametrize("spelling", OPTICIANS)
def test_a_customer_is_found_in_the_archive_and_at_the_console_without_its_marks(office, spelling):
    assert found(office, "/archive", customer=spelling) == ALL
    assert found(office, "/archive", q=spelling) == ALL
    assert found(office, "/tickets", q=spelling) == ALL


@pytest.mark.parametrize("spelling", ["nandu", "ÑANDÚ", unicodedata.normalize("NFD", "Ñandú")])
def test_a_name_that_was_kept_decomposed_is_found_as_well(office, spelling):
    assert found(office, "/archive", customer=spelling) == ALL[:2]
    assert found(office, "/tickets", q=spelling) == ALL[:2]


@pytest.mark.parametrize("spelling", ["VBX-21-0482", "vbx210482", "VBX 21 0482", "ｖｂｘ‑21‑0482"])
def test_a_serial_is_found_however_it_is_divided(office, spelling):
    assert found(office, "/archive", serial=spelling) == ALL[:1]
    assert found(office, "/archive", q=spelling) == ALL[:1]
    assert found(office, "/tickets", q=spelling) == ALL[:1]


def test_what_is_spelled_otherwise_is_not_found(office):
    assert found(office, "/archive", customer="opticas") == []
    assert found(office, "/archive", serial="VBX-21-0485") == []
    assert found(office, "/tickets", q="óptico") == []
