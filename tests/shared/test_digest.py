"""Canonical JSON against an independent implementation, and what a signature covers."""

import json
import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.operations.digest import (
    NotCanonical,
    canonical,
    have_one_form,
    report_digest,
    report_record,
    sign_off_digest,
    sign_off_holds,
)
from shared.ticket.fields import SHOWN_ENTRIES, SHOWN_FIELDS
from tests.shared.records import REPORT, SIGN_OFF, at, signed, unsigned

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(JSON)
def test_canonical_json_is_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_written_as_ecmascript_writes_it(value):
    assert canonical(value) == rfc8785.dumps(value)
    assert float(canonical(value)) == value


@given(JSON)
def test_what_was_canonical_is_canonical_when_read_again(value):
    once = canonical(value)
    assert canonical(json.loads(once)) == once


@given(JSON, JSON)
def test_two_values_have_one_form_when_their_canonical_forms_are_the_same(one, other):
    assert have_one_form(one, other) == (canonical(one) == canonical(other))
    assert have_one_form(one, json.loads(canonical(one)))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True), ([0.0], [-0.0], True), (1, True, False),
        ([1e2], [100], True), ({"a": None}, {}, False), ("é", "e\u0301", False), (None, [], False),
        ([1, True], [True, 1], False), (["1.0,"], ["1,"], False), ([1.0, 2.5], [1, 2.5], True),
    ],
)  # fmt: skip
def test_numbers_have_one_form_however_they_are_written(one, other, same):
    assert have_one_form(one, other) is same


NOT_CANONICAL = [
    math.nan, math.inf, "\ud800", {1: 2}, {"a": {3}}, 2**53 + 1, -(2**60) - 1, 10**21, 10**400,
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_CANONICAL)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_signature_holds_for_what_was_shown():
    assert sign_off_holds(signed())


@pytest.mark.parametrize("name", SHOWN_FIELDS)
def test_a_change_of_any_shown_field_voids_the_signature(name):
    assert not sign_off_holds(signed().with_fields({name: "algo más"}))


@pytest.mark.parametrize("name", [*SHOWN_ENTRIES, "evidence"])
def test_one_more_shown_entry_voids_the_signature(name):
    entry = {"id": "x9", "text": "más", "kind": "after", "sha256": "f" * 64}
    assert not sign_off_holds(signed().with_entry(name, entry))


@pytest.mark.parametrize("name", sorted(SIGN_OFF))
def test_a_change_of_the_statement_itself_voids_it(name):
    record = signed()
    changed = {**record.fields["sign_off"], name: "otra cosa"}
    assert not sign_off_holds(record.with_fields({"sign_off": changed}))


def test_what_the_office_changes_afterwards_leaves_the_signature_whole():
    later = {"state": "customer_validation", "priority": "low", "assignee": "engineer-2"}
    assert sign_off_holds(signed().with_fields(later).with_entry("evidence", REPORT))


def test_the_order_in_which_entries_arrived_does_not_matter():
    one = {"id": "a2", "at": at(101), "text": "Limpieza"}
    two = {"id": "a3", "at": at(102), "text": "Ajuste"}
    forward = unsigned().with_entry("actions", one).with_entry("actions", two)
    backward = unsigned().with_entry("actions", two).with_entry("actions", one)
    assert sign_off_digest(forward, SIGN_OFF) == sign_off_digest(backward, SIGN_OFF)
    assert report_digest(forward) == report_digest(backward)


def test_the_report_does_not_name_itself():
    assert report_record(signed()) == report_record(signed().with_entry("evidence", REPORT))


def test_a_ticket_born_offline_is_reported_under_its_provisional_folio():
    record = signed(unsigned(folio=None, provisional_folio="P-7F3A-1"))
    printed = report_digest(record)
    numbered = record.with_fields({"folio": "SEI-2026-000111"})
    assert report_digest(numbered) != printed
    assert report_digest(numbered, "P-7F3A-1") == printed
