"""Who may have which bytes? Naming a hash is no key: anybody can write down a hash.

A naming gives a right to the bytes only if whoever named them had brought them or could read them
at that moment; it is kept with the entry. Every other naming stands as «bytes awaited», until the
same person brings the bytes. SYNC.md, Files.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from shared.ticket.people import Actor
from shared.ticket.ticket import Record
from sync_server.database.tables import blob, blob_brought, evidence, ticket
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action, can


def may_read(tx: Transaction, actor: Actor, sha256: str) -> bool:
    """Whether some ticket that they may see names this file by right."""
    e = evidence.c
    query = select(ticket.c.assignee).join(evidence, e.ticket == ticket.c.id)
    rows = tx.rows(query.where(e.sha256 == sha256, e.awaited.is_(False)))
    return any(can(actor, Action.SEE_BLOB, row) for row in rows)


def knows(tx: Transaction, actor: Actor, sha256: str) -> bool:
    """Whether they may hear that this file is here: they brought it, or may read it."""
    return has_brought(tx, actor.id, sha256) or may_read(tx, actor, sha256)


def has_brought(tx: Transaction, person: str, sha256: str) -> bool:
    """Whether this person once sent these bytes, whole."""
    c = blob_brought.c
    query = select(c.sha256).where(c.sha256 == sha256, c.person == person)
    return tx.scalar(query) is not None


def bring(tx: Transaction, person: str, sha256: str) -> None:
    """They sent these bytes, whole: what they named by this hash, they named by right."""
    if not has_brought(tx, person, sha256):
        tx.execute(insert(blob_brought).values(sha256=sha256, person=person))
    e = evidence.c
    theirs = (e.sha256 == sha256, e.named_by == person, e.awaited)
    tx.execute(update(evidence).where(*theirs).values(awaited=False))


def granted(tx: Transaction, ticket_id: str) -> set[str]:
    """The hashes to whose bytes this ticket has a right."""
    e = evidence.c
    return set(tx.scalars(select(e.sha256).where(e.ticket == ticket_id, e.awaited.is_(False))))


def granted_to(tx: Transaction, record: Record, namers: Mapping[str, Actor]) -> set[str]:
    """The same for a record that is staged: what is named in this transaction is in no row yet."""
    e = evidence.c
    rows = tx.rows(select(e.entry, e.awaited).where(e.ticket == record.id))
    awaited = {row.entry: row.awaited for row in rows}
    new = [entry for entry in record.entries.get("evidence", ()) if entry["id"] not in awaited]
    ours = {entry["sha256"] for entry in new if _by_right(tx, entry, namers)}
    return ours | granted(tx, record.id)


def note(
    tx: Transaction,
    ticket_id: str,
    entries: Iterable[Mapping[str, Any]],
    namers: Mapping[str, Actor],
    late: bool = False,
) -> None:
    """Keep which files these entries name, and by what right; who is no namer is the office."""
    rows = []
    for entry in entries:
        namer = namers.get(entry["id"])
        rows.append({
            "ticket": ticket_id,
            "entry": entry["id"],
            "sha256": entry["sha256"],
            "kind": entry["kind"],
            "late": late or "late" in entry,
            "named_by": namer.id if namer else None,
            "awaited": not _by_right(tx, entry, namers),
        })  # fmt: skip
    if rows:
        tx.execute(insert(evidence), rows)


def _by_right(tx: Transaction, entry: Mapping[str, Any], namers: Mapping[str, Actor]) -> bool:
    namer = namers.get(entry["id"])
    return namer is None or _had(tx, namer, entry["sha256"])


def _had(tx: Transaction, namer: Actor, sha256: str) -> bool:
    return knows(tx, namer, sha256) or _is_nobodys(tx, sha256)


def _is_nobodys(tx: Transaction, sha256: str) -> bool:
    """Whether these bytes came before it was noted who brought them, and nothing named them yet.

    Only 0.1.0 left such ones: sent before their operation, they belong to the one who names them.
    """
    return (
        tx.scalar(select(blob.c.sha256).where(blob.c.sha256 == sha256)) is not None
        and tx.scalar(select(blob_brought.c.sha256).where(blob_brought.c.sha256 == sha256)) is None
        and tx.scalar(select(evidence.c.sha256).where(evidence.c.sha256 == sha256)) is None
    )
