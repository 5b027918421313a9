"""One thing somebody did, and what a record looks like after it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.operations.digest import NotCanonical, canonical
from shared.operations.states import MOVES, REPORT_DIFFERS, move
from shared.ticket.checks import check_collection, check_entry, check_fields
from shared.ticket.fields import COMMAND_FIELDS
from shared.ticket.people import Actor, Role
from shared.ticket.plain import CONTROL, LARGEST, plain
from shared.ticket.shapes import (
    NAME,
    SHA256_HEX,
    Check,
    Unreadable,
    count,
    mapping,
    name,
    text,
    time,
)
from shared.ticket.ticket import Record, State, Ticket
from shared.time.timestamps import instant

SCHEMA = 1
"""The schema of operations that this version writes; older ones come in through upcasters."""


class Kind(StrEnum):
    """What an operation does. SYNC.md, Transport."""

    CREATE = "create"
    SET = "set"
    APPEND = "append"
    VOID = "void"
    SIGN = "sign"
    COMMAND = "command"


class Outcome(StrEnum):
    """What became of an operation. SYNC.md, Merging."""

    APPLIED = "applied"
    CONFLICT = "conflict"
    LATE = "late"
    PARKED = "parked"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Operation:
    """A change to one ticket, numbered `n` on its device; `body` as sent, never migrated."""

    n: int
    op_id: str
    ticket: str
    kind: Kind
    base_rev: int
    captured_at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def fields(self) -> Mapping[str, Any]:
        """What a create, set or sign writes."""
        if self.kind is Kind.SIGN:
            return {"sign_off": self.body["sign_off"]}
        fields: Mapping[str, Any] = self.body.get("fields", {})
        return fields


MEMBERS = ("n", "op_id", "ticket", "kind", "schema", "base_rev", "captured_at", "body")
"""What an operation is on the wire, no more and no less."""


def check_plain(message: Mapping[str, Any]) -> None:
    """A message that the log can say and a page can show, whatever it means. Raises Unreadable."""
    plain(message, "the operation", CONTROL)


def read(message: Mapping[str, Any]) -> Operation:
    """The operation in a wire message, which can be read and be hashed. Raises Unreadable."""
    check_plain(message)
    operation = read_hashed(message)
    try:
        canonical(operation.body)
    except NotCanonical as error:
        raise Unreadable(str(error)) from error
    return operation


def read_hashed(message: Mapping[str, Any]) -> Operation:
    """The operation in a wire message that has been hashed: every known part of its body is
    checked, but not once more whether it has a canonical form. Raises Unreadable."""
    name(message.get("op_id"), "op_id")
    name(message.get("ticket"), "ticket")
    text(message.get("kind"), "kind")
    if not isinstance(message.get("n"), int) or isinstance(message["n"], bool):
        raise Unreadable("n is not a whole number")
    if not isinstance(message.get("base_rev"), int) or isinstance(message["base_rev"], bool):
        raise Unreadable("base_rev is not a whole number")
    if not -LARGEST <= message["base_rev"] <= LARGEST:
        raise Unreadable("base_rev is out of range")
    schema = message.get("schema", SCHEMA)
    if schema != SCHEMA or not isinstance(schema, int) or isinstance(schema, bool):
        raise Unreadable(f"schema {str(schema)[:60]!r} is not known here")
    kind = _KINDS.get(message["kind"])
    if kind is None:
        raise Unreadable(f"kind {message['kind'][:60]!r} is not known here")
    time(message.get("captured_at"), "captured_at")
    mapping(message.get("body"), "body")
    _check_body(kind, message["body"])
    return Operation(
        n=message["n"],
        op_id=message["op_id"],
        ticket=message["ticket"],
        kind=kind,
        base_rev=message["base_rev"],
        captured_at=instant(message["captured_at"]),
        body=message["body"],
    )


_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}


def _check_body(kind: Kind, body: Mapping[str, Any]) -> None:
    if kind in (Kind.CREATE, Kind.SET):
        check_fields(body.get("fields"))
        if kind is Kind.CREATE:
            check_provisional(body["fields"].get("provisional_folio"))
    elif kind is Kind.APPEND:
        check_entry(body.get("collection"), body.get("entry"))
        if "voided" in body["entry"]:
            raise Unreadable("an entry is born whole: void it by its own operation")
    elif kind is Kind.VOID:
        check_collection(body.get("collection"))
        name(body.get("id"), "id")
        text(body.get("reason"), "reason")
    elif kind is Kind.SIGN:
        mapping(body.get("sign_off"), "sign_off")
        check_fields({"sign_off": body["sign_off"]})
        for member in ("id", "outcome", "digest"):
            if not body["sign_off"].get(member):
                raise Unreadable(f"sign_off.{member} is missing")
    elif kind is Kind.COMMAND:
        text(body.get("name"), "name")
        if body["name"] not in MOVES:
            raise Unreadable(f"there is no command {body['name'][:60]!r}")
        _check_command(body)


FOLIO = re.compile(r"(?P<prefix>[^-]+)-(?P<year>[0-9]{4})-(?P<number>[0-9]{6,7})")
"""How a number looks that the office gives."""

PROVISIONAL = "PROV-"
"""How those of our own tablets begin."""


def check_provisional(value: Any) -> None:
    """A number that a tablet gives looks like none of the office's. Raises Unreadable."""
    if value is None:
        return
    of_the_office = FOLIO.fullmatch(value) and not value.startswith(PROVISIONAL)
    if of_the_office or not NAME.fullmatch(value):
        raise Unreadable("provisional_folio is none that a tablet gives")


