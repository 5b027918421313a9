"""docs/sync-schema.json says of an operation what the table of fields says, no more, no less."""

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from jsonschema import Draft202012Validator

from shared.operations.digest import canonical
from shared.operations.operation import Kind, check_plain, check_provisional, read
from shared.operations.states import MOVES
from shared.ticket.evidence import EvidenceKind
from shared.ticket.fields import COLLECTIONS
from shared.ticket.shapes import Unreadable
from shared.ticket.sign_off import SignOffOutcome
from tests.contract import field_documents
from tests.contract.any_operation import MESSAGES, readable
from tests.contract.schema import PATH, SCHEMA, faults, validator
from tests.shared.records import signed
from tests.snapshots.given.operations import PARKED, READABLE

DEFINITIONS = SCHEMA["$defs"]
OPERATION = validator("operation")

slowly = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def can_be_read(message: Any) -> bool:
    try:
        read(message)
    except Unreadable:
        return False
    return True


def is_said(message: Any) -> bool:
    """Whether it holds what any message may hold: a schema tells the shape, not each
    character, level and number, nor what the number of a new ticket looks like. docs/SYNC.md."""
    body = message.get("body") if isinstance(message, dict) else None
    fields = body.get("fields") if isinstance(body, dict) else None
    number = fields.get("provisional_folio") if isinstance(fields, dict) else None
    try:
        check_plain(message)
        if isinstance(number, str) and message.get("kind") == Kind.CREATE:
            check_provisional(number)
    except Unreadable:
        return False
    return True


def sent(message: Any) -> Any:
    """The message as it is after a journey: canonical, so 1.0 has become 1."""
    return json.loads(canonical(message))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@slowly
@given(MESSAGES)
def test_the_schema_and_the_door_agree_on_any_operation(message):
    message = sent(message)
    assume(is_said(message))
    assert OPERATION.is_valid(message) == can_be_read(message), faults("operation", message)


@pytest.mark.parametrize("kind", Kind)
def test_the_schema_and_the_door_agree_on_any_body(kind):
    @slowly
    @given(readable(kind))
    def agreed(message):
        message = sent(message)
        assume(is_said(message))
        assert OPERATION.is_valid(message) == can_be_read(message), faults("operation", message)

    agreed()


@pytest.mark.parametrize("name", READABLE)
def test_an_operation_of_the_vectors_is_well_formed(name):
    assert not faults("operation", READABLE[name])


@pytest.mark.parametrize("name", PARKED)
def test_an_operation_that_is_parked_is_not(name):
    assert faults("operation", PARKED[name])


@pytest.mark.snapshot
def test_the_schema_says_the_table_of_fields():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        field_documents.write_schema()
    written = json.loads(PATH.read_text(encoding="utf-8"))
    assert json.dumps(written) == json.dumps(field_documents.schema()), "make snapshots"


def test_the_schema_names_every_collection_code_and_command():
    body = DEFINITIONS["append_body"]
    assert body["properties"]["collection"]["enum"] == [each.name for each in COLLECTIONS]
    commands = DEFINITIONS["command_body"]["properties"]["name"]["enum"]
    assert commands == list(MOVES)
    assert DEFINITIONS["evidence_entry"]["properties"]["kind"]["enum"] == list(EvidenceKind)
    outcome = DEFINITIONS["sign_off"]["properties"]["outcome"]["anyOf"][1]["enum"]
    assert outcome == list(SignOffOutcome)


def test_a_finished_ticket_travels_as_a_change():
    record = signed()
    change = {
        "scope": "user:engineer-1", "seq": 7, "kind": "update", "record": "ticket",
        "id": record.id, "rev": record.rev, "doc": dict(record.fields),
        "entries": {name: list(rows) for name, rows in record.entries.items()},
    }  # fmt: skip
    assert not faults("change", change)
    assert faults("change", {**change, "kind": "update", "doc": None})
    bare = {name: change[name] for name in ("scope", "seq", "record", "id", "rev")}
    assert not faults("change", {**bare, "kind": "remove"})
    assert faults("change", {**bare, "kind": "update"})
