"""What the office answered and changed that a person must look at, until they have."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from field_app.store.database import Database
from field_app.store.view import last_finalise, viewed
from shared.closure.missing import Missing
from shared.time.timestamps import instant


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A value of ours and one of another person: which stands, which waits for the office."""

    field: str
    standing: Any
    losing: Any
    at: datetime | None


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """What the office changed while the ticket was on this tablet."""

    field: str
    before: Any
    after: Any
    at: datetime


def to_correct(database: Database, ticket: str) -> tuple[Missing, ...]:
    """What the office found missing, at once or when the files had arrived."""
    asked = last_finalise(database, ticket)
    if asked is not None and not asked["reflected"]:
        return ()
    found = json.loads(asked["missing"] or "[]") if asked else []
    record = viewed(database, ticket)
    later = (record.fields.get("finalise_missing") or {}).get("missing") if record else None
    return _for_a_person(found) or _for_a_person(later or ())


def _for_a_person(found: Iterable[Mapping[str, Any]]) -> tuple[Missing, ...]:
    # Bytes on their way are not for a person to correct: the sync strip counts them.
    return tuple(missing_of(item) for item in found if not item.get("waits"))


def missing_of(message: Mapping[str, Any]) -> Missing:
    """One thing that is missing, out of the office's answer."""
    said = message.get("sentences") or {}
    plain = str(message.get("sentence") or "")
    return Missing(
        str(message.get("rule") or ""), str(message.get("field") or ""),
        str(said.get("es") or plain), str(said.get("en") or plain), new=message.get("new") is True,
    )  # fmt: skip


def refusal(asked: Mapping[str, Any] | None) -> str:
    reason = json.loads(asked["reason"] or "null") if asked else None
    return str(reason or "")


def conflicts(database: Database, ticket: str) -> tuple[FieldConflict, ...]:
    rows = database.rows(
        "SELECT conflicts, acked_at FROM outbox WHERE ticket = ? AND outcome = 'conflict'"
        " AND seen = 0 ORDER BY seq",
        ticket,
    )
    return tuple(
        FieldConflict(
            c.get("field") or "", c.get("standing"), c.get("losing"), instant(row["acked_at"])
        )
        for row in rows
        for c in json.loads(row["conflicts"] or "[]")
    )


def changes(database: Database, ticket: str) -> tuple[OfficeChange, ...]:
    rows = database.rows("SELECT * FROM office_change WHERE ticket = ? ORDER BY id", ticket)
    return tuple(
        OfficeChange(
            row["field"], json.loads(row["before"]), json.loads(row["after"]), instant(row["at"])
        )
        for row in rows
    )


def acknowledge(database: Database, ticket: str) -> None:
    """A person has seen what the office answered and changed on this ticket."""
    with database.transaction() as db:
        db.execute("UPDATE outbox SET seen = 1 WHERE ticket = ? AND outcome IS NOT NULL", (ticket,))
        db.execute("DELETE FROM office_change WHERE ticket = ?", (ticket,))
