"""Work in hand that is no operation yet: the strokes of a signature, a form half filled in."""

import json
from typing import Any

from field_app.store.database import Database, dump


def draft(database: Database, ticket: str, name: str) -> Any | None:
    """What was last saved under this name, or None."""
    text = database.value("SELECT value FROM draft WHERE ticket = ? AND name = ?", ticket, name)
    return None if text is None else json.loads(text)


def save_draft(database: Database, ticket: str, name: str, value: Any) -> None:
    """Keep a JSON value; durable when this returns."""
    with database.transaction() as db:
        db.execute(
            "INSERT INTO draft (ticket, name, value) VALUES (?, ?, ?)"
            " ON CONFLICT (ticket, name) DO UPDATE SET value = excluded.value",
            (ticket, name, dump(value)),
        )


def drop_draft(database: Database, ticket: str, name: str) -> None:
    """Forget it: it was sent on, or wiped away."""
    with database.transaction() as db:
        db.execute("DELETE FROM draft WHERE ticket = ? AND name = ?", (ticket, name))


def drafts_of(database: Database, ticket: str | None, prefix: str) -> list[tuple[str, str, Any]]:
    """(ticket, name, value) of all whose name begins so; of every ticket when none is named."""
    rows = database.rows(
        "SELECT ticket, name, value FROM draft"
        " WHERE substr(name, 1, ?) = ? AND (? IS NULL OR ticket = ?) ORDER BY rowid",
        len(prefix), prefix, ticket, ticket,
    )  # fmt: skip
    return [(row["ticket"], row["name"], json.loads(row["value"])) for row in rows]
