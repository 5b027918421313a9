"""docs/SYNC.md tells the truth: its tests exist, its tables are those of the code."""

import os
import re

import pytest

from shared.operations.operation import Kind, Outcome
from shared.ticket.fields import FIELDS
from sync_server.app import create_app
from sync_server.runtime.settings import Settings
from tests.contract.field_documents import digest_tables, field_tables
from tests.contract.fifty_faults import FAULTS, table
from tests.contract.pages import DOCS, known_tests, made_part, named_tests, put_right, write_part
from tests.contract.schema import SCHEMA

PAGE = DOCS / "SYNC.md"
TEXT = PAGE.read_text(encoding="utf-8")


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z_0-9]+", text))


@pytest.mark.snapshot
def test_every_test_that_the_page_names_is_there():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        put_right(PAGE)
    missing = named_tests(PAGE) - known_tests()
    assert missing == set()


def test_every_must_names_its_test():
    musts = re.findall(r"(?ms)^- \*\*([TOB]\d+)\*\* (.*?)(?=^- \*\*|^#|\Z)", TEXT)
    assert [name for name, said in musts if "::test_" not in said] == []
    for side, count in (("T", 23), ("O", 21), ("B", 4)):
        assert [n for n, _ in musts if n[0] == side] == [f"{side}{i + 1}" for i in range(count)]


@pytest.mark.snapshot
def test_the_table_of_faults_is_made_of_the_tests_there_are():
    assert list(FAULTS) == list(range(1, 51))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        write_part(PAGE, "faults", table())
    assert made_part(PAGE, "faults") == table(), "make snapshots"


def test_every_fault_is_brought_about_by_a_test_of_its_own():
    rows = dict(re.findall(r"(?m)^\| (\d+) \| [^|]*\| (.*) \|$", table()))
    assert list(rows) == [str(number) for number in FAULTS]
    assert [number for number, tests in rows.items() if "`faults/test_" not in tests] == []


def test_the_page_names_every_door_of_a_tablet(tmp_path):
    app = create_app(Settings(data=tmp_path))
    doors = {path for path in app.openapi()["paths"] if path.startswith("/api/v1/")}
    app.state.context.close()
    assert doors
    assert not [d for d in doors if d.split("{")[0].rstrip("/") not in TEXT]


@pytest.mark.snapshot
def test_the_page_says_the_table_of_fields_and_what_the_digests_cover():
    made = {"fields": field_tables(), "digests": digest_tables()}
    for part, text in made.items():
        if os.environ.get("UPDATE_SNAPSHOTS"):
            write_part(PAGE, part, text)
        assert made_part(PAGE, part) == text, "make snapshots"


def test_the_page_of_the_report_leaves_out_what_was_not_signed():
    page = (DOCS / "REPORT.md").read_text(encoding="utf-8")
    named = re.search(r'unsigned = "(.*?)"\.split', page)
    assert named
    assert named[1].split() == [field.name for field in FIELDS if field.reported]


def test_the_page_names_every_kind_and_outcome():
    assert words(TEXT) >= {*map(str, Kind), *map(str, Outcome)}


def test_the_page_names_every_message_of_the_schema():
    named = set(re.findall(r"\[(\w+)\]", TEXT))
    messages = {name for name in SCHEMA["$defs"] if name.endswith(("_request", "_answer"))}
    assert named >= {*messages, "operation", "change", "live_event"}
