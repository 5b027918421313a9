"""Any record that the contract lets in becomes a report: it renders, inside the page, archival."""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.report.blocks import Paper
from shared.report.content import service_report
from shared.report.paper.flow import pages
from shared.report.paper.marks import Box, Picture, Shape, Words
from shared.report.paper.sheet import Sheet
from shared.report.pdf import ASSETS, render, slabs
from shared.report.typeface import typeface
from shared.ticket.checks import check_entry, check_fields
from shared.ticket.fields import COLLECTIONS, FIELDS, SIGN_OFF, Owner
from shared.ticket.shapes import ANYTHING, TEXT
from shared.ticket.ticket import Record
from sync_server.reports.report_reading import read
from tests.shared.report import pages as printed
from tests.shared.report import specimens

pytestmark = pytest.mark.slow

RECORDS = int(os.environ.get("FOLIO_RECORDS", "10"))
"""How many records are drawn for each question; `make soak` gives it many."""

PHOTOS = dict(specimens.pictures(2))

letters = st.characters(exclude_categories=["Cs"])
words = st.text(letters, max_size=40)
prose = st.one_of(
    words,
    st.text(letters, max_size=400),
    st.builds(str.__mul__, st.text(letters, min_size=1, max_size=12), st.integers(1, 900)),
)
numbers = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
counts = st.integers(0, 2**53)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.one_of(
    st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31), timezones=zones),  # noqa: DTZ001
    st.integers(0, 43_000).map(lambda minutes: specimens.OPENED + timedelta(minutes=minutes)),
).map(lambda at: at.isoformat())
codes = st.sampled_from(["CR-FUS-01", "FC01", "REF-ROD-KIT", "OTRA", ""]) | words
positions = st.fixed_dictionaries({}, optional={"lat": numbers, "lon": numbers,
                                                "accuracy": numbers})  # fmt: skip


def some(**members):
    return st.fixed_dictionaries({}, optional=members)


code_like = {"root_cause", "final_classification", "assignee", "code"}
"""Texts that are mostly a code of one of the catalogues."""

PRIMITIVE = {
    "text": prose, "flag": st.booleans(), "number": numbers, "count": counts, "time": times,
    "sha256": st.sampled_from([*PHOTOS, "0" * 64]), "object": positions,
    "point": st.tuples(numbers, numbers, numbers).map(list),
}  # fmt: skip


def shaped(shape, name=""):
    """Values of a shape that the door lets in."""
    if name in code_like:
        return codes
    if name == "mime":
        return words | st.just("image/jpeg")
    match shape.kind:
        case "code":
            return st.sampled_from(shape.codes)
        case "list":
            return st.lists(shaped(shape.item), max_size=6)
        case "members":
            return members(shape.members, shape.required)
        case kind:
            return PRIMITIVE[kind]


def members(shapes, required=()):
    made = {name: shaped(shape, name) for name, shape in shapes.items()}
    must = {name: made.pop(name) for name in required}
    return st.fixed_dictionaries(must, optional=made)


SIGN_OFFS = st.builds(
    lambda said, extra: {**said, **extra},
    members(SIGN_OFF.members),
    some(locale=st.sampled_from(["es-MX", "en", "fr", ""]) | words,
         device=some(name=prose, app=words, clock_offset=numbers)),
)  # fmt: skip


def valued(field):
    """Values of a field: what is printed may be long."""
    is_brief = field.shape is TEXT and (field.record or not field.signed)
    return words if is_brief and field.name not in code_like else shaped(field.shape, field.name)


fields = some(**{
    **{field.name: valued(field) for field in FIELDS
       if field.owner is not Owner.COMMAND and field.shape is not ANYTHING},
    "folio": prose, "sign_off": SIGN_OFFS,
})  # fmt: skip

MOST = {"parts_used": 12, "evidence": 7}


def several(collection):
    """Entries of a collection, each with an id of its own."""
    shapes = {member.name: member.shape for member in collection.members}
    entry = members(shapes, collection.required)
    rows = st.lists(entry, max_size=MOST.get(collection.name, 4))
    return rows.map(lambda made: tuple({**row, "id": f"i{n}"} for n, row in enumerate(made)))


entries = some(**{collection.name: several(collection) for collection in COLLECTIONS})


@st.composite
def records(draw):
    """Any record that the door for operations lets in."""
    return allowed(Record("0195f3a2-7c1e-7d3a-9b51", draw(fields), draw(entries)))


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def allowed(record):
    """The record, after the door that every operation goes through."""
    if record.fields:
        check_fields(dict(record.fields))
    for collection, rows in record.entries.items():
        for row in rows:
            check_entry(collection, dict(row))
    sign_off = record.fields.get("sign_off")
    return specimens.signed(record, **sign_off) if sign_off else record


@given(records(), st.sampled_from(list(Paper)))
@settings(max_examples=RECORDS, deadline=None, suppress_health_check=SLOW)
def test_it_renders_to_an_archival_file(record, paper):
    report = service_report(specimens.subject(record, paper))
    assert read(render(report, PHOTOS, specimens.attachments(record))).findings == ()


@given(records(), st.sampled_from(list(Paper)))
@settings(max_examples=RECORDS, deadline=None, suppress_health_check=SLOW)
def test_it_stays_inside_the_page(record, paper):
    report = service_report(specimens.subject(record, paper))
    sheet = Sheet(paper, typeface(ASSETS / "fonts"), report.letterhead,
                  dict.fromkeys(PHOTOS, (1600, 1200)))  # fmt: skip
    standing = slabs(report, sheet)
    filled = pages(standing, sheet)
    for number, placed in enumerate(filled):
        assert placed
        for item in placed:
            assert item.y + item.slab.height <= sheet.height(first=number == 0) + 0.01
            for mark in item.slab.marks:
                assert_inside(mark, item.slab.height, sheet)
    wanted = sum(1 for slab in standing for mark in slab.marks if isinstance(mark, Words))
    there = sum(1 for page in filled for item in page for mark in item.slab.marks
                if isinstance(mark, Words))  # fmt: skip
    assert there >= wanted


@given(records(), st.sampled_from(list(Paper)))
@settings(max_examples=max(RECORDS // 2, 1), deadline=None, suppress_health_check=SLOW)
def test_it_stays_inside_the_page_as_a_reader_prints_it(record, paper):
    """Measured from the file: poppler's words, and the ink on the pages that it paints."""
    pdf = render(service_report(specimens.subject(record, paper)), PHOTOS, {})
    with TemporaryDirectory() as folder:
        path = Path(folder, "report.pdf")
        path.write_bytes(pdf)
        printed.assert_inside_margins(path)


def assert_inside(mark, height, sheet):
    match mark:
        case Words():
            assert mark.x >= -0.01
            assert mark.x + sheet.measure(mark.text, mark.style) <= sheet.width + 0.01
            assert mark.y <= height + 0.01
        case Box() | Picture():
            assert -0.01 <= mark.x <= mark.x + mark.width <= sheet.width + 0.01
            assert mark.y + mark.height <= height + 0.01
        case Shape():
            for curve in mark.curves:
                for step in curve:
                    assert all(-0.01 <= mark.x + x <= sheet.width + 0.01 for x in step[::2])
                    assert all(-0.01 <= mark.y + y <= height + 0.01 for y in step[1::2])
