"""Notes on a ticket: who wrote each, and that those of the office stay in the office.

A note is a word among colleagues. One that a tablet wrote is on that tablet; one that was written
in the office goes to no tablet, which would hold it before a customer, and into nothing that is
handed out. The log says who wrote which: a note itself has no author.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from shared.operations.operation import Kind
from sync_server.database.tables import operation
from sync_server.database.transactions import Transaction

NOTES = "notes"


@dataclass(frozen=True, slots=True)
class NoteAuthor:
    """Who wrote a note, in which role, and where: a tablet's id, `office:<user id>` or `system`."""

    user: str
    role: str
    device: str

    @property
    def in_office(self) -> bool:
        """Whether it was written at the console, the command line, or by the system."""
        return is_of_the_office(self.device)


def is_of_the_office(device: str) -> bool:
    """Whether what came from there was written in the office and on no tablet."""
    return device == "system" or device.startswith("office:")


def authors(tx: Transaction, tickets: Collection[str]) -> dict[str, dict[str, NoteAuthor]]:
    """Who wrote the notes of these tickets: by ticket, then by the id of the note."""
    found: dict[str, dict[str, NoteAuthor]] = defaultdict(dict)
    query = (
        select(operation.c.ticket, operation.c.user, operation.c.role, operation.c.device,
               operation.c.message)
        .where(operation.c.ticket.in_(sorted(tickets)), operation.c.kind == Kind.APPEND.value)
        .order_by(operation.c.position)
    )  # fmt: skip
    for row in tx.rows(query) if tickets else ():
        id = note_in(row.message)
        if id is not None:
            found[row.ticket].setdefault(id, NoteAuthor(row.user, row.role, row.device))
    return found


def note_in(message: Any) -> str | None:
    """The id of the note that this operation appends; None for any other operation."""
    body = message.get("body") if isinstance(message, Mapping) else None
    if not isinstance(body, Mapping) or body.get("collection") != NOTES:
        return None
    entry = body.get("entry")
    id = entry.get("id") if isinstance(entry, Mapping) else None
    return id if isinstance(id, str) else None


def of_tablets(
    notes: Iterable[Mapping[str, Any]], authors: Mapping[str, NoteAuthor]
) -> list[Mapping[str, Any]]:
    """The notes that a tablet wrote; one of which nobody knows who wrote it stays here too."""
    return [
        note for note in notes
        if (author := authors.get(str(note.get("id")))) and not author.in_office
    ]  # fmt: skip
