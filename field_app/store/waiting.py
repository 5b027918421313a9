"""Everything that waits for the office, one line each: the operation queue as a person sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from field_app.store.database import Database
from shared.time.timestamps import instant
from shared.words import t


@dataclass(frozen=True, slots=True)
class Waiting:
    """An operation or a file; `what` is a key of words, `size` in bytes, `trouble` its last one."""

    kind: Literal["operation", "file"]
    id: str
    ticket: str
    label: str
    what: str
    captured_at: datetime
    size: int
    state: str
    trouble: str = ""

    def sentence(self, language: str) -> str:
        """Where it stands."""
        return self.trouble or t(f"sync.waiting.{self.state}", language)


def waiting(database: Database, limit: int = 500) -> list[Waiting]:
    """The first `limit` operations and files that wait, in the order in which they go."""
    return [*_operations(database, limit), *_files(database, limit)]


def _operations(database: Database, limit: int) -> list[Waiting]:
    rows = database.rows(
        "SELECT o.*, coalesce(t.label, '') AS label FROM outbox o"
        " LEFT JOIN ticket t ON t.id = o.ticket"
        " WHERE o.state IN ('queued', 'sent') ORDER BY seq LIMIT ?",
        limit,
    )
    return [
        Waiting(
            "operation", row["op_id"], row["ticket"], row["label"], _what(row),
            instant(row["captured_at"]), len(row["body"]), row["state"],
        )
        for row in rows
    ]  # fmt: skip


def _files(database: Database, limit: int) -> list[Waiting]:
    rows = database.rows(
        "SELECT b.*, u.ticket, coalesce(t.label, '') AS label, coalesce("
        " (SELECT json_extract(e.value, '$.kind') FROM ticket v,"
        "   json_each(v.entries, '$.evidence') e WHERE v.id = u.ticket"
        "   AND json_extract(e.value, '$.sha256') = b.sha256 LIMIT 1), 'before') AS kind"
        " FROM blob b JOIN blob_use u USING (sha256) LEFT JOIN ticket t ON t.id = u.ticket"
        " WHERE b.state = 'kept' GROUP BY b.sha256 ORDER BY b.rank, b.size LIMIT ?",
        limit,
    )
    return [
        Waiting(
            "file", row["sha256"], row["ticket"], row["label"],
            f"process.evidence.{row['kind']}", instant(row["kept_at"]), row["size"], "kept",
            row["trouble"] or "",
        )
        for row in rows
    ]  # fmt: skip


def _what(row: Mapping[str, Any]) -> str:
    """The words for an operation: its command, its field, its collection."""
    body = json.loads(row["body"])
    if row["kind"] == "command":
        return f"process.command.{body['name']}"
    if row["kind"] == "set" and len(body["fields"]) == 1:
        return f"process.field.{next(iter(body['fields']))}"
    if row["kind"] in ("append", "void"):
        return f"process.entry.{body['collection']}"
    return f"process.kind.{row['kind']}"
