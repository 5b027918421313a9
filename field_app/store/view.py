"""The folded view of each ticket: what the office last said, and on top what we did since."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from field_app.store.database import Database
from field_app.store.enrolment import enrolled
from field_app.store.operations import operation_of
from field_app.store.ticket_index import THESE, Folded, forget, save, these
from field_app.store.unfit import UnfitTicket
from shared.operations.operation import Operation, apply
from shared.ticket.people import Actor
from shared.ticket.ticket import Record

log = logging.getLogger("folio.store")

NOTHING: Mapping[str, Folded] = {}


def viewed(database: Database, ticket: str) -> Record | None:
    """The folded record as it is shown, or None for a ticket that is not on this tablet.

    Raises UnfitTicket for one that cannot be shown: nobody changes or signs what they cannot see.
    """
    row = database.row(
        "SELECT id, label, doc, entries, rev, unfit FROM ticket WHERE id = ?", ticket
    )
    if row and row["unfit"]:
        raise UnfitTicket(label=row["label"])
    return record_of(row) if row else None


def views(database: Database, tickets: Iterable[str]) -> dict[str, Record]:
    """The folded records of those of these tickets that are on this tablet and can be shown."""
    rows = database.rows(
        f"SELECT id, doc, entries, rev FROM ticket WHERE unfit IS NULL AND id IN {THESE}",
        these(tickets),
    )
    return {row["id"]: record_of(row) for row in rows}


def show(database: Database, operation: Operation) -> None:
    """Lay one new operation of ours on the view. Runs in the transaction that recorded it."""
    before = viewed(database, operation.ticket) or Record(operation.ticket)
    record = apply(before, operation, enrolled(database).user.actor)
    save(database, [Folded.of(record)])


def refresh(
    database: Database, tickets: Iterable[str], fresh: Mapping[str, Folded] = NOTHING
) -> None:
    """Fold these tickets anew: after a pull, or when their operations are queued again.

    `fresh` is what the caller has just written into the base of some of them, by id.
    """
    ids = sorted(set(tickets))
    if not ids:
        return
    with database.transaction():
        _settle(database, ids)
        folded = list(_fold(database, ids, fresh))
        forget(database, set(ids) - {item.record.id for item in folded})
        save(database, folded)


def answered(database: Database, tickets: Iterable[str]) -> None:
    """Fold anew those of these tickets whose view an answer changes: an operation left it."""
    with database.transaction():
        refresh(database, _settle(database, list(tickets)))


def _fold(database: Database, ids: list[str], fresh: Mapping[str, Folded]) -> Iterator[Folded]:
    """base + our operations that it does not carry yet; nothing where there is neither."""
    bases = {**_bases(database, [id for id in ids if id not in fresh]), **fresh}
    own = database.rows(
        f"SELECT * FROM outbox WHERE reflected = 0 AND ticket IN {THESE} ORDER BY seq", these(ids)
    )
    operations = {
        id: list(rows) for id, rows in groupby(sorted(own, key=_of_ticket), key=_of_ticket)
    }
    actor = enrolled(database).user.actor
    for id in ids:
        base = bases.get(id)
        if id in operations and not (base and base.unfit):
            yield _with_ours(base, id, operations[id], actor)
        elif base is not None:
            yield base


def _with_ours(
    base: Folded | None, id: str, operations: Iterable[Mapping[str, Any]], actor: Actor
) -> Folded:
    record = base.record if base else Record(id)
    try:
        for operation in operations:
            record = apply(record, operation_of(operation), actor)
        return Folded.of(record)
    except Exception as fault:
        # One ticket whose parts do not go together must not keep the others from being read.
        log.exception("ticket %s cannot be folded", id)
        return Folded.unshown(base.record if base else Record(id), f"{type(fault).__name__}")


def _bases(database: Database, ids: list[str]) -> dict[str, Folded]:
    rows = database.rows(
        f"SELECT id, doc, entries, rev, unfit FROM base WHERE record = 'ticket' AND id IN {THESE}",
        these(ids),
    )
    return {
        row["id"]: Folded(record_of(row), row["doc"], row["entries"], row["unfit"] or "")
        for row in rows
    }


def _settle(database: Database, ids: list[str]) -> set[str]:
    """Let go of the operations that the view shows no longer as ours; whose tickets they are.

    The base carries an operation of ours from its result's revision on, never before: dropping
    it earlier would make the view step back. What was refused leaves the view at once.
    """
    with database.transaction():
        settled = database.rows(
            "UPDATE outbox SET reflected = 1 WHERE reflected = 0 AND outcome IS NOT NULL"
            f" AND ticket IN {THESE}"
            " AND (rev IS NULL OR outcome IN ('rejected', 'parked') OR rev <="
            "  (SELECT rev FROM base WHERE base.record = 'ticket' AND base.id = outbox.ticket))"
            " RETURNING ticket",
            these(ids),
        )
    return {row["ticket"] for row in settled}


def _of_ticket(row: Mapping[str, Any]) -> str:
    return str(row["ticket"])


def last_finalise(database: Database, ticket: str) -> dict[str, Any] | None:
    """The queue's row of the last time that this tablet asked to close the ticket."""
    return database.row(
        "SELECT outcome, reflected, missing, reason FROM outbox WHERE ticket = ?"
        " AND kind = 'command' AND json_extract(body, '$.name') = 'finalise'"
        " ORDER BY seq DESC LIMIT 1",
        ticket,
    )


def is_read_only(database: Database, ticket: str) -> bool:
    """Whether the office gave the ticket to somebody else: known, but in no scope of ours."""
    known = database.value("SELECT 1 FROM base WHERE record = 'ticket' AND id = ?", ticket)
    ours = database.value("SELECT 1 FROM membership WHERE record = 'ticket' AND id = ?", ticket)
    return bool(known) and not ours


def record_of(row: Mapping[str, Any]) -> Record:
    """A record out of a row with id, doc, entries, rev."""
    return Record.from_wire(
        row["id"], json.loads(row["doc"]), json.loads(row["entries"]), row["rev"]
    )
