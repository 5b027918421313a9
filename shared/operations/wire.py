"""The messages of the sync contract as JSON, and the checks that a message is whole. SYNC.md."""

import base64
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from shared.operations.digest import digest
from shared.operations.operation import MEMBERS, SCHEMA, Operation
from shared.time.timestamps import wire_time

PROTOCOL = 1
MOST_OPERATIONS = 200
MOST_BYTES = 256 * 1024
"""A push holds at most so many operations and encoded bytes."""

Upcaster = Callable[[Mapping[str, Any]], Mapping[str, Any]]

UPCASTERS: Mapping[int, Upcaster] = {}
"""From schema n to n + 1, each a pure function of a whole operation message."""


def operation_message(operation: Operation) -> dict[str, Any]:
    """The eight members of an operation as they are sent and hashed."""
    return {
        "n": operation.n,
        "op_id": operation.op_id,
        "ticket": operation.ticket,
        "kind": operation.kind.value,
        "schema": operation.schema,
        "base_rev": operation.base_rev,
        "captured_at": wire_time(operation.captured_at),
        "body": dict(operation.body),
    }


def message_hash(message: Mapping[str, Any]) -> str:
    """Hex sha256 of an operation as sent: its eight members and no others, canonical.

    Raises shared.operations.digest.NotCanonical.
    """
    if message.keys() != _MEMBERS:
        message = {name: message[name] for name in MEMBERS if name in message}
    return digest(message)


_MEMBERS = frozenset(MEMBERS)


def upcast(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message in today's schema; one of a newer schema comes back as it was."""
    schema = message.get("schema", SCHEMA)
    while isinstance(schema, int) and schema in UPCASTERS:
        message = {**UPCASTERS[schema](message), "schema": schema + 1}
        schema += 1
    return message


def content_digest(body: bytes) -> str:
    """The Content-Digest header of an encoded body. RFC 9530."""
    return f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"


def digest_matches(header: str, body: bytes) -> bool:
    """Whether a Content-Digest header speaks of these bytes; other algorithms are passed over."""
    members = (member.strip() for member in header.split(","))
    return any(member == content_digest(body) for member in members)


def scope_digest(rows: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """{count, xor} over (record, id, rev) of a scope, by which both sides see that they agree."""
    count, xor = 0, 0
    for record, id, rev in rows:
        count += 1
        xor ^= int.from_bytes(sha256(f"{record}/{id}/{rev}".encode()).digest()[:8], "big")
    return {"count": count, "xor": f"{xor:016x}"}
