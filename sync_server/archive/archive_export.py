"""Archived reports handed out: one as PDF, many as a ZIP that proves itself without Folio."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.serialization import Encoding

from shared.operations.digest import canonical
from shared.ticket.people import Actor
from shared.time.timestamps import wire_time
from sync_server.archive import archive_search
from sync_server.archive.archive_search import Archived, Wanted
from sync_server.blobs.store import BlobMissing, named
from sync_server.identity import audit_log
from sync_server.reports import seal_certificates
from sync_server.reports.signing_key import fingerprint
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.csv_cells import as_text

MOST = 100_000


UNFIT = re.compile(r"[^\w.-]+", re.ASCII)

READ_ME = """\
manifest.csv and manifest.json list the reports with their SHA-256, SHA256SUMS every file here.
To check them without Folio:  sha256sum --check SHA256SUMS
records/ has the record that each report speaks of, as canonical JSON (RFC 8785);
the SHA-256 of such a file is the record_digest, whose first 32 digits are in the report's QR.
Each sealed PDF carries its own signature (PAdES), which any PDF reader can show;
certificates/ has the certificates of the office's seals, by their SHA-256.
"""


@dataclass(frozen=True, slots=True)
class Document:
    """A file to hand out."""

    name: str
    content: bytes


def document(
    context: ApplicationContext, archived: Archived, actor: Actor, now: datetime
) -> Document:
    """The sealed copy of a report where there is one, else the report as it came.

    Who read it is noted. Raises BlobMissing, BlobAltered, StoreDown.
    """
    if archived.printed is None:
        raise BlobMissing(f"{archived.folio} was archived without a report")
    content = context.blobs.read(archived.printed)
    _note(context, actor, "archive.read", archived.folio, now, {"sha256": archived.printed})
    return Document(_name(archived), content)


def month(
    context: ApplicationContext, text: str, actor: Actor, now: datetime, out: IO[bytes]
) -> str:
    """Everything closed in a month like 2026-03, as a ZIP in `out`; the file's name.

    Raises ValueError, and what `several` raises.
    """
    with context.database.reading() as tx:
        wanted = Wanted(month=text, zone=context.settings.zone)
        shelf = archive_search.search(tx, wanted, MOST)
    return _pack(context, f"folio-{text}", shelf.rows, actor, now, out)


def several(
    context: ApplicationContext,
    archived: Sequence[Archived],
    actor: Actor,
    now: datetime,
    out: IO[bytes],
) -> str:
    """These reports as one ZIP in `out`; its name. Raises BlobAltered, BlobMissing, StoreDown."""
    return _pack(context, f"folio-{now:%Y%m%d}", archived, actor, now, out)


def _pack(
    context: ApplicationContext, name: str, archived: Sequence[Archived], actor: Actor,
    now: datetime,
    out: IO[bytes],
) -> str:  # fmt: skip
    sums: list[tuple[str, str]] = []
    with ZipFile(out, "w", ZIP_STORED) as packed:
        for path, content, at in _files(context, archived):
            sums.append((named(content), path))
            _put(packed, path, content, at)
        for path, content in [*_certificates(context), *_lists(archived)]:
            sums.append((named(content), path))
            _put(packed, path, content, now)
        _put(packed, "SHA256SUMS", _sums(sums), now)
    folios = [one.folio for one in archived]
    _note(context, actor, "archive.exported", name, now, {"folios": folios})
    return f"{name}.zip"


def _files(
    context: ApplicationContext, archived: Sequence[Archived]
) -> Iterator[tuple[str, bytes, datetime]]:
    for one in archived:
        stem = _name(one).removesuffix(".pdf")
        with context.database.reading() as tx:
            record = canonical(archive_search.record_of(tx, one.id))
        yield f"records/{stem}.json", record, one.closed_at
        if one.printed is not None:
            yield f"reports/{stem}.pdf", context.blobs.read(one.printed), one.closed_at


def _certificates(context: ApplicationContext) -> Iterator[tuple[str, bytes]]:
    """Every certificate that this office has sealed with: against them a seal is checked."""
    for certificate in seal_certificates.trusted(context.settings):
        pem = certificate.public_bytes(Encoding.PEM)
        yield f"certificates/{fingerprint(certificate)}.pem", pem


def _sums(sums: Sequence[tuple[str, str]]) -> bytes:
    """What `sha256sum --check` reads."""
    return "".join(f"{sha256}  {path}\n" for sha256, path in sums).encode()


def _lists(archived: Sequence[Archived]) -> Iterator[tuple[str, bytes]]:
    rows = [_row(one) for one in archived]
    table = StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({name: as_text(value) for name, value in row.items()} for row in rows)
    # With its mark a spreadsheet reads the accents right.
    yield "manifest.csv", table.getvalue().encode("utf-8-sig")
    yield "manifest.json", json.dumps(rows, ensure_ascii=False, indent=1).encode()
    yield "README.txt", READ_ME.encode()


COLUMNS = (
    "folio", "version", "serial", "customer", "engineer", "closed_at", "archived_at", "file",
    "file_sha256", "received_sha256", "record_digest", "sealed_at", "certificate", "chain",
)  # fmt: skip


def _row(one: Archived) -> dict[str, Any]:
    return {
        "folio": one.folio,
        "version": one.version,
        "serial": one.serial,
        "customer": one.customer_name,
        "engineer": one.engineer_name,
        "closed_at": wire_time(one.closed_at),
        "archived_at": wire_time(one.archived_at),
        "file": f"reports/{_name(one)}" if one.printed else None,
        "file_sha256": one.printed,
        "received_sha256": one.report_sha256,
        "record_digest": one.record_digest,
        "sealed_at": wire_time(one.sealed_at) if one.sealed_at else None,
        "certificate": one.certificate,
        "chain": one.chain,
    }


def _name(one: Archived) -> str:
    version = f"-v{one.version}" if one.version > 1 else ""
    return f"{UNFIT.sub('-', one.folio)}{version}.pdf"


def _put(packed: ZipFile, path: str, content: bytes, at: datetime) -> None:
    packed.writestr(ZipInfo(path, at.timetuple()[:6]), content)


def _note(
    context: ApplicationContext,
    actor: Actor,
    action: str,
    what: str,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    context.database.write(lambda tx: audit_log.note(tx, actor, action, what, now, detail))
