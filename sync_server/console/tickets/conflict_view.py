"""Two values of one field, side by side, for a person to choose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.ticket.fields import FREE_TEXT, SHOWN_FIELDS
from sync_server.console.web.formatting import Formatting
from sync_server.database.transactions import Transaction
from sync_server.tickets import operation_log


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a value, and when; nobody known where the log does not say."""

    name: str = ""
    at: datetime | None = None


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
    standing_by: "Author"
    losing_by: "Author"
    at: datetime
    stands: bool
    is_prose: bool
    was_shown: bool


def disputes(
    tx: Transaction,
    formatting: Formatting,
    rows: Iterable[Row[Any]],
    docs: Mapping[str, Mapping[str, Any]],
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
            *_authors(tx, formatting, row),
            row.at,
            docs.get(row.ticket, {}).get(row.field) == row.standing,
            row.field in FREE_TEXT,
            row.field in SHOWN_FIELDS,
        )
        for row in rows
    ]


def _authors(tx: Transaction, formatting: Formatting, row: Row[Any]) -> tuple[Author, Author]:
    """Who wrote the value that stands, and who the other: the log says it of each."""
    contested = Author(formatting.person(row.user), row.at)
    lines = operation_log.history(tx, row.ticket)
    came = next((line for line in lines if line.op_id == row.op_id), None)
    before = [line for line in lines if came is None or line.position < came.position]
    incoming = _written(came, row.field) if came is not None else row.losing
    other = row.standing if incoming == row.losing else row.losing
    wrote = next((line for line in reversed(before) if _written(line, row.field) == other), None)
    earlier = Author(formatting.person(wrote.user), wrote.captured_at) if wrote else Author()
    return (earlier, contested) if incoming == row.losing else (contested, earlier)


def _written(line: Row[Any], field: str) -> Any:
    """What this operation wrote into the field; None where it did not."""
    body = line.message.get("body") if isinstance(line.message, Mapping) else None
    fields = body.get("fields") if isinstance(body, Mapping) else None
    return fields.get(field) if isinstance(fields, Mapping) else None
