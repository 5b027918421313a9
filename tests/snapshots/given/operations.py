"""Vectors of operations: their hash, and which of them can be read."""

from collections.abc import Mapping
from typing import Any

from shared.operations.digest import canonical
from shared.operations.operation import MEMBERS, read
from shared.operations.wire import message_hash
from shared.ticket.shapes import Unreadable
from tests.shared.records import SIGN_OFF
from tests.snapshots.vector_file import Given, VectorFile

TICKET = "019cd3a6-6e00-7000-8000-000000000001"


def operation(kind: str, body: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """An operation on the wire, complete; any member may be given otherwise."""
    return {
        "n": 1, "op_id": "019cd3dd-5c80-7000-8000-0000000000a1", "ticket": TICKET, "kind": kind,
        "schema": 1, "base_rev": 4, "captured_at": "2026-03-09T09:52:00.000-06:00", "body": body,
        **members,
    }  # fmt: skip


def setting(fields: Any, **members: Any) -> dict[str, Any]:
    return operation("set", {"fields": fields}, **members)


def appending(collection: Any, entry: Any) -> dict[str, Any]:
    return operation("append", {"collection": collection, "entry": entry})


def hashed(given: Given) -> Any:
    message = given["operation"]
    covered = {name: message[name] for name in MEMBERS if name in message}
    return {"canonical": canonical(covered).decode(), "hash": message_hash(message)}


SIGNED = {**SIGN_OFF, "digest": "0" * 64}
PHOTO = {
    "id": "e1", "sha256": "a" * 64, "mime": "image/jpeg", "size": 217344, "kind": "before",
    "caption": "Fusor", "taken_at": "2026-03-09T10:02:11-06:00",
    "position": {"lat": 19.432608, "lon": -99.133209, "accuracy": 8.5},
}  # fmt: skip

READABLE: Mapping[str, dict[str, Any]] = {
    "a ticket born on the tablet": operation(
        "create", {"fields": {"channel": "phone", "description": "No imprime."}}, base_rev=0
    ),
    "one field": setting({"diagnosis": "El fusor no alcanza temperatura."}),
    "a field is cleared by null": setting({"meter_exception": None}),
    "a field that only a later version knows": setting({"firmware": {"version": "9"}}),
    "a meter": setting({"meter": {"total": 284342, "bw": 201580, "colour": 82762}}),
    "an action": appending("actions", {"id": "a1", "text": "Cambio de fusor"}),
    "a photo's entry": appending("evidence", PHOTO),
    "a stretch of time": appending(
        "time_entries",
        {"id": "t1", "start": "2026-03-09T10:00:00-06:00", "end": "2026-03-09T11:30:00-06:00"},
    ),
    "an entry is voided": operation(
        "void", {"collection": "actions", "id": "a1", "reason": "Era otro equipo"}
    ),
    "a sign-off": operation("sign", {"sign_off": SIGNED}),
    "work is started": operation("command", {"name": "start"}),
    "the customer is asked": operation(
        "command", {"name": "ask_customer", "question": "¿Con qué cuenta imprime?"}
    ),
    "the engineer finalises": operation(
        "command", {"name": "finalise", "report": "c" * 64, "record_digest": "d" * 64}
    ),
}

PARKED: Mapping[str, dict[str, Any]] = {
    "an unknown kind": operation("erase", {}),
    "a schema that is newer": setting({"diagnosis": "x"}, schema=99),
    "no ticket is named": setting({"diagnosis": "x"}, ticket=""),
    "no operation is named": setting({"diagnosis": "x"}, op_id=""),
    "a base revision that is no number": setting({"diagnosis": "x"}, base_rev="4"),
    "a time without a zone": setting({"diagnosis": "x"}, captured_at="2026-03-09T09:52:00"),
    "a day that does not exist": setting({"arrived_at": "2026-02-30T09:52:00Z"}),
    "no fields": setting({}),
    "fields that are a list": setting(["diagnosis"]),
    "a number where a text belongs": setting({"diagnosis": 7}),
    "a text longer than 20,000 characters": setting({"diagnosis": "x" * 20_001}),
    "a code of no catalogue": setting({"priority": "urgent"}),
    "a flag as a text": setting({"history_reviewed": "true"}),
    "a meter below zero": setting({"meter": {"total": -1}}),
    "an unknown collection": appending("spells", {"id": "a1"}),
    "an entry without an id": appending("actions", {"text": "Limpieza"}),
    "an entry that is born voided": appending("actions", {"id": "a1", "voided": {}}),
    "a stretch of time without its end": appending(
        "time_entries", {"id": "t1", "start": "2026-03-09T10:00:00-06:00"}
    ),
    "evidence without the hash of its bytes": appending("evidence", {"id": "e1", "kind": "after"}),
    "evidence whose hash is a path": appending(
        "evidence", {"id": "e1", "kind": "after", "sha256": "../../etc/passwd"}
    ),
    "a void without a reason": operation("void", {"collection": "actions", "id": "a1"}),
    "a void in an unknown collection": operation(
        "void", {"collection": "spells", "id": "a1", "reason": "x"}
    ),
    "a sign-off without a digest": operation("sign", {"sign_off": dict(SIGN_OFF)}),
    "a stroke whose points have two numbers": operation(
        "sign", {"sign_off": {**SIGNED, "strokes": [[[1, 2]]]}}
    ),
    "an unknown command": operation("command", {"name": "abracadabra"}),
    "a question that is a list": operation(
        "command", {"name": "ask_customer", "question": ["¿Qué cuenta?"]}
    ),
}


def judged(given: Given) -> Any:
    try:
        read(given["operation"])
    except Unreadable:
        return {"readable": False}
    return {"readable": True}


OPERATION_HASHES = VectorFile(
    "operation-hashes",
    "The hash of an operation: hex sha256 of the canonical JSON of its eight members (n, op_id, "
    "ticket, kind, schema, base_rev, captured_at, body) as they were sent, and of no others.",
    {
        **{name: {"operation": message} for name, message in READABLE.items()},
        "a ninth member is not hashed": {
            "operation": {**READABLE["one field"], "queued_at": "2026-03-09T09:53:00-06:00"}
        },
        "a time is hashed as it was written": {
            "operation": setting({"solution": "Listo"}, captured_at="2026-03-09T15:52:00Z")
        },
    },
    hashed,
)

OPERATIONS_READ = VectorFile(
    "operations-read",
    "Which operations can be read. One that cannot is parked with its bytes and a reason; it never "
    "stops those that follow it.",
    {name: {"operation": message} for name, message in {**READABLE, **PARKED}.items()},
    judged,
)
