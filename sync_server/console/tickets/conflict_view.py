"""Two values of one field, side by side, for a person to choose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.ticket.fields import FREE_TEXT, SHOWN_FIELDS
from sync_server.console.web.formatting import Formatting


@dataclass(frozen=True, slots=True)
class Dispute:
    """`stands` when the first value is the field's now; else prose keeps both, one after the other.
    Prose may be written anew. `was_shown`: the customer signed over it."""

    id: str
    ticket: str
    folio: str
    field: str
    label: str
    standing: str
    losing: str
    by: str
    at: datetime
    stands: bool
    is_prose: bool
    was_shown: bool


def disputes(
    formatting: Formatting, rows: Iterable[Row[Any]], docs: Mapping[str, Mapping[str, Any]]
) -> Sequence[Dispute]:
    """Unresolved conflicts as they are shown; `docs` has the fields of their tickets, by id.

    Rows of one ticket may lack its folio.
    """
    return [
        Dispute(
            row.id,
            row.ticket,
            row._mapping.get("folio") or "",
            row.field,
            formatting.field(row.field),
            formatting.value(row.field, row.standing),
            formatting.value(row.field, row.losing),
            formatting.person(row.user),
            row.at,
            docs.get(row.ticket, {}).get(row.field) == row.standing,
            row.field in FREE_TEXT,
            row.field in SHOWN_FIELDS,
        )
        for row in rows
    ]
