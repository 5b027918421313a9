"""The job that seals what was archived, keeps the sealed copy, and sends it to the customer."""

from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Row, insert, select

from sync_server import notices, seals, tickets
from sync_server.blobs.store import named
from sync_server.database import Transaction
from sync_server.office import Office
from sync_server.schema import archive, blob
from sync_server.schema import seal as table

PDF = "application/pdf"


def seal_archived(office: Office, archive_id: str, now: datetime) -> bool:
    """Seal an archived report with the office's present certificate; False when it has that seal.

    Raises NoSeal, UnusableKey, NoTimeStamp, NotSealable, BlobMissing, BlobAltered, StoreDown.
    """
    office_seal = seals.of(office.settings).seal
    certificate = office_seal.key.fingerprint
    with office.database.reading() as tx:
        row = tx.one_or_none(select(archive).where(archive.c.id == archive_id))
        if row is None or row.report_sha256 is None or _has(tx, archive_id, certificate):
            return False
    now = now.replace(microsecond=0)  # as a signature says it
    sealed = office_seal.sealed(office.blobs.read(row.report_sha256), now)
    office.blobs.keep(named(sealed), sealed)
    stamped = office_seal.stamps is not None
    return office.database.write(
        lambda tx: _note(tx, office, row, sealed, certificate, stamped, now)
    )


def _has(tx: Transaction, archive_id: str, certificate: str) -> bool:
    query = select(table.c.sha256).where(table.c.archive == archive_id)
    return tx.scalar(query.where(table.c.certificate == certificate).limit(1)) is not None


def _note(
    tx: Transaction,
    office: Office,
    row: Row[tuple[object, ...]],
    sealed: bytes,
    certificate: str,
    stamped: bool,
    now: datetime,
) -> bool:
    tx.execute(select(archive.c.id).where(archive.c.id == row.id).with_for_update())
    if _has(tx, row.id, certificate):
        return False
    sha256 = named(sealed)
    tx.execute(
        insert(blob).values(
            sha256=sha256, size=len(sealed), mime=PDF, stored_at=now, readable=True,
            durable=office.settings.durable == "commit",
        )
    )  # fmt: skip
    tx.execute(
        insert(table).values(
            sha256=sha256, archive=row.id, sealed_at=now, certificate=certificate, stamped=stamped
        )
    )
    _send(tx, office, row, sha256, now)
    return True


def _send(
    tx: Transaction, office: Office, row: Row[tuple[object, ...]], sha256: str, now: datetime
) -> None:
    """The sealed report to the customer, once for each version; to nobody else."""
    versioned = tickets.load(tx, row.ticket)
    if versioned is None:
        return
    printed = str(row.record.get("folio") or row.folio)
    attached = {"sha256": sha256, "name": f"{row.folio}.pdf", "mime": PDF}
    address = (
        f"{office.settings.public_url.rstrip('/')}/v/{quote(printed, safe='')}"
        f"#{row.record_digest[:32]}"
    )
    to = notices.address_of(tx, versioned.record)
    notices.tell(
        tx, office, "report", f"report/{row.id}", versioned.record, to, now, [attached],
        address=address,
    )  # fmt: skip