def _check_command(body: Mapping[str, Any]) -> None:
    for word, value in body.items():
        if value is not None and word in _WORDS:
            _WORDS[word](value, word)


def _level(value: Any, where: str) -> None:
    count(value, where)
    if not 1 <= value <= 3:
        raise Unreadable(f"{where} is none of 1, 2, 3")


def _version(value: Any, where: str) -> None:
    count(value, where)
    if value < 1:
        raise Unreadable(f"{where} is not a version from 1 on")


_WORDS: Mapping[str, Check] = {
    **dict.fromkeys(
        "question area awaiting reason proof folio report record_digest trigger to person".split(),
        text,
    ),
    "assignee": name,
    "sha256": SHA256_HEX.check,
    "level": _level,
    "checklist": _version,
}
"""What comes with a command, where it is known."""


def apply(record: Record, operation: Operation, actor: Actor | None = None) -> Record:
    """The record after an operation that nobody contests: what the tablet shows at once.

    Applying the same operation again changes nothing. `finalise` leaves the state alone: only the
    server grants it. The revision is not touched.
    """
    if operation.kind in (Kind.CREATE, Kind.SET, Kind.SIGN):
        fields = {k: v for k, v in operation.fields.items() if k not in COMMAND_FIELDS}
        return record.with_fields(fields)
    if operation.kind is Kind.APPEND:
        return record.with_entry(operation.body["collection"], operation.body["entry"])
    if operation.kind is Kind.VOID:
        return voided(record, operation)
    return commanded(record, operation, actor or Actor("", Role.ENGINEER))


def voided(record: Record, operation: Operation) -> Record:
    """The record with one entry marked void; the first reason given stays."""
    collection, id = operation.body["collection"], operation.body["id"]
    if collection not in record.entries:
        return record
    mark = {"at": operation.captured_at.isoformat(), "reason": operation.body["reason"]}
    rows = tuple(
        {**entry, "voided": mark} if entry["id"] == id and "voided" not in entry else entry
        for entry in record.entries[collection]
    )
    return replace(record, entries={**record.entries, collection: rows})


def commanded(record: Record, operation: Operation, actor: Actor) -> Record:
    """The record after a command, where the move is legal; otherwise as it was."""
    name = operation.body["name"]
    if name == "finalise":
        return record
    state = move(Ticket.of(record), name, actor, operation.body)
    if not isinstance(state, State):
        return record
    return record.with_fields({"state": state.value, **consequences(record, operation)})


def consequences(record: Record, operation: Operation) -> dict[str, Any]:
    """The command fields that a legal command writes, besides the state. PROCESS.md, States."""
    writes = _CONSEQUENCES.get(operation.body["name"])
    return (
        writes(record.fields, operation.body, operation.captured_at.isoformat()) if writes else {}
    )


def _asked(doc: Mapping[str, Any], body: Mapping[str, Any], at: str) -> dict[str, Any]:
    return {
        "question": body["question"],
        "provisional_classification": "HD1",
        "paused": [*(doc.get("paused") or ()), {"from": at}],
    }


