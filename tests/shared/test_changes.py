"""Reading an operation, and what a record looks like after it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.operations.operation import Kind, apply, read
from shared.ticket.people import Actor, Role
from shared.ticket.shapes import Unreadable
from shared.ticket.ticket import Record
from tests.shared.records import SIGN_OFF, at

MESSAGE: dict[str, Any] = {
    "n": 1, "op_id": "o1", "ticket": "t1", "kind": "set", "schema": 1, "base_rev": 0,
    "captured_at": at(1), "body": {"fields": {"diagnosis": "Fusor gastado"}},
}  # fmt: skip


def operation(kind: str, **body: Any):
    return read({**MESSAGE, "kind": kind, "body": body})


def test_an_operation_is_read_as_it_was_sent():
    read_back = read(MESSAGE)
    assert (read_back.kind, read_back.fields) == (Kind.SET, {"diagnosis": "Fusor gastado"})


@pytest.mark.parametrize(
    "change",
    [
        {"n": "1"}, {"n": True}, {"op_id": ""}, {"op_id": 7}, {"ticket": None}, {"kind": "erase"},
        {"base_rev": None}, {"captured_at": "2026-03-09 08:52"}, {"captured_at": 7},
        {"schema": 99}, {"body": []}, {"body": {}}, {"body": {"fields": {}}},
        {"body": {"fields": {"meter": {"total": "mucho"}}}}, {"body": {"fields": {"meter": 7}}},
        {"body": {"fields": {"mode": "banana"}}}, {"body": {"fields": {"mode": ["on_site"]}}},
        {"body": {"fields": {"history_reviewed": "sí"}}},
        {"body": {"fields": {"arrived_at": "2026-13-45T00:00:00Z"}}},
        {"body": {"fields": {"diagnosis": "x" * 20_001}}},
        {"body": {"fields": {"anything": "\ud800"}}}, {"body": {"fields": {"x" * 65: 1}}},
        {"op_id": "x" * 65}, {"ticket": "t\0"},
        {"kind": "command", "body": {"name": "escalate", "reason": "x", "level": "abc"}},
        {"kind": "command", "body": {"name": "escalate", "reason": "x", "level": 99}},
        {"kind": "append", "body": {"collection": "spells", "entry": {"id": "1"}}},
        {"kind": "append", "body": {"collection": ["actions"], "entry": {"id": "1"}}},
        {"kind": "append", "body": {"collection": "actions", "entry": {"text": "x"}}},
        {"kind": "append", "body": {"collection": "time_entries", "entry": {"id": "1"}}},
        {"kind": "append", "body": {"collection": "evidence",
                                    "entry": {"id": "1", "sha256": "../etc", "kind": "after"}}},
        {"kind": "append", "body": {"collection": "parts_used",
                                    "entry": {"id": "1", "quantity": -1}}},
        {"kind": "void", "body": {"collection": "actions", "id": "a1"}},
        {"kind": "void", "body": {"collection": "spells", "id": "a1", "reason": "x"}},
        {"kind": "sign", "body": {"sign_off": {"id": "s1"}}},
        {"kind": "sign", "body": {"sign_off": {**SIGN_OFF, "digest": "0" * 64,
                                               "strokes": [[["a", 1, 2]]]}}},
        {"kind": "command", "body": {"name": "abracadabra"}},
        {"kind": "command", "body": {"name": "ask_customer", "question": ["?"]}},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_unreadable_and_says_why(change):
    with pytest.raises(Unreadable, match=r"\w"):
        read({**MESSAGE, **change})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from([*MESSAGE, "fields", "entry", "collection",
                                                       "name", "id", "sign_off"]), inner),
                    max_leaves=8))  # fmt: skip
@pytest.mark.slow
def test_reading_rubbish_never_fails_in_another_way(value):
    message = value if isinstance(value, dict) else {**MESSAGE, "body": value}
    for kind in Kind:
        try:
            read({**message, "kind": kind.value})
        except Unreadable:
            continue


def test_a_field_of_the_future_is_kept():
    record = apply(Record("t1"), operation("set", fields={"firmware": "v9"}))
    assert record.fields["firmware"] == "v9"


def test_null_clears_a_field():
    record = apply(Record("t1", {"diagnosis": "x"}), operation("set", fields={"diagnosis": None}))
    assert record.fields["diagnosis"] is None


def test_applying_twice_is_applying_once():
    for done in (
        operation("set", fields={"diagnosis": "x"}),
        operation("append", collection="actions", entry={"id": "a1", "text": "x"}),
        operation("sign", sign_off={**SIGN_OFF, "digest": "0" * 64}),
    ):
        once = apply(Record("t1"), done)
        assert apply(once, done) == once


def test_a_correction_never_deletes():
    entry = {"id": "a1", "text": "x"}
    record = apply(Record("t1"), operation("append", collection="actions", entry=entry))
    void = operation("void", collection="actions", id="a1", reason="otro equipo")
    voided = apply(record, void)
    assert voided.entries["actions"][0]["text"] == "x"
    assert voided.entries["actions"][0]["voided"]["reason"] == "otro equipo"
    again = operation("void", collection="actions", id="a1", reason="segunda vez")
    assert apply(voided, again) == voided


def test_a_field_that_belongs_to_commands_is_not_set():
    record = apply(
        Record("t1", {"state": "assigned"}), operation("set", fields={"state": "closed"})
    )
    assert record.fields["state"] == "assigned"


def test_starting_work_offline_shows_at_once():
    record = Record("t1", {"state": "assigned", "assignee": "e1"})
    started = apply(record, operation("command", name="start"), Actor("e1", Role.ENGINEER))
    assert started.fields["state"] == "in_analysis"
    assert started.fields["responded_at"]


def test_the_tablet_never_closes_it_asks():
    record = Record("t1", {"state": "in_analysis", "assignee": "e1"})
    finalised = apply(record, operation("command", name="finalise"), Actor("e1", Role.ENGINEER))
    assert finalised == record


def test_asking_the_customer_marks_the_ticket_as_undefined_until_they_answer():
    engineer, office = Actor("e1", Role.ENGINEER), Actor("c1", Role.CALL_CENTRE)
    record = Record("t1", {"state": "in_analysis", "assignee": "e1"})
    asked = apply(record, operation("command", name="ask_customer", question="¿Cuenta?"), engineer)
    assert asked.fields["provisional_classification"] == "HD1"
    assert "to" not in asked.fields["paused"][0]
    answered = apply(asked, operation("command", name="answer"), office)
    assert answered.fields["provisional_classification"] is None
    assert answered.fields["paused"][0]["to"]


def test_escalating_while_the_customer_is_asked_lets_the_clocks_run_again():
    engineer, supervisor = Actor("e1", Role.ENGINEER), Actor("s1", Role.SUPERVISOR)
    record = Record("t1", {"state": "in_analysis", "assignee": "e1"})
    asked = apply(record, operation("command", name="ask_customer", question="¿Cuenta?"), engineer)
    raised = apply(asked, operation("command", name="escalate", reason="Urge."), supervisor)
    assert raised.fields["state"] == "escalated"
    assert raised.fields["paused"][0]["to"]
    never = apply(record, operation("command", name="escalate", reason="Urge."), supervisor)
    assert "paused" not in never.fields


def test_voiding_what_is_not_there_changes_nothing():
    record = Record("t1", {"diagnosis": "x"})
    assert apply(record, operation("void", collection="actions", id="a1", reason="x")) == record
