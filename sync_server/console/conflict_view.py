"""Two values of one field, side by side, for a person to choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.digest import SHOWN_FIELDS
from shared.ticket import FREE_TEXT
from sync_server.console.telling import Telling


@dataclass(frozen=True, slots=True)
class Dispute:
    """`standing` was there or stayed; `losing` came and did not. Prose may be written anew."""

    id: str
    ticket: str
    folio: str
    field: str
    label: str
    standing: str
    losing: str
    by: str
    at: datetime
    is_prose: bool
    was_shown: bool


def disputes(telling: Telling, rows: Iterable[Row[Any]]) -> Sequence[Dispute]:
    """Unresolved conflicts as they are shown; rows of one ticket may lack its folio."""
    return [
        Dispute(
            row.id,
            row.ticket,
            row._mapping.get("folio") or "",
            row.field,
            telling.field(row.field),
            telling.value(row.field, row.standing),
            telling.value(row.field, row.losing),
            telling.person(row.user),
            row.at,
            row.field in FREE_TEXT,
            row.field in SHOWN_FIELDS,
        )
        for row in rows
    ]