def _rejected(doc: Mapping[str, Any], body: Mapping[str, Any], at: str) -> dict[str, Any]:
    count = int(doc.get("reopen_count") or 0) + 1
    return {
        "rejection": body["reason"], "reopen_count": count, "finalised": None,
        **({"validated_at": None} if doc.get("validated_at") else {}), **_decided(doc, at),
    }  # fmt: skip


def _decided(doc: Mapping[str, Any], at: str) -> dict[str, Any]:
    """A report that differed waits for nobody any more, and the clocks go on."""
    flags = list(doc.get("flags") or ())
    if REPORT_DIFFERS not in flags:
        return {}
    flags.remove(REPORT_DIFFERS)
    return {"flags": flags, "paused": resumed(doc.get("paused"), at)}


def _assigned(doc: Mapping[str, Any], body: Mapping[str, Any], at: str) -> dict[str, Any]:
    past = [a if a.get("until") else {**a, "until": at} for a in doc.get("assignments") or ()]
    term = {"engineer": body["assignee"], "since": at}
    return {"assignee": body["assignee"], "assignments": [*past, term]}


def _escalated(doc: Mapping[str, Any], body: Mapping[str, Any], at: str) -> dict[str, Any]:
    before = doc.get("escalation") or {}
    level = int(body.get("level") or 1)
    event = {
        "trigger": body.get("trigger") or "manual",
        "reason": body["reason"],
        "level": level,
        "at": at,
        **({"person": body["person"]} if body.get("person") else {}),
    }
    highest = max(int(before.get("level") or 0), level)
    return {"escalation": {"level": highest, "events": [*before.get("events", ()), event]}}


def _lost(doc: Mapping[str, Any], body: Mapping[str, Any], at: str) -> dict[str, Any]:
    known = doc.get("bytes_lost") or {}
    loss = {"at": at, "reason": body["reason"]}
    return {} if body["sha256"] in known else {"bytes_lost": {**known, body["sha256"]: loss}}


def _loss_accepted(doc: Mapping[str, Any], body: Mapping[str, Any], at: str) -> dict[str, Any]:
    known = doc.get("bytes_lost") or {}
    loss = known.get(body["sha256"])
    if loss is None or "accepted" in loss:
        return {}
    loss = {**loss, "accepted": {"at": at, "reason": body["reason"]}}
    return {"bytes_lost": {**known, body["sha256"]: loss}}


def resumed(paused: Any, at: str) -> list[Mapping[str, Any]]:
    """The pauses with the one that lasts ended at `at` (RFC 3339)."""
    return [span if "to" in span else {**span, "to": at} for span in paused or ()]


def _running_again(doc: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Clocks stand still in `waiting_customer` only: who leaves it otherwise ends the pause."""
    paused = doc.get("paused") or ()
    return {"paused": resumed(paused, at)} if any("to" not in span for span in paused) else {}


_Consequence = Callable[[Mapping[str, Any], Mapping[str, Any], str], dict[str, Any]]

_CONSEQUENCES: Mapping[str, _Consequence] = {
    "start": lambda doc, body, at: {"responded_at": doc.get("responded_at") or at},
    "joint": lambda doc, body, at: {"area": body["area"]},
    "ask_customer": _asked,
    "answer": lambda doc, body, at: {
        "provisional_classification": None, "paused": resumed(doc.get("paused"), at),
    },
    "await_solution": lambda doc, body, at: {"awaiting": body["awaiting"]},
    "request_close": lambda doc, body, at: {
        "proof": body["proof"],
        **({} if REPORT_DIFFERS in (doc.get("flags") or ())
           else {"paused": resumed(doc.get("paused"), at)}),
    },
    "accept_report": lambda doc, body, at: _decided(doc, at),
    "return_report": lambda doc, body, at: {"finalised": None, **_decided(doc, at)},
    "confirm_solution": lambda doc, body, at: {"validated_at": at},
    "reject_solution": _rejected,
    "assign": _assigned,
    "merge_into": lambda doc, body, at: {"merged_into": body["folio"]},
    "refer": lambda doc, body, at: {
        "referred_to": {"to": body.get("to"), "reason": body["reason"]},
    },
    "bytes_lost": _lost,
    "accept_loss": _loss_accepted,
    "escalate": lambda doc, body, at: {**_escalated(doc, body, at), **_running_again(doc, at)},
    "raise_escalation": _escalated,
    "acknowledge_escalation": lambda doc, body, at: {
        "escalation": {**(doc.get("escalation") or {}), "acknowledged": at},
    },
}  # fmt: skip
