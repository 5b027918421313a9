"""Files whose bytes this tablet no longer has: the office is told once, and the queue goes on.

What was captured stays in its ticket, under the hash that it always had. Should the file turn up
again it is sent like any other, and the office takes it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from field_app.store import evidence, operation_queue, view
from field_app.store.database import Database
from field_app.store.evidence import EvidenceMissing, Rank
from shared.operations.operation import Kind

GONE, DAMAGED = "gone", "damaged"
"""Why: there is no such file, or its bytes cannot be read or are others."""


def lose(database: Database, name: str, at: datetime, new_id: Callable[[], str]) -> None:
    """The file of this hash, not yet in the office, is lost: one operation for each ticket that
    names it, in the transaction that takes it out of the queue. `at` is zoned."""
    reason = DAMAGED if evidence.is_there(database, name) else GONE
    with database.transaction() as db:
        db.execute(
            "UPDATE blob SET state = 'lost', upload_url = NULL WHERE sha256 = ? AND state = 'kept'",
            (name,),
        )
        for ticket in _untold(database, name):
            body = {"name": "bytes_lost", "sha256": name, "reason": reason}
            operation_queue.record(database, ticket, Kind.COMMAND, body, at=at, op_id=new_id())


def lose_missing(
    database: Database, ticket: str, at: datetime, new_id: Callable[[], str]
) -> list[str]:
    """Look at every photo of a ticket that is still to be sent; the hashes of those lost."""
    rows = database.rows(
        "SELECT sha256 FROM blob JOIN blob_use USING (sha256)"
        " WHERE ticket = ? AND state = 'kept' AND rank = ? ORDER BY sha256",
        ticket, Rank.PHOTO,
    )  # fmt: skip
    lost = [row["sha256"] for row in rows if not _is_whole(database, row["sha256"])]
    for name in lost:
        lose(database, name, at, new_id)
    return lost


def find_again(database: Database) -> None:
    """Queue what was lost and is whole again: a card came back, the same photo was kept anew."""
    rows = database.rows("SELECT sha256 FROM blob WHERE state = 'lost'")
    found = [row["sha256"] for row in rows if _is_whole(database, row["sha256"])]
    with database.transaction() as db:
        for name in found:
            db.execute("UPDATE blob SET state = 'kept', trouble = NULL WHERE sha256 = ?", (name,))


def tickets_of(database: Database, name: str) -> list[str]:
    """The tickets for which a file was kept."""
    rows = database.rows("SELECT ticket FROM blob_use WHERE sha256 = ? ORDER BY ticket", name)
    return [row["ticket"] for row in rows]


def _untold(database: Database, name: str) -> Iterable[str]:
    """The tickets whose evidence this file is, that do not say yet that it is lost."""
    rows = database.rows(
        "SELECT ticket, rank FROM blob_use JOIN blob USING (sha256) WHERE sha256 = ?", name
    )
    for row in rows:
        record = view.viewed(database, row["ticket"])
        if record is None:
            # It left this tablet, and its work is not all in the office yet.
            if row["rank"] != Rank.THUMBNAIL:
                yield row["ticket"]
            continue
        names = {entry["sha256"] for entry in record.entries.get("evidence", ())}
        if name in names and name not in (record.fields.get("bytes_lost") or {}):
            yield row["ticket"]


def _is_whole(database: Database, name: str) -> bool:
    try:
        evidence.read(database, name)
    except EvidenceMissing:
        return False
    return True
