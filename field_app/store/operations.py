"""An operation and its row in the outbox, both ways."""

import json
from collections.abc import Mapping
from typing import Any

from shared.changes import Kind, Operation
from shared.times import instant


def operation_of(row: Mapping[str, Any]) -> Operation:
    """An operation out of its row, its body as it was captured."""
    return Operation(
        n=row["n"],
        op_id=row["op_id"],
        ticket=row["ticket"],
        kind=Kind(row["kind"]),
        base_rev=row["base_rev"],
        captured_at=instant(row["captured_at"]),
        body=json.loads(row["body"]),
        schema=row["schema"],
    )


def message_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The eight members as they are sent and hashed."""
    return {
        "n": row["n"], "op_id": row["op_id"], "ticket": row["ticket"], "kind": row["kind"],
        "schema": row["schema"], "base_rev": row["base_rev"],
        "captured_at": row["captured_at"], "body": json.loads(row["body"]),
    }  # fmt: skip
