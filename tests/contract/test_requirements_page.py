"""docs/REQUIREMENTS.md tells where each requirement lives, and honestly what is not there yet."""

import os
import re
from dataclasses import dataclass

import pytest

from tests.contract.pages import (
    DOCS,
    known_tests,
    made_part,
    named_tests,
    put_right,
    write_part,
)

PAGE = DOCS / "REQUIREMENTS.md"
ROOT = DOCS.parent
NUMBERS = [f"R{n:03}" for n in range(1, 163)]


@dataclass(frozen=True)
class Row:
    """A requirement as the page has it; a dash stands for nothing."""

    number: str
    asked: str
    module: str
    test: str
    missing: str


def rows() -> list[Row]:
    found = re.findall(r"(?m)^\| (R\d{3}) \|(.*)\|$", PAGE.read_text(encoding="utf-8"))
    return [Row(number, *(cell.strip() for cell in cells.split("|"))) for number, cells in found]


def counted() -> str:
    """How many are done, in part, and not begun."""
    done = sum(not row.missing for row in rows())
    part = sum(bool(row.missing) and row.test != "–" for row in rows())
    return (
        f"Of {len(NUMBERS)}: {done} done, {part} in part, {len(NUMBERS) - done - part} not begun.\n"
    )


def test_every_requirement_stands_there_once_and_in_order():
    assert [row.number for row in rows()] == NUMBERS


def test_every_requirement_says_what_it_asks():
    assert [row.number for row in rows() if len(row.asked) < 10] == []


@pytest.mark.snapshot
def test_every_test_that_the_page_names_is_there():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        put_right(PAGE)
    assert named_tests(PAGE) - known_tests() == set()


def test_every_module_that_the_page_names_is_there():
    named = {row.module.strip("`") for row in rows() if row.module != "–"}
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_a_requirement_has_its_module_and_test_or_says_what_is_missing():
    for row in rows():
        assert bool(re.fullmatch(r"`[\w/]+\.py`", row.module)) == (row.module != "–"), row.number
        assert bool(re.fullmatch(r"`[\w/]+\.py::test_\w+`", row.test)) == (row.test != "–")
        assert (row.module == "–") == (row.test == "–"), row.number
        assert row.missing or row.test != "–", row.number
        assert not row.missing or row.missing.startswith("not yet: "), row.number


@pytest.mark.snapshot
def test_the_page_counts_what_is_not_there_yet():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        write_part(PAGE, "counted", counted())
    assert made_part(PAGE, "counted") == counted(), "make snapshots"
