"""Is everything still as it was kept? The log, the records, the files, the PDFs; and one file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.x509 import Certificate
from sqlalchemy import Row, func, select

from shared.operations.digest import NotCanonical, digest
from shared.operations.wire import message_hash
from shared.ticket.ticket import TERMINAL, Record
from sync_server.archive import archive_search
from sync_server.archive.archive import proof
from sync_server.archive.archive_search import Archived
from sync_server.backup import revisions
from sync_server.blobs.store import BlobAltered, BlobMissing, StoreDown, named
from sync_server.database.tables import (
    archive,
    blob,
    evidence,
    operation,
    parked,
    seal,
    ticket,
)
from sync_server.database.transactions import Transaction
from sync_server.reports import file_check, seal_certificates
from sync_server.reports.pages_compared import How
from sync_server.reports.report_reading import record_as_carried
from sync_server.reports.resaved import page_differences
from sync_server.reports.seal_validation import read_seal
from sync_server.reports.verify import (
    NOT_COMPARED,
    Check,
    Finding,
    Verdict,
    pages_check,
)
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import cross_rendering, operation_log, store

Certificates = Sequence[Certificate]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was kept: where, and what is wrong."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def check_archive(context: ApplicationContext) -> list[Fault]:
    """Every fault in the log of operations, the archive and the files. Reads everything."""
    return [*_log(context), *_records(context), *_files(context), *_seals(context)]


def verify_online(context: ApplicationContext, pdf: bytes) -> Finding:
    """The verdict over a file with the archive at hand. For any bytes it raises only TooBusy."""
    finding = file_check.judge(
        pdf, seal_certificates.trusted(context.settings), seal_certificates.roots(context.settings)
    )
    with context.database.reading() as tx:
        found = archive_search.of_file(tx, finding.sha256)
        known = archive_search.of_folio(tx, finding.folio) if finding.folio else []
        pages = _pages(tx, found[0]) if found else []
    if found is not None:
        return _archived(finding, *found, pages)
    if finding.verdict is not Verdict.AUTHENTIC:
        compared = _with_our_copy(context, finding, pdf)
        if compared is not None:
            return compared
    if not known:
        return replace(finding, checks=(*finding.checks, Check("archived", passed=False)))
    with context.database.reading() as tx:
        seals = archive_search.seals_of(tx, [one.id for one in known])
    return _not_the_one(finding, known, seals)


def _with_our_copy(context: ApplicationContext, finding: Finding, pdf: bytes) -> Finding | None:
    """A file that is not as it was sealed, its words against those of our own copy.

    Only a file that carries the very record is compared: whoever has that knows what it says.
    None when it carries no record of ours.
    """
    theirs = file_check.read_resaved(pdf)
    if theirs is None or theirs.record is None:
        return None
    ours_is = digest(theirs.record)
    with context.database.reading() as tx:
        known = archive_search.of_folio(tx, str(theirs.record.get("folio"))[:40])
    one = next((each for each in known if each.record_digest == ours_is), None)
    if one is None or one.printed is None:
        return None
    said: list[Check] = [Check("archived", passed=False), Check("archived_record", passed=True)]
    finding = replace(finding, folio=one.folio, record_digest=ours_is)
    try:
        ours = file_check.read_resaved(context.blobs.read(one.printed))
    except (BlobMissing, BlobAltered, StoreDown):
        ours = None
    if ours is None:
        said.append(Check("pages", passed=None))
        return replace(finding, checks=(*finding.checks, *said))
    differing = tuple(page_differences(theirs, ours))
    numbers = ", ".join(str(each.page) for each in differing)
    said.append(Check("pages", passed=not differing, values={"pages": numbers} if numbers else {}))
    # It carries a record of ours: whatever it is, it is not unknown.
    kept = Verdict.UNCHECKED if finding.verdict is Verdict.UNKNOWN else finding.verdict
    other_photos = any(c.code == "photos" and c.passed is False for c in finding.checks)
    verdict = Verdict.ALTERED if differing or other_photos else kept
    return replace(finding, verdict=verdict, checks=(*finding.checks, *said), differences=differing)


def _pages(tx: Transaction, found: Archived) -> list[Check]:
    """What was found when this report came, and that a person accepted it, when and why."""
    sha256 = found.report_sha256 or ""
    row = cross_rendering.noted(tx, sha256)
    if row is None:
        return [NOT_COMPARED]
    checks = [pages_check(How(row.how), row.differs)]
    line = cross_rendering.accepted(tx, found.ticket, sha256)
    if row.differs and line is not None:
        at = f"{line.received_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        values = {"at": at, "reason": str(line.message["body"]["reason"])}
        checks.append(Check("pages_accepted", passed=True, values=values))
    return checks


def _archived(finding: Finding, found: Archived, sealed: bool, pages: list[Check]) -> Finding:
    """The very bytes that are in the archive: authentic, sealed or as they were received."""
    at = (found.sealed_at or found.archived_at).astimezone(UTC)
    values = {"folio": found.folio, "at": f"{at:%Y-%m-%d %H:%M} UTC"}
    # What was found on arrival stands for what the file alone says of its pages.
    others = [check for check in finding.checks if not check.code.startswith("pages_")]
    check = Check("archived" if sealed else "archived_received", passed=True, values=values)
    return replace(
        finding, verdict=Verdict.AUTHENTIC, checks=(*others, *pages, check), folio=found.folio
    )


def _not_the_one(
    finding: Finding, known: list[Archived], seals: frozenset[tuple[datetime, str]]
) -> Finding:
    """Other bytes under a folio of ours: sealed by us at another time, or altered.

    Of one sealing there is one file: a signature can be turned into another that is as good.
    """
    same = finding.record_digest in {one.record_digest for one in known}
    if finding.sealed_at is not None and (finding.sealed_at, finding.signer) in seals:
        same = False
    checks = (
        *finding.checks,
        Check("archived", passed=False),
        Check("archived_record", passed=same),
    )
    kept = finding.verdict in (Verdict.AUTHENTIC, Verdict.UNCHECKED)
    verdict = finding.verdict if same and kept else Verdict.ALTERED
    return replace(finding, verdict=verdict, checks=checks)


def _log(context: ApplicationContext) -> Iterator[Fault]:
    with context.database.reading() as tx:
        named = select(operation.c.ticket).where(operation.c.ticket.is_not(None)).distinct()
        for id in sorted(tx.scalars(named)):
            yield from _chain(tx, id)
        yield from _stray(tx)


def _chain(tx: Transaction, id: str) -> Iterator[Fault]:
    try:
        position = operation_log.broken_at(tx, id)
    except (ValueError, KeyError, TypeError) as error:
        yield Fault(f"log of ticket {id}", f"cannot be read: {error}")
        return
    if position is not None:
        yield Fault(
            f"log of ticket {id}, operation {position}", "does not follow from those before it"
        )
    links = list(operation_log.links(tx, id))
    query = select(archive.c.folio, archive.c.chain).where(archive.c.ticket == id)
    for row in tx.rows(query):
        if row.chain is not None and row.chain not in links:
            yield Fault(f"log of ticket {id}", f"is not the one {row.folio} was archived with")


def _stray(tx: Transaction) -> Iterator[Fault]:
    """Operations that name no ticket stand in no chain; what they were still has its hash.

    Of one that the log cannot say it keeps no word: its bytes are among the parked ones. One of
    0.1.0 may stand in both.
    """
    for id in tx.scalars(select(operation.c.id).where(operation.c.ticket.is_(None))):
        query = select(operation.c.message, operation.c.hash).where(operation.c.id == id)
        raw = tx.scalar(select(parked.c.raw).where(parked.c.operation == id))
        try:
            row = tx.execute(query).one()
            whole = row.hash in _hashes(row.message, raw)
        except (ValueError, TypeError, RecursionError) as error:
            yield Fault(f"operation {id} of the log", f"cannot be read: {error}")
            continue
        if not whole:
            yield Fault(f"operation {id} of the log", "has another message than the one it keeps")


def _hashes(message: Any, raw: bytes | None) -> Iterator[str]:
    """What an operation may be known by: its canonical form or, where it has none, its bytes."""
    if raw is None or len(message) > 1:
        try:
            yield message_hash(message)
        except NotCanonical:
            if raw is None:
                raise
    if raw is not None:
        yield named(raw)


def _records(context: ApplicationContext) -> Iterator[Fault]:
    with context.database.reading() as tx:
        for id in tx.scalars(select(ticket.c.id).order_by(ticket.c.id)):
            try:
                yield from _merged(tx, id)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                yield Fault(f"ticket {id}", f"cannot be read: {error}")
        for row in tx.rows(select(archive.c.id, archive.c.ticket, archive.c.folio)):
            try:
                yield from _record(tx, row)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                yield Fault(f"record of {row.folio}", f"cannot be read: {error}")


COPIED = (
    "folio", "provisional_folio", "state", "assignee", "customer", "site", "asset", "closed_at",
    "root_cause", "final_classification", "follow_up_of", "merged_into",
)  # fmt: skip
"""Columns of a ticket that say just what its document says."""


def _merged(tx: Transaction, id: str) -> Iterator[Fault]:
    """The ticket as merged against its own log, and what lists are made of against it."""
    merged = store.load(tx, id)
    row = tx.execute(select(ticket).where(ticket.c.id == id)).one()
    if merged is None:
        return
    last = tx.scalar(select(func.max(operation.c.rev)).where(operation.c.ticket == id))
    if last is not None and not _follows(last, merged.record):
        yield Fault(f"ticket {id}", "is at another revision than its log")
    copied = store.read_out(merged.record)
    wrong = [name for name in COPIED if getattr(row, name) != copied[name]]
    if wrong:
        yield Fault(f"ticket {id}", f"is listed with another {', '.join(wrong)} than it has")


def _follows(last: int, record: Record) -> bool:
    """Whether a ticket is where its log ends, or where a restore put it that may still change."""
    ended = record.fields["state"] in TERMINAL
    return record.rev == last or (not ended and revisions.is_a_leap(last, record.rev))


def _record(tx: Transaction, row: Row[Any]) -> Iterator[Fault]:
    """The archived record against its digest, and the merged ticket against the archived record."""
    kept = tx.execute(select(archive).where(archive.c.id == row.id)).one()
    if digest(kept.record) != kept.record_digest:
        yield Fault(f"record of {row.folio}", "is not the one that its digest names")
    merged = store.load(tx, row.ticket)
    columns = {str(name): value for name, value in kept._mapping.items()}
    if kept.proof is not None and (merged is None or proof(columns, merged) != kept.proof):
        yield Fault(
            f"archive of {row.folio} (ticket {row.ticket})",
            "its row or its ticket is not as it was when it was closed",
        )
    ours = digest(record_as_carried(merged.record, kept.record)) if merged else None
    if ours != kept.record_digest:
        yield Fault(f"ticket {row.folio}", "does not say any more what was archived of it")


def _files(context: ApplicationContext) -> Iterator[Fault]:
    with context.database.reading() as tx:
        sizes = {row.sha256: row.size for row in tx.rows(select(blob.c.sha256, blob.c.size))}
        named_for = _named_for(tx)
        needed = _needed(tx)
    for name in sorted(needed - sizes.keys()):
        yield Fault(f"file {name}", "is named by the archive and not listed as kept")
    for name, size in sorted(sizes.items()):
        where = f"file {name}" + (f" ({named_for[name]})" if name in named_for else "")
        try:
            if len(context.blobs.read(name)) != size:
                yield Fault(where, "is listed with another size than it has")
        except BlobMissing:
            yield Fault(where, "is missing")
        except BlobAltered:
            yield Fault(where, "has other bytes than those that were kept")


def _named_for(tx: Transaction) -> dict[str, str]:
    """What the archive calls its files, and of which ticket a photo is."""
    photos = tx.rows(
        select(evidence.c.sha256, evidence.c.kind, ticket.c.folio, ticket.c.id)
        .join(ticket, ticket.c.id == evidence.c.ticket)
    )  # fmt: skip
    reports = tx.rows(select(archive.c.report_sha256, archive.c.folio))
    sealed = tx.rows(
        select(seal.c.sha256, archive.c.folio).join(archive, archive.c.id == seal.c.archive)
    )
    return {
        **{row.sha256: f"{row.kind} of {row.folio or row.id}" for row in photos},
        **{row.report_sha256: f"report of {row.folio}" for row in reports if row.report_sha256},
        **{row.sha256: f"sealed report of {row.folio}" for row in sealed},
    }


def _needed(tx: Transaction) -> set[str]:
    """The files without which the archive is not whole: reports, sealed copies, and evidence."""
    photos = select(evidence.c.sha256).join(archive, archive.c.ticket == evidence.c.ticket)
    return {
        *tx.scalars(photos.where(evidence.c.late.is_(False), archive.c.report_sha256.is_not(None))),
        *tx.scalars(select(archive.c.report_sha256).where(archive.c.report_sha256.is_not(None))),
        *tx.scalars(select(seal.c.sha256)),
    }


def _seals(context: ApplicationContext) -> Iterator[Fault]:
    trusted, authorities = (
        seal_certificates.trusted(context.settings),
        seal_certificates.roots(context.settings),
    )
    with context.database.reading() as tx:
        rows = tx.rows(
            select(seal, archive.c.folio, archive.c.report_sha256).outerjoin(
                archive, archive.c.id == seal.c.archive
            )
        )
    for row in rows:
        what = _fault_of_seal(context, row, trusted, authorities)
        if what:
            yield Fault(f"sealed report of {row.folio} (file {row.sha256})", what)


def _fault_of_seal(
    context: ApplicationContext, row: Row[Any], trusted: Certificates, authorities: Certificates
) -> str:
    if row.folio is None:
        return "belongs to no archived report"
    try:
        sealed = context.blobs.read(row.sha256)
        received = context.blobs.read(row.report_sha256)
    except (BlobMissing, BlobAltered):
        return ""  # said of the file itself
    if not sealed.startswith(received):
        return "does not begin with the report as it was received"
    reading = read_seal(sealed, trusted, authorities)
    if not reading.holds:
        return "its seal does not hold"
    said = (reading.at, reading.signer, reading.has_stamp)
    listed = (row.sealed_at, row.certificate, row.stamped)
    return "" if said == listed else "is listed with another date or certificate than its seal has"
