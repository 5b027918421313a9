"""One byte altered anywhere that is kept: `folio verify --archive` finds it, and says where."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from sync_server.archive import archive_check
from sync_server.archive.archive_check import Fault
from sync_server.assembly import assemble
from sync_server.commands.cli import folio
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import worker
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunningOffice, str, str]:
    """An office that is closed for the day, one ticket of which is archived; and that ticket."""
    office = RunningOffice(tmp_path_factory.mktemp("kept") / "office").start()
    office.furnish()
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    tablet = RawTablet(office, None)
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    worker.run_jobs(office.context, office.clock())
    number = str(office.fields(visit.ticket)["folio"])
    assert archive_check.check_archive(office.context) == []
    tablet.close()
    office.stop()
    return office, visit.ticket, number


@pytest.fixture
def copy(kept, tmp_path: Path) -> Path:
    shutil.copytree(kept[0].settings.data, tmp_path / "office")
    return tmp_path / "office"


def faults(office: RunningOffice, data: Path) -> list[Fault]:
    opened = assemble(office.settings.but(data=data), office.clock)
    try:
        return archive_check.check_archive(opened)
    finally:
        opened.close()


TEXTS = {
    "operation": ("device", "op_id", "ticket", "kind", "command", "user", "role", "captured_at",
                  "received_at", "message", "hash", "outcome", "result", "previous", "link"),
    "archive": ("ticket", "folio", "serial", "customer", "customer_name", "engineer",
                "engineer_name", "report_sha256", "record_digest", "record", "chain", "closed_at",
                "archived_at", "proof"),
    "ticket": ("doc", "entries", "written", "folio", "state", "assignee", "customer", "closed_at",
               "final_classification"),
    "seal": ("sha256", "archive", "sealed_at", "certificate"),
    "blob": ("sha256",),
}  # fmt: skip
NUMBERS = {
    "operation": ("n", "position", "rev"), "archive": ("version", "rev"), "ticket": ("rev",),
    "seal": ("stamped",), "blob": ("size",),
}  # fmt: skip
LAST_ROW = {"operation": "position > 6", "archive": "1", "ticket": "1", "seal": "1", "blob": "1"}


def altered(data: Path, table: str, column: str, change: str) -> int:
    with closing(sqlite3.connect(data / "folio.db")) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (trigger,) in named.fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys = OFF")
        done = connection.execute(
            f'UPDATE {table} SET "{column}" = {change} WHERE rowid = (SELECT rowid FROM {table} '
            f'WHERE "{column}" IS NOT NULL AND {LAST_ROW[table]} LIMIT 1)'
        )
        connection.commit()
        return done.rowcount


def one_character(column: str, at: float) -> str:
    """SQL for the column with one character changed, at this part of its length."""
    where = f'CAST(length("{column}") * {at} AS INTEGER) + 1'
    old = f'substr("{column}", {where}, 1)'
    new = f"CASE WHEN {old} BETWEEN '0' AND '8' THEN char(unicode({old}) + 1) ELSE '7' END"
    return f'substr("{column}", 1, {where} - 1) || {new} || substr("{column}", {where} + 1)'


@pytest.mark.parametrize("at", [0.45, 0.93])
@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in TEXTS for column in TEXTS[table]]
)
def test_one_character_of_the_database(kept, copy, table, column, at):
    assert altered(copy, table, column, one_character(column, at)) == 1
    assert_located(faults(kept[0], copy), kept, table)


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in NUMBERS for column in NUMBERS[table]]
)
def test_one_number_of_the_database(kept, copy, table, column):
    change = f'1 - "{column}"' if column == "stamped" else f'"{column}" + 1000'
    assert altered(copy, table, column, change) == 1
    assert_located(faults(kept[0], copy), kept, table)


def assert_located(found: list[Fault], kept: tuple[RunningOffice, str, str], table: str) -> None:
    _, ticket, number = kept
    places = ("file",) if table == "blob" else ("file", ticket, number, "operation")
    assert found
    assert all(any(place in fault.where for place in places) for fault in found), found


def test_every_file_that_is_kept_is_read(kept, copy):
    office, _, number = kept
    files = sorted(p for p in (copy / "blobs").rglob("*") if len(p.name) == 64)
    assert len(files) == 4  # two photos, the report as it came, its sealed copy
    said = set()
    for place, file in enumerate(files):
        whole = file.read_bytes()
        at = (place * 7919 + 11) % len(whole)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        [fault] = faults(office, copy)
        assert file.name in fault.where
        said.add(fault.where.partition("(")[2])
        file.write_bytes(whole)
    kinds = ("before", "after", "report", "sealed report")
    assert said == {f"{kind} of {number})" for kind in kinds}


def test_an_operation_taken_away_or_put_in_is_found(kept, copy):
    office, ticket, _ = kept
    with closing(sqlite3.connect(copy / "folio.db")) as connection:
        connection.execute("DROP TRIGGER operation_no_delete")
        connection.execute("DELETE FROM operation WHERE position = 5")
        connection.commit()
    assert f"log of ticket {ticket}, operation 5" in {f.where for f in faults(office, copy)}


def test_the_command_says_what_and_where_and_leaves_with_1(kept, copy, monkeypatch):
    monkeypatch.setenv("FOLIO_DATA", str(copy))
    sound = CliRunner().invoke(folio, ["verify", "--archive"])
    assert sound.exit_code == 0, sound.output
    assert "as they were kept" in sound.output
    altered(copy, "operation", "message", one_character("message", 0.6))
    found = CliRunner().invoke(folio, ["verify", "--archive"])
    assert found.exit_code == 1
    assert f"log of ticket {kept[1]}, operation" in found.output
