"""Everything kept about one customer, as a ZIP: tickets, log, records, reports, photos, a list."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Row, select

from shared.operations.digest import canonical
from shared.operations.merge import Versioned
from shared.ticket.people import Actor
from shared.time.timestamps import wire_time
from sync_server.archive import archive_search
from sync_server.archive.archive_export import UNFIT
from sync_server.blobs.store import BlobAltered, BlobMissing, named
from sync_server.database.tables import blob, ticket
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import evidence_rights, notes, operation_log, store

READ_ME = """\
Everything that is kept about one customer.
customer.json, sites.json, assets.json   what is known of them
tickets/<folio>/ticket.json              the ticket as it stands
tickets/<folio>/log.json                 who did what to it, and when
tickets/<folio>/record.json              what its report speaks of, canonical JSON (RFC 8785)
tickets/<folio>/*.pdf                    the report as it came (received) and as it was sealed
tickets/<folio>/evidence/                photos, captures and signatures, by their SHA-256
Notes are words among colleagues and stay in the office: ticket.json has none, and in log.json their
words are left out (an operation's hash is that of the whole message).
manifest.json names every file with size and SHA-256; check them:  sha256sum --check SHA256SUMS
"""

ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp",
           "application/pdf": ".pdf", "application/json": ".json"}  # fmt: skip


class UnknownCustomer(LookupError):
    """There is no customer of this id."""


class _Pack:
    """A ZIP being written, and what is in it."""

    def __init__(self, out: IO[bytes], now: datetime) -> None:
        self._zip = ZipFile(out, "w")
        self._now = now
        self.listed: list[dict[str, Any]] = []

    def put(self, path: str, content: bytes) -> None:
        """One more file; text is packed, photos and PDFs cannot be packed further."""
        info = ZipInfo(path, self._now.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if path.endswith((".json", ".txt")) else ZIP_STORED
        self._zip.writestr(info, content)
        self.listed.append({"file": path, "size": len(content), "sha256": named(content)})

    def put_json(self, path: str, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=1, default=_as_json)
        self.put(path, text.encode())

    def close(self, missing: list[str]) -> None:
        """Write the lists last."""
        self.put("README.txt", READ_ME.encode())
        self.put_json("manifest.json", {"at": wire_time(self._now), "missing": missing,
                                        "files": list(self.listed)})  # fmt: skip
        sums = "".join(f"{one['sha256']}  {one['file']}\n" for one in self.listed)
        self.put("SHA256SUMS", sums.encode())
        self._zip.close()


def pack(
    context: ApplicationContext, customer: str, actor: Actor, now: datetime, out: IO[bytes]
) -> int:
    """Write all that is kept about a customer to `out`; how many tickets. It is noted who did it.

    A file that is lost or damaged is named under `missing` and does not stop the rest. Raises
    UnknownCustomer, StoreDown.
    """
    with context.database.reading() as tx:
        known = records.get(tx, "customer", customer)
        if known is None:
            raise UnknownCustomer(customer)
        query = select(ticket.c.id).where(ticket.c.customer == customer)
        ids = tx.scalars(query.order_by(ticket.c.created_at, ticket.c.id))
        places = _places(tx, customer)
    packed, missing = _Pack(out, now), list[str]()
    packed.put_json("customer.json", {"id": known.id, **known.doc})
    for name, rows in places.items():
        packed.put_json(f"{name}.json", rows)
    for id in ids:
        missing += _put_ticket(context, packed, id)
    packed.close(missing)
    detail = {"tickets": len(ids), "files": len(packed.listed), "missing": missing}
    context.database.write(
        lambda tx: audit_log.note(tx, actor, "customer.exported", customer, now, detail)
    )
    return len(ids)


def file_name(customer: str, now: datetime) -> str:
    """What the ZIP is called."""
    return f"folio-{UNFIT.sub('-', customer)}-{now:%Y%m%d}.zip"


def _places(tx: Transaction, customer: str) -> dict[str, list[Any]]:
    sites = [s for s in records.all_of(tx, "site") if s.doc.get("customer") == customer]
    theirs = {site.id for site in sites}
    assets = [
        asset for asset in records.all_of(tx, "asset")
        if asset.doc.get("site") in theirs or asset.doc.get("customer") == customer
    ]  # fmt: skip
    return {
        "sites": [{"id": one.id, **one.doc} for one in sites],
        "assets": [{"id": one.id, **one.doc} for one in assets],
    }


def _put_ticket(context: ApplicationContext, packed: _Pack, id: str) -> list[str]:
    """One ticket's files; the paths of those that are missing."""
    with context.database.reading() as tx:
        merged = store.load(tx, id)
        log = [_told(row) for row in operation_log.history(tx, id)]
        archived = archive_search.of_ticket(tx, id)
        said = {one.id: archive_search.record_of(tx, one.id) for one in archived}
        mimes = {row.sha256: row.mime for row in tx.rows(select(blob.c.sha256, blob.c.mime))}
        granted = evidence_rights.granted(tx, id)
    assert merged is not None
    folder = f"tickets/{UNFIT.sub('-', str(merged.record.fields.get('folio') or id))}"
    packed.put_json(f"{folder}/ticket.json", _ticket(merged))
    packed.put_json(f"{folder}/log.json", log)
    named = _evidence(folder, merged, mimes)
    wanted = {path: sha256 for path, sha256 in named if sha256 in granted}
    for one in archived:
        version = f"-v{one.version}" if one.version > 1 else ""
        packed.put(f"{folder}/record{version}.json", canonical(said[one.id]))
        for name, sha256 in (("received", one.report_sha256), ("sealed", one.sealed_sha256)):
            if sha256:
                wanted[f"{folder}/report{version}-{name}.pdf"] = sha256
    return [path for path, sha256 in wanted.items() if not _put_file(context, packed, path, sha256)]


def _put_file(context: ApplicationContext, packed: _Pack, path: str, sha256: str) -> bool:
    try:
        packed.put(path, context.blobs.read(sha256))
    except (BlobMissing, BlobAltered):
        return False
    return True


def _evidence(folder: str, merged: Versioned, mimes: dict[str, str]) -> Iterator[tuple[str, str]]:
    for entry in merged.record.entries.get("evidence", ()):
        sha256 = str(entry["sha256"])
        if entry.get("kind") != "report":
            ending = ENDINGS.get(mimes.get(sha256, ""), ".bin")
            yield f"{folder}/evidence/{sha256}{ending}", sha256


def _ticket(merged: Versioned) -> dict[str, Any]:
    record = merged.record
    return {"id": record.id, "rev": record.rev, "doc": dict(record.fields),
            "entries": {name: list(rows) for name, rows in record.entries.items()
                        if name != notes.NOTES}}  # fmt: skip


def _told(row: Row[Any]) -> dict[str, Any]:
    """A line of the log without the words of a note."""
    line = dict(row._mapping)
    if notes.note_in(row.message) is not None:
        line["message"] = {**row.message, "body": {"collection": notes.NOTES}}
    return line


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return wire_time(value)
    return dict(value)
