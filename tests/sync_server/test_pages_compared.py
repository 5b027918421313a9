"""A page that says anything else than the record it carries is caught, whatever the field."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, reduce
from operator import getitem
from random import Random
from typing import Any

import pikepdf
import pytest

from shared.operations.digest import canonical
from shared.report.annex import TEMPLATE
from shared.report.subject import Subject
from sync_server.reports.pages_compared import Comparison, How, compare_carried
from tests.shared.report import specimens
from tests.sync_server.differing import LIE, charged, honest, printed

KINDS = [kind for kind in specimens.ALL if kind != "unsigned"]
SHARE = 1 if os.environ.get("FOLIO_SOAK") else 12
"""Of the leaves, one in so many is tried: each is printed and compared (`make soak`: all)."""

UNSPOKEN = frozenset(
    {"language", "key", "block", "tone", "align", "mark", "sha256", "substitution"}
)
"""Members of the shown content that are drawn, not read, or not printed as long as all is legible.
"""


@cache
def frozen(kind: str) -> Subject:
    return specimens.frozen(specimens.ALL[kind]())


def spoken(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each text and figure that is read on a page."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inner:
        if isinstance(each, dict | list):
            yield from spoken(each, (*path, name))
        elif name not in UNSPOKEN and (isinstance(each, int | float) or each):
            yield (*path, name)


def other(document: Any, path: tuple[Any, ...]) -> None:
    """The one value is another."""
    *way, last = path
    holder = reduce(getitem, way, document)
    was = holder[last]
    holder[last] = was - 1 if isinstance(was, int | float) else f"{was}X"


def compared(pdf: bytes) -> Comparison:
    found = compare_carried(pdf)
    assert found is not None
    return found


def said(kind: str, path: tuple[Any, ...], **around: Any) -> Comparison:
    return compared(printed(frozen(kind), lambda d: other(d, path), {}, **around))


def some(kind: str) -> list[tuple[Any, ...]]:
    paths = [
        path for path in spoken(json.loads(canonical(frozen(kind).shown)))
        if path[-1] not in ("share", "missing", "empty")
    ]  # fmt: skip
    return Random(kind).sample(paths, -(-len(paths) // SHARE))


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_report_is_the_same_to_the_byte(kind):
    found = compared(printed(frozen(kind), honest, dict(specimens.pictures(2))))
    assert (found.how, found.differs, found.same) == (How.BYTES, False, True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_report_of_another_template_says_the_same_words(kind):
    found = compared(printed(frozen(kind), honest, {}, template=TEMPLATE + 1))
    assert (found.how, found.differences) == (How.WORDS, ())


@pytest.mark.parametrize("kind", ["ordinary", "refused"])
def test_one_printed_value_that_is_another_is_caught(kind):
    for path in some(kind):
        assert said(kind, path).differs, path


@pytest.mark.parametrize("kind", ["ordinary", "refused"])
def test_and_so_it_is_on_the_pages_of_another_template(kind):
    for path in some(kind):
        assert said(kind, path, template=TEMPLATE + 1).differs, path


@pytest.mark.parametrize("template", [TEMPLATE, TEMPLATE + 1])
def test_what_is_printed_besides_is_shown_beside_what_the_record_says(template):
    found = compared(printed(frozen("ordinary"), charged, {}, template=template))
    assert [(each.record, each.pages) for each in found.differences] == [("", LIE)]


def test_two_readings_that_changed_places_are_caught_in_any_template():
    def swapped(document: dict[str, Any]) -> None:
        fields = document["sections"][0]["blocks"][-1]["items"]
        fields[0]["value"], fields[1]["value"] = fields[1]["value"], fields[0]["value"]

    for template in (TEMPLATE, TEMPLATE + 1):
        assert compared(printed(frozen("ordinary"), swapped, {}, template=template)).differs


def test_another_letterhead_than_ours_is_printed_again_as_it_was_carried():
    subject = frozen("ordinary")
    organisation = {**subject.organisation, "organisation": "Otra razón social"}
    renamed = replace(
        subject,
        catalogues={**subject.catalogues, "organisation": organisation},
        shown=subject.shown,
    )
    assert compared(printed(renamed, honest, {})).same


def test_furniture_that_cannot_be_read_claims_nothing_and_is_looked_at():
    found = compared(printed(frozen("ordinary"), honest, {}, zone="Nowhere/At all"))
    assert (found.how, found.differs) == (How.NOTHING, True)


def test_of_another_template_the_words_are_compared_whatever_of_its_furniture_can_be_read():
    around: dict[str, Any] = {"template": TEMPLATE + 1, "zone": "Nowhere/At all"}
    found = compared(printed(frozen("ordinary"), charged, {}, **around))
    assert (found.how, found.differs) == (How.WORDS, True)
    assert LIE in [each.pages for each in found.differences]


def test_a_page_drawn_over_is_not_read_half(tmp_path):
    file = tmp_path / "over.pdf"
    file.write_bytes(printed(frozen("ordinary"), honest, {}))
    with pikepdf.open(file, allow_overwriting_input=True) as opened:
        stream = opened.pages[0].obj["/Contents"]
        stream.write(stream.read_raw_bytes() + b"\n/Fm0 sh")
        opened.save(file, compress_streams=False)
    found = compared(file.read_bytes())
    assert (found.how, found.differs) == (How.NOTHING, True)


def test_a_report_without_shown_content_is_compared_with_the_offices_record():
    assert compare_carried(specimens.made(specimens.ordinary())) is None


def test_a_loss_that_the_record_says_is_printed_again_with_it():
    record = specimens.ordinary()
    [lost, *_] = (each["sha256"] for each in record.entries["evidence"])
    lacking = record.with_fields({"bytes_lost": {lost: {"at": specimens.at(0), "reason": "gone"}}})
    subject = specimens.frozen(lacking)
    assert subject.attached["lost"] == [lost]
    assert compared(printed(subject, honest, {})).same


def test_a_letterhead_whose_lines_break_elsewhere_is_no_content():
    subject = frozen("ordinary")
    hours = "De lunes a viernes de ocho a dieciocho horas, sábados de nueve a trece horas, " * 2
    organisation = {
        **subject.organisation,
        "organisation": "Servicios de Impresión Administrada del Noroeste y del Pacífico, S. A.",
        "support": {"phone": "55 5555 5501", "hours": hours.strip()},
    }
    wide = replace(subject, catalogues={**subject.catalogues, "organisation": organisation})
    found = compared(printed(wide, honest, {}, template=TEMPLATE + 1, paper="a4"))
    assert (found.how, found.differences) == (How.WORDS, ())


def test_without_furniture_nothing_is_claimed_and_what_is_none_is_looked_at():
    bare = compared(printed(frozen("ordinary"), honest, {}, bare=True))
    assert (bare.how, bare.differs) == (How.NOTHING, False)
