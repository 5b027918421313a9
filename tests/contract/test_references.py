"""What code and pages refer to is there: sections, numbers, rules, files, tests, names."""

import os
import re

import pytest

from tests.contract.pages import known_tests, named_tests, put_right
from tests.contract.references import (
    PAGES,
    cited_places,
    documents,
    files,
    is_there,
    leads_somewhere,
    named_files,
    names,
    numbers,
    paths,
    sources,
)
from tests.contract.test_requirements_page import NUMBERS


def test_every_page_that_is_cited_is_there():
    lost = {
        (source.name, page)
        for source in sources()
        for page in re.findall(r"\b[A-Z]{2,}\.md\b", source.text)
        if page not in PAGES and page != "CHANGELOG.md"
    }
    assert sorted(lost) == []


def test_every_section_that_is_cited_is_there():
    lost = [
        (source.name, page, place)
        for source in sources()
        for page, place in cited_places(source.text)
        if not leads_somewhere(page, place)
    ]
    assert lost == []


def test_no_rule_is_cited_by_a_number_that_no_page_has():
    lost = [
        (source.name, said)
        for source in sources()
        for said in re.findall(r"\bRules? \d+(?:–\d+)?", source.text)
        if source.name != "tests/contract/test_references.py"
    ]
    assert lost == []


def test_every_requirement_that_is_cited_is_there():
    known = set(NUMBERS)
    lost = [
        (s.name, number) for s in sources() for number in numbers(s.text) if number not in known
    ]
    assert lost == []


def test_every_rule_of_the_checklist_that_is_cited_is_on_the_page():
    known = set(re.findall(r"CL\d\d", PAGES["PROCESS.md"].read_text(encoding="utf-8")))
    lost = {(s.name, rule) for s in sources() for rule in re.findall(r"\bCL\d\d\b", s.text)}
    assert sorted((name, rule) for name, rule in lost if rule not in known) == []


def test_every_file_that_a_page_names_is_there():
    lost = [
        (page.name, name)
        for page in documents()
        for name in sorted(named_files(page.read_text(encoding="utf-8")))
        if not is_there(name, page)
    ]
    assert lost == []


def test_every_path_that_code_or_a_page_names_is_there():
    lost = [
        (source.name, path)
        for source in sources()
        for path in sorted(paths(source.text))
        if not {path, f"tests/{path}"} & files() and not path.endswith("/x.py")
    ]
    assert lost == []


@pytest.mark.snapshot
def test_every_test_that_a_page_names_is_there():
    for page in documents():
        if os.environ.get("UPDATE_SNAPSHOTS"):
            put_right(page)
        named = {test.removeprefix("tests/") for test in named_tests(page)}
        assert named - known_tests() == set(), page.name


def test_every_name_of_the_code_that_the_architecture_tells_is_there():
    text = PAGES["ARCHITECTURE.md"].read_text(encoding="utf-8")
    told = re.findall(r"`(\w+)\.(\w+)`", text)
    wanted = [(holder, name) for holder, name in told if name not in ("py", "md", "toml")]
    assert len(wanted) > 10
    lost = [(holder, name) for holder, name in wanted if name not in names().get(holder, ())]
    assert lost == []
