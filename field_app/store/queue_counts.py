"""How much waits for the office, and how much of its answers waits for a person."""

from dataclasses import dataclass

from field_app.store import answers
from field_app.store.database import Database


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits and what was answered: operations and files unsent, tickets to look at.

    `files` are those that the office has not verified; `to_correct` counts what it asked for.
    """

    operations: int = 0
    files: int = 0
    to_correct: int = 0
    changed: int = 0

    @property
    def waiting(self) -> int:
        return self.operations + self.files


def queue_of(database: Database) -> Queue:
    """What waits in this database, and what asks for a person."""
    row = database.row(
        "SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sent')) AS operations,"
        " (SELECT count(*) FROM blob WHERE state = 'kept') AS files,"
        " (SELECT count(DISTINCT ticket) FROM outbox WHERE seen = 0"
        "  AND outcome IN ('conflict', 'late', 'parked'))"
        " + (SELECT count(DISTINCT ticket) FROM office_change) AS changed"
    )
    assert row is not None
    return Queue(to_correct=_to_correct(database), **row)


def _to_correct(database: Database) -> int:
    found = database.rows("SELECT id FROM ticket WHERE stage = 'to_correct'")
    return sum(max(len(answers.to_correct(database, row["id"])), 1) for row in found)
