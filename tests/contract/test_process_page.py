"""docs/PROCESS.md says what a running office does: its tables are made by driving one."""

import os
import re
from collections.abc import Iterator

import pytest

from shared.closure.checklist import rules
from shared.sla.sla import WARN_AT
from shared.ticket.people import Role
from tests.contract.pages import DOCS, made_part, write_part
from tests.contract.process import TABLES
from tests.contract.process.office import ProcessOffice

PAGE = DOCS / "PROCESS.md"


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessOffice]:
    """One office for all tables; its clock only goes forward."""
    office = ProcessOffice(tmp_path_factory.mktemp("process") / "office").open()
    yield office
    office.close()


@pytest.mark.slow
@pytest.mark.snapshot
@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_process_is_what_a_running_office_does(name: str, driven: ProcessOffice):
    found = TABLES[name](driven)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        write_part(PAGE, name, found)
    assert made_part(PAGE, name) == found, "make snapshots"


def test_the_page_tells_the_numbers_of_the_code():
    text = PAGE.read_text(encoding="utf-8")
    assert f"At {WARN_AT * 100:.0f} % of a target" in text


def test_the_page_names_every_role():
    text = PAGE.read_text(encoding="utf-8").lower()
    named = {role for role in Role if role.replace("_", " ") in text}
    assert named == set(Role)


def test_the_page_speaks_of_every_rule_and_of_the_one_that_is_none():
    named = set(re.findall(r"CL\d\d", PAGE.read_text(encoding="utf-8")))
    assert named == {rule.id for rule in rules()} | {"CL18"}
