"""Work that came too late: kept in full, shown to the supervisor, never altering what has ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from shared.operations.operation import Kind, Operation
from shared.ticket.ticket import Record
from shared.words import t
from sync_server.database.tables import evidence, late_arrival
from sync_server.database.transactions import Transaction
from sync_server.tickets import evidence_rights
from sync_server.tickets.unit_of_work import UnitOfWork

TERMINAL = "terminal"
REASSIGNED = "reassigned"

INHERITED = (
    "channel nature type priority requester customer site asset contract warranty billable"
).split()
"""What a follow-up ticket takes over from the one it follows. R096."""


def keep(
    unit: UnitOfWork,
    ticket: Record,
    line: int,
    operation: Operation,
    reason: str,
) -> None:
    """Attach a late operation to its ticket."""
    if reason == TERMINAL:
        _note_evidence(unit, operation)
    unit.tx.execute(
        insert(late_arrival).values(
            id=unit.context.new_id(), ticket=ticket.id, operation=line, reason=reason, at=unit.now,
        )
    )  # fmt: skip


def unseen(tx: Transaction, most: int = 500) -> list[Row[Any]]:
    """Late arrivals that no supervisor has looked at, oldest first."""
    query = select(late_arrival).where(late_arrival.c.seen_at.is_(None))
    return tx.rows(query.order_by(late_arrival.c.at, late_arrival.c.id).limit(most))


def of_ticket(tx: Transaction, ticket_id: str) -> list[Row[Any]]:
    """The late arrivals of a ticket, oldest first."""
    query = select(late_arrival).where(late_arrival.c.ticket == ticket_id)
    return tx.rows(query.order_by(late_arrival.c.at, late_arrival.c.id))


def mark_seen(tx: Transaction, id: str, user: str, now: datetime) -> None:
    """A supervisor has looked at this late arrival."""
    tx.execute(
        update(late_arrival)
        .where(late_arrival.c.id == id, late_arrival.c.seen_at.is_(None))
        .values(seen_at=now, seen_by=user)
    )


def _note_evidence(unit: UnitOfWork, operation: Operation) -> None:
    """A file named too late may still be sent, and be seen by the supervisor."""
    if operation.kind is not Kind.APPEND or operation.body["collection"] != "evidence":
        return
    entry = operation.body["entry"]
    same = (evidence.c.ticket == operation.ticket, evidence.c.entry == entry["id"])
    if unit.tx.scalar(select(evidence.c.entry).where(*same)) is None:
        evidence_rights.note(unit.tx, operation.ticket, [entry], unit.namers, late=True)


def follow_up_of(tx: Transaction, ticket_id: str) -> str | None:
    """The follow-up ticket that somebody opened for what came late for this one."""
    query = select(late_arrival.c.follow_up).where(
        late_arrival.c.ticket == ticket_id, late_arrival.c.follow_up.is_not(None)
    )
    found: str | None = tx.scalar(query.limit(1))
    return found


def inherited(closed: Record) -> dict[str, Any]:
    """The fields with which a closed ticket's follow-up begins. R096."""
    folio = str(closed.fields.get("folio") or closed.id)
    fields = {name: closed.fields[name] for name in INHERITED if name in closed.fields}
    return {
        **fields,
        "description": t("process.follow_up.late", folio=folio),
        "follow_up_of": folio,
    }
