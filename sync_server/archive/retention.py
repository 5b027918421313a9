"""How long is what has ended kept? Until its term is over, longer while it is held, never less.

Nothing goes by itself: what is due is listed, somebody says that it may go, and what is left of it
is a row in `disposal`, without which the database lets nothing be deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from shared.ticket.people import Actor
from shared.ticket.ticket import TERMINAL
from sync_server.archive import legal_holds
from sync_server.blobs.store import BlobMissing
from sync_server.database.tables import (
    archive,
    archive_words,
    blob,
    blob_brought,
    conflict,
    cross_rendering,
    disposal,
    evidence,
    late_arrival,
    operation,
    outbox,
    parked,
    register_difference,
    report_reading,
    seal,
    ticket,
    timer,
)
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log
from sync_server.records import feed
from sync_server.runtime import jobs
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.jobs import Job
from sync_server.tickets import on_close, operation_log

DISPOSE = "dispose"
"""The job that removes the files of what was deleted, once the deletion is committed."""


class StillKept(Exception):
    """This may not be deleted: its term is not over, it is held, or it has not ended."""


@dataclass(frozen=True, slots=True)
class Term:
    """An ended ticket and until when it is kept (zoned); `held` is why it is kept all the same."""

    ticket: str
    folio: str | None
    customer: str | None
    ended_at: datetime
    until: datetime
    held: str

    def is_over(self, now: datetime) -> bool:
        """Whether it may be deleted."""
        return self.until <= now and not self.held


def over(at: datetime, years: int) -> datetime:
    """So many years after `at` (zoned); what began on a 29th of February ends on a 1st of March."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)


def term_of(tx: Transaction, ticket_id: str, years: int) -> Term | None:
    """Until when this ticket is kept; None while it goes on, or when it is not here."""
    row = tx.one_or_none(_ended().where(ticket.c.id == ticket_id))
    return _term(tx, row, years) if row else None


def due(tx: Transaction, years: int, now: datetime) -> list[Term]:
    """Everything whose term is over by `now` (zoned), held or not, the oldest first."""
    # A coarse question by the year first, then the exact answer.
    coarse = datetime(max(now.year - years, 1), 12, 31, 23, 59, 59, tzinfo=UTC)
    rows = tx.rows(_ended().where(_ended_at() <= coarse).order_by(_ended_at(), ticket.c.id))
    terms = (_term(tx, row, years) for row in rows)
    return [term for term in terms if term.until <= now]


def dispose(
    tx: Transaction, context: ApplicationContext, actor: Actor, ticket_id: str, now: datetime
) -> str:
    """Delete a ticket whose term is over, with all that hangs on it; the id of what is left.

    Its files go with a job, after the commit. Raises StillKept.
    """
    tx.execute(select(ticket.c.id).where(ticket.c.id == ticket_id).with_for_update())
    term = term_of(tx, ticket_id, context.settings.retention_years)
    if term is None:
        raise StillKept("it has not ended, or is not here")
    if term.held:
        raise StillKept(f"it is held: {term.held}")
    if not term.is_over(now):
        raise StillKept(f"it is kept until {term.until:%Y-%m-%d}")
    id, files = context.new_id(), _files(tx, ticket_id)
    kept = _what_is_left(tx, ticket_id, files)
    tx.execute(
        insert(disposal).values(
            id=id, ticket=ticket_id, folio=term.folio, ended_at=term.ended_at,
            term_over_at=term.until, disposed_at=now, disposed_by=actor.id, kept=kept,
        )
    )  # fmt: skip
    asset = tx.scalar(select(ticket.c.asset).where(ticket.c.id == ticket_id))
    _delete(tx, ticket_id, files)
    on_close.forget(tx, asset, term.folio, now)
    jobs.ask(tx, context, DISPOSE, f"{DISPOSE}/{id}", {"files": sorted(files)}, now)
    audit_log.note(tx, actor, "archive.deleted", term.folio or ticket_id, now, kept)
    return id


def remove_files(context: ApplicationContext, job: Job, now: datetime) -> None:
    """Remove the files of what was deleted, those that nothing else names by now."""
    for name in job.body["files"]:
        with context.database.reading() as tx:
            if tx.scalar(select(blob.c.sha256).where(blob.c.sha256 == name)) is not None:
                continue
        try:
            context.blobs.remove(name)
        except BlobMissing:
            continue


def _ended() -> Any:
    c = ticket.c
    return select(
        c.id, c.folio, c.customer, c.scope, c.closed_at, c.updated_at, _ended_at().label("ended_at")
    ).where(c.state.in_(sorted(TERMINAL)))


