"""The job that seals what was archived, and keeps the sealed copy beside it."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from sync_server.archive import archive_search, report_mail
from sync_server.archive.archive_search import Archived
from sync_server.blobs.store import named
from sync_server.database.tables import archive, blob, operation
from sync_server.database.tables import seal as table
from sync_server.database.transactions import Transaction
from sync_server.reports import seal_certificates
from sync_server.reports.signer import NoTimeStamp, NotSealable
from sync_server.reports.signing_key import NoSeal, NotInForce, UnusableKey
from sync_server.runtime.context import ApplicationContext

TOLERANCE = timedelta(minutes=5)
"""How far the clock may be behind the office's own past: clocks are set right now and then."""

PATIENCE = timedelta(days=1)
"""How long a customer waits for a seal that an office cannot give; one that has none gives none."""


class ClockBehind(Exception):
    """The clock is behind what this office itself has noted of the report."""


def seal_archived(context: ApplicationContext, archive_id: str, now: datetime) -> bool:
    """Seal an archived report, or send it to the customer without, and raise why.

    True when it was sealed. Raises what `seal_with_present` raises.
    """
    try:
        return seal_with_present(context, archive_id, now)
    except (NoSeal, UnusableKey, NotInForce, ClockBehind, NoTimeStamp, NotSealable) as why:
        patience = timedelta() if isinstance(why, NoSeal) else PATIENCE
        context.database.write(lambda tx: _send_as_it_came(tx, context, archive_id, patience, now))
        raise


def seal_with_present(context: ApplicationContext, archive_id: str, now: datetime) -> bool:
    """Seal an archived report with the office's present certificate; False when it has that seal.

    One that was sealed with an earlier certificate is sealed upon that seal. Raises NoSeal,
    UnusableKey, NotInForce, ClockBehind, NoTimeStamp, NotSealable, BlobMissing, BlobAltered,
    StoreDown.
    """
    office_seal = seal_certificates.of(context.settings).seal
    certificate = office_seal.key.fingerprint
    with context.database.reading() as tx:
        archived = archive_search.one(tx, archive_id)
        if archived is None or archived.printed is None or _has(tx, archive_id, certificate):
            return False
        past = _past(tx, archived)
    now = _moment(now, archived, past)
    office_seal.key.check_in_force(now)
    sealed = office_seal.sealed(context.blobs.read(archived.printed), now)
    context.blobs.keep(named(sealed), sealed)
    stamped = office_seal.stamps is not None
    return context.database.write(
        lambda tx: _note(tx, context, archived, sealed, certificate, stamped, now)
    )


def _send_as_it_came(
    tx: Transaction,
    context: ApplicationContext,
    archive_id: str,
    patience: timedelta,
    now: datetime,
) -> None:
    archived = archive_search.one(tx, archive_id)
    if archived and archived.printed and archived.archived_at + patience <= now:
        report_mail.send(tx, context, archived, archived.printed, now)


def _moment(now: datetime, archived: Archived, past: datetime) -> datetime:
    """`now` as a signature says it: not before `past`, nor in the second of the seal it stands on.

    Raises ClockBehind.
    """
    if now < past - TOLERANCE:
        raise ClockBehind(f"the clock says {now:%Y-%m-%d %H:%M}, and it was {past:%Y-%m-%d %H:%M}")
    moment = max(now, past).replace(microsecond=0)
    return max(moment, archived.sealed_at + timedelta(seconds=1)) if archived.sealed_at else moment


def _past(tx: Transaction, archived: Archived) -> datetime:
    """The latest thing that the office itself has written of this report.

    Its own clock then, never a tablet's: the last entry of the ticket's log, the arrival of the
    report's bytes, the archiving.
    """
    logged = tx.scalar(
        select(operation.c.received_at)
        .where(operation.c.ticket == archived.ticket)
        .order_by(operation.c.position.desc())
        .limit(1)
    )
    arrived = tx.scalar(select(blob.c.stored_at).where(blob.c.sha256 == archived.report_sha256))
    return max(moment for moment in (archived.archived_at, logged, arrived) if moment is not None)


def _has(tx: Transaction, archive_id: str, certificate: str) -> bool:
    query = select(table.c.sha256).where(table.c.archive == archive_id)
    return tx.scalar(query.where(table.c.certificate == certificate).limit(1)) is not None


def _note(
    tx: Transaction,
    context: ApplicationContext,
    archived: Archived,
    sealed: bytes,
    certificate: str,
    stamped: bool,
    now: datetime,
) -> bool:
    tx.execute(select(archive.c.id).where(archive.c.id == archived.id).with_for_update())
    if _has(tx, archived.id, certificate):
        return False
    sha256 = named(sealed)
    tx.execute(
        insert(blob).values(
            sha256=sha256, size=len(sealed), mime=report_mail.PDF, stored_at=now, readable=True,
            durable=context.settings.durable == "commit",
        )
    )  # fmt: skip
    tx.execute(
        insert(table).values(
            sha256=sha256,
            archive=archived.id,
            sealed_at=now,
            certificate=certificate,
            stamped=stamped,
        )
    )
    report_mail.send(tx, context, archived, sha256, now)
    return True
