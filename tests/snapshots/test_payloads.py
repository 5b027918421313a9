"""Yesterday's messages, kept for ever as they were sent: today's code still takes them.

A file here is never changed and never taken away. A new form of a message is a new file.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from field_app.sync import answers
from shared.operations.operation import MEMBERS, Operation, apply, read
from shared.operations.wire import message_hash, upcast
from shared.ticket.ticket import Record, Ticket
from sync_server.api.messages import Enrol, Hello, Message, Pull, Push, of
from tests.contract.schema import faults

FOLDER = Path(__file__).parent / "payloads"
PROTOCOLS = sorted(FOLDER.glob("protocol-*"))
MESSAGES = sorted(p for p in FOLDER.glob("*/*.json") if p.stem != "operation_hashes")


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def pushed(protocol: Path) -> list[dict[str, Any]]:
    pushes = sorted(protocol.glob("push_request*.json"))
    return [op for path in pushes for op in read_json(path)["ops"]]


def taken(message: dict[str, Any]) -> Operation:
    return read(upcast(message))


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_a_message_of_yesterday_is_still_well_formed(path):
    assert not faults(path.name.split(".")[0], read_json(path))


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda path: path.name)
def test_an_operation_of_yesterday_has_the_hash_it_always_had(protocol):
    hashes = read_json(protocol / "operation_hashes.json")
    assert {str(op["n"]): message_hash(op) for op in pushed(protocol)} == hashes
    assert all(op.keys() == set(MEMBERS) for op in pushed(protocol))


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda path: path.name)
def test_an_operation_of_yesterday_is_still_read_and_applied(protocol):
    records: dict[str, Record] = {}
    for message in pushed(protocol):
        operation = taken(message)
        assert operation.body == message["body"], "a body is never migrated where it is kept"
        record = records.get(operation.ticket, Record(operation.ticket))
        records[operation.ticket] = apply(record, operation)
    visited = Ticket.of(records[pushed(protocol)[0]["ticket"]])
    assert all((visited.diagnosis, visited.meter, visited.sign_off, visited.evidence))
    assert all(Ticket.of(record).id == id for id, record in records.items())


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda path: path.name)
def test_a_ticket_pulled_yesterday_is_still_a_ticket(protocol):
    for path in protocol.glob("pull_answer*.json"):
        for change in read_json(path)["changes"]:
            if change["record"] == "ticket" and change["kind"] == "update":
                record = Record.from_wire(
                    change["id"], change["doc"], change["entries"], change["rev"]
                )
                assert Ticket.of(record).created_at


ANSWERS: Mapping[str, Callable[[Any], object]] = {
    "enrol_answer": answers.enrolled, "hello_answer": answers.hello,
    "push_answer": answers.pushed, "pull_answer": answers.pulled,
}  # fmt: skip
REQUESTS: Mapping[str, type[Message]] = {
    "enrol_request": Enrol, "hello_request": Hello, "push_request": Push, "pull_request": Pull,
}  # fmt: skip


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_the_side_that_a_message_is_for_still_understands_it(path):
    definition, message = path.name.split(".")[0], read_json(path)
    if definition in ANSWERS:
        assert ANSWERS[definition](message)
    elif definition in REQUESTS:
        assert of(REQUESTS[definition], message)


def test_every_kind_of_operation_and_message_has_its_payload():
    kinds = {op["kind"] for protocol in PROTOCOLS for op in pushed(protocol)}
    assert kinds == {"create", "set", "append", "void", "sign", "command"}
    assert {path.name.split(".")[0] for path in MESSAGES} >= {
        "enrol_request", "enrol_answer", "hello_request", "hello_answer", "push_request",
        "push_answer", "pull_request", "pull_answer", "live_event", "problem",
    }  # fmt: skip
