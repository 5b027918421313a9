"""Any record that the contract lets in becomes a report: it renders, inside the page, archival."""

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
from shared.ticket.evidence import EvidenceKind
from shared.ticket.shapes import check_entry, check_fields
from shared.ticket.sign_off import SignOffOutcome
from shared.ticket.ticket import Channel, Mode, Nature, Priority, Record, Type
from sync_server.reports.pdf_rules import findings
from tests.shared.report import pages as printed
from tests.shared.report import specimens

pytestmark = pytest.mark.slow

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
strokes = st.lists(st.lists(st.tuples(numbers, numbers, numbers).map(list), max_size=6), max_size=4)
meters = st.fixed_dictionaries({}, optional={"total": counts, "bw": counts, "colour": counts})


def some(**members):
    return st.fixed_dictionaries({}, optional=members)


sign_offs = some(
    id=words, outcome=st.sampled_from(list(map(str, SignOffOutcome))), name=prose, position=prose,
    reason=prose, remarks=prose, strokes=strokes, typed=prose, witness=prose, signed_at=times,
    place=positions, locale=st.sampled_from(["es-MX", "en", "fr", ""]) | words, text=prose,
    device=some(name=prose, app=words, clock_offset=numbers),
)  # fmt: skip

fields = some(
    folio=prose, provisional_folio=words, channel=st.sampled_from(list(map(str, Channel))),
    nature=st.sampled_from(list(map(str, Nature))), type=st.sampled_from(list(map(str, Type))),
    priority=st.sampled_from(list(map(str, Priority))),
    requester=some(name=prose, contact=prose), customer=words, site=words,
    asset=words, description=prose, billable=st.booleans(), assignee=codes, created_at=times,
    due=some(response=times, on_site=times, resolution=times),
    mode=st.sampled_from(list(map(str, Mode))), arrived_at=times, departed_at=times,
    history_reviewed=st.booleans(), serial_matched=st.booleans(), meter=meters,
    meter_exception=prose, diagnosis=prose, root_cause=codes, root_cause_text=prose,
    solution=prose, test_result=st.sampled_from(["passed", "failed"]), tested_at=times,
    final_classification=codes, satisfaction=some(rating=counts, comment=prose),
    sign_off=sign_offs,
)  # fmt: skip


def several(most, **members):
    """Entries of a collection, each with an id of its own."""
    rows = st.lists(st.fixed_dictionaries({}, optional=members), max_size=most)
    return rows.map(lambda made: tuple({**row, "id": f"i{n}"} for n, row in enumerate(made)))


evidence = st.lists(
    st.fixed_dictionaries(
        {"sha256": st.sampled_from([*PHOTOS, "0" * 64]),
         "kind": st.sampled_from(list(map(str, EvidenceKind)))},
        optional={"mime": words | st.just("image/jpeg"), "size": counts, "caption": prose,
                  "taken_at": times, "position": positions},
    ),
    max_size=7,
).map(lambda made: tuple({**row, "id": f"e{n}"} for n, row in enumerate(made)))  # fmt: skip

stretches = st.lists(
    st.fixed_dictionaries({"start": times, "end": times},
                          optional={"kind": st.sampled_from(["travel", "work", "wait"])}),
    max_size=4,
).map(lambda made: tuple({**row, "id": f"t{n}"} for n, row in enumerate(made)))  # fmt: skip

entries = some(
    contacts=several(3, at=times, how=prose, **{"with": prose}),
    actions=several(4, at=times, text=prose),
    parts_used=several(12, code=codes, quantity=counts, serial=prose, justification=prose),
    parts_pending=several(3, code=codes, quantity=counts, blocking=st.booleans(),
                          special=st.booleans(), eta=prose),
    time_entries=stretches, evidence=evidence, notes=several(2, at=times, text=prose),
)  # fmt: skip


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
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_it_renders_to_an_archival_file(record, paper):
    report = service_report(specimens.subject(record, paper))
    assert findings(render(report, PHOTOS, specimens.attachments(record))) == []


@given(records(), st.sampled_from(list(Paper)))
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
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
@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
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
