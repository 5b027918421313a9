"""Yesterday's messages, kept for ever as they were sent: today's code still takes them.

A file here is never changed and never taken away. A new form of a message is a new file.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.changes import MEMBERS, Operation, apply, read
from shared.ticket import Record, Ticket
from shared.wire import message_hash, upcast
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
    record = Record(pushed(protocol)[0]["ticket"])
    for message in pushed(protocol):
        operation = taken(message)
        assert operation.body == message["body"], "a body is never migrated where it is kept"
        record = apply(record, operation)
    ticket = Ticket.of(record)
    assert all((ticket.diagnosis, ticket.meter, ticket.sign_off, ticket.evidence))


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda path: path.name)
def test_a_ticket_pulled_yesterday_is_still_a_ticket(protocol):
    changes = read_json(protocol / "pull_answer.json")["changes"]
    kinds = {change["record"] for change in changes}
    assert kinds >= {"ticket", "asset", "customer", "site", "catalogue", "stock", "answer"}
    for change in changes:
        if change["kind"] == "update" and change["record"] == "ticket":
            record = Record.from_wire(change["id"], change["doc"], change["entries"], change["rev"])
            assert Ticket.of(record).label == change["doc"]["folio"]


def test_every_kind_of_operation_and_message_has_its_payload():
    kinds = {op["kind"] for protocol in PROTOCOLS for op in pushed(protocol)}
    assert kinds == {"create", "set", "append", "void", "sign", "command"}
    assert {path.name.split(".")[0] for path in MESSAGES} >= {
        "enrol_request", "enrol_answer", "hello_request", "hello_answer", "push_request",
        "push_answer", "pull_request", "pull_answer", "live_event", "problem",
    }  # fmt: skip