def _ended_at() -> Any:
    # What was merged or referred has no time of closing; nothing changes it after that either.
    return func.coalesce(ticket.c.closed_at, ticket.c.updated_at, type_=ticket.c.closed_at.type)


def _term(tx: Transaction, row: Row[Any], years: int) -> Term:
    in_force = [h for h in legal_holds.of_ticket(tx, row.id, row.customer) if h.lifted_at is None]
    until = over(row.ended_at, years)
    held = in_force[0].reason if in_force else ""
    return Term(row.id, row.folio, row.customer, row.ended_at, until, held)


def _files(tx: Transaction, ticket_id: str) -> set[str]:
    """The files that only this ticket names: evidence with its thumbnails, reports, sealed
    copies."""
    of_it = {
        *tx.scalars(select(evidence.c.sha256).where(evidence.c.ticket == ticket_id)),
        *tx.scalars(_reports().where(archive.c.ticket == ticket_id)),
        *tx.scalars(_sealed().where(archive.c.ticket == ticket_id)),
    }
    others = {
        *tx.scalars(select(evidence.c.sha256).where(
            evidence.c.ticket != ticket_id, evidence.c.sha256.in_(of_it))),
        *tx.scalars(_reports().where(
            archive.c.ticket != ticket_id, archive.c.report_sha256.in_(of_it))),
    }  # fmt: skip
    return of_it - others | _thumbnails(tx, ticket_id, of_it - others)


def _thumbnails(tx: Transaction, ticket_id: str, photos: set[str]) -> set[str]:
    """The small pictures of photos that go, as the log names them; one that is evidence of
    another ticket stays."""
    log = operation_log.history(tx, ticket_id)
    entries = (_mapping(_mapping(line.message.get("body")).get("entry")) for line in log)
    small = {e["thumbnail"] for e in entries if e.get("sha256") in photos and _is_text(e)}
    named = select(evidence.c.sha256).where(evidence.c.sha256.in_(small))
    return small - set(tx.scalars(named.where(evidence.c.ticket != ticket_id)))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_text(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("thumbnail"), str)


def _reports() -> Any:
    return select(archive.c.report_sha256).where(archive.c.report_sha256.is_not(None))


def _sealed() -> Any:
    return select(seal.c.sha256).join(archive, archive.c.id == seal.c.archive)


def _what_is_left(tx: Transaction, ticket_id: str, files: set[str]) -> Mapping[str, Any]:
    """What stays of a deleted ticket: nothing about people, only hashes and counts."""
    log = operation_log.history(tx, ticket_id)
    archived = tx.rows(select(archive).where(archive.c.ticket == ticket_id))
    return {
        "operations": len(log),
        "chain": log[-1].link if log else None,
        "archived": [
            {"version": row.version, "record_digest": row.record_digest,
             "report_sha256": row.report_sha256}
            for row in archived
        ],
        "files": sorted(files),
    }  # fmt: skip


def _delete(tx: Transaction, ticket_id: str, files: set[str]) -> None:
    known = tx.one_or_none(select(ticket.c.asset, ticket.c.customer, ticket.c.site).where(
        ticket.c.id == ticket_id))  # fmt: skip
    for scope in feed.scopes_with(tx, "ticket", ticket_id):
        feed.remove(tx, scope, "ticket", ticket_id)
        for record, id in known._asdict().items() if known else ():
            if id is not None:
                feed.let_go(tx, scope, record, id)
    lines = select(operation.c.id).where(operation.c.ticket == ticket_id)
    ids = select(archive.c.id).where(archive.c.ticket == ticket_id)
    for statement in (
        delete(late_arrival).where(late_arrival.c.ticket == ticket_id),
        delete(late_arrival).where(late_arrival.c.operation.in_(lines)),
        delete(parked).where(parked.c.operation.in_(lines)),
        delete(conflict).where(conflict.c.ticket == ticket_id),
        delete(evidence).where(evidence.c.ticket == ticket_id),
        delete(outbox).where(outbox.c.ticket == ticket_id),
        delete(cross_rendering).where(cross_rendering.c.sha256.in_(files)),
        delete(register_difference).where(register_difference.c.ticket == ticket_id),
        delete(report_reading).where(report_reading.c.sha256.in_(files)),
        delete(blob).where(blob.c.sha256.in_(files)),
        delete(blob_brought).where(blob_brought.c.sha256.in_(files)),
        delete(seal).where(seal.c.archive.in_(ids)),
        delete(archive_words).where(archive_words.c.archive.in_(ids)),
        delete(archive).where(archive.c.ticket == ticket_id),
        delete(operation).where(operation.c.ticket == ticket_id),
        delete(timer).where(timer.c.ticket == ticket_id),
        delete(ticket).where(ticket.c.id == ticket_id),
    ):
        tx.execute(statement)
