"""An operation and its row in the operation queue, both ways."""

import json
from collections.abc import Mapping
from typing import Any

from field_app.store.database import dump
from shared.operations.operation import MEMBERS, Kind, Operation
from shared.operations.wire import upcast
from shared.time.timestamps import instant


def operation_of(row: Mapping[str, Any]) -> Operation:
    """An operation out of its row, in today's schema; the row itself stays as it was captured."""
    message = upcast(message_of(row))
    return Operation(
        n=message["n"],
        op_id=message["op_id"],
        ticket=message["ticket"],
        kind=Kind(message["kind"]),
        base_rev=message["base_rev"],
        captured_at=instant(message["captured_at"]),
        body=message["body"],
        schema=message["schema"],
    )


def text_of(row: Mapping[str, Any]) -> str:
    """The message as JSON, its body word for word as it was kept."""
    head = dump({name: row[name] for name in MEMBERS if name != "body"})
    return f'{head[:-1]},"body":{row["body"]}}}'


def message_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The eight members as they are sent and hashed."""
    return {
        "n": row["n"], "op_id": row["op_id"], "ticket": row["ticket"], "kind": row["kind"],
        "schema": row["schema"], "base_rev": row["base_rev"],
        "captured_at": row["captured_at"], "body": json.loads(row["body"]),
    }  # fmt: skip
