"""What is archived, found again: by folio, serial, customer, engineer, month, seal or QR."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from shared.words.folding import folded, joined
from sync_server.database.tables import archive, archive_words, seal, ticket
from sync_server.database.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; an empty member asks for nothing.

    `text` is part of folio, serial or customer, `serial` and `customer` part of theirs, however
    they are spelled; `engineer` is a user's id, `month` like 2026-03 in the zone `zone`, `seal`
    sealed, stamped or waiting.
    """

    text: str = ""
    serial: str = ""
    customer: str = ""
    engineer: str = ""
    month: str = ""
    seal: str = ""
    zone: str = "America/Mexico_City"


@dataclass(frozen=True, slots=True)
class Archived:
    """One archived report; the sealed members are those of its newest seal. Times are zoned."""

    id: str
    ticket: str
    version: int
    folio: str
    serial: str | None
    customer: str | None
    customer_name: str
    engineer: str | None
    engineer_name: str
    report_sha256: str | None
    record_digest: str
    rev: int
    chain: str | None
    closed_at: datetime
    archived_at: datetime
    sealed_at: datetime | None
    sealed_sha256: str | None
    certificate: str | None
    stamped: bool

    @property
    def printed(self) -> str | None:
        """The hash of the file that is handed out: the sealed copy where there is one."""
        return self.sealed_sha256 or self.report_sha256


@dataclass(frozen=True, slots=True)
class Shelf:
    """A window of what was found, newest first, and how much there is in all."""

    rows: tuple[Archived, ...]
    total: int


def search(tx: Transaction, wanted: Wanted, limit: int, offset: int = 0) -> Shelf:
    """What fits, newest first. Raises ValueError for a month that is none."""
    fits = and_(True, *_conditions(wanted))
    total = tx.scalar(select(func.count()).select_from(_joined()).where(fits))
    newest = archive.c.closed_at.desc(), archive.c.id.desc()
    rows = tx.rows(_whole().where(fits).order_by(*newest).limit(limit).offset(offset))
    return Shelf(tuple(map(_archived, rows)), int(total))


def one(tx: Transaction, id: str) -> Archived | None:
    """One archived report, or None."""
    row = tx.one_or_none(_whole().where(archive.c.id == id))
    return _archived(row) if row else None


def of_ticket(tx: Transaction, ticket_id: str) -> list[Archived]:
    """Every archived version of a ticket, the newest first."""
    query = _whole().where(archive.c.ticket == ticket_id).order_by(archive.c.version.desc())
    return [_archived(row) for row in tx.rows(query)]


def of_folio(tx: Transaction, folio: str) -> list[Archived]:
    """Every archived version under a folio, the provisional one that was printed included."""
    tickets = select(ticket.c.id).where(
        or_(ticket.c.folio == folio, ticket.c.provisional_folio == folio)
    )
    fits = or_(archive.c.folio == folio, archive.c.ticket.in_(tickets))
    return [_archived(row) for row in tx.rows(_whole().where(fits))]


def of_file(tx: Transaction, sha256: str) -> tuple[Archived, bool] | None:
    """Whose file has this hash, and whether it is a sealed copy (else as it was received)."""
    sealed = tx.scalar(select(seal.c.archive).where(seal.c.sha256 == sha256))
    id = sealed or tx.scalar(select(archive.c.id).where(archive.c.report_sha256 == sha256).limit(1))
    found = one(tx, id) if id else None
    return (found, sealed is not None) if found else None


def seals_of(tx: Transaction, ids: Sequence[str]) -> frozenset[tuple[datetime, str]]:
    """When these reports were sealed, each time, and with which certificate."""
    query = select(seal.c.sealed_at, seal.c.certificate).where(seal.c.archive.in_(ids))
    return frozenset((row.sealed_at, row.certificate) for row in tx.rows(query))


def record_of(tx: Transaction, id: str) -> Mapping[str, Any]:
    """The record that an archived report carries."""
    record: Mapping[str, Any] = tx.scalar(select(archive.c.record).where(archive.c.id == id))
    return record


def site_of(tx: Transaction, id: str) -> str | None:
    """The id of the site that an archived report speaks of."""
    site: str | None = (record_of(tx, id).get("fields") or {}).get("site")
    return site


def month_of(text: str, zone: str) -> tuple[datetime, datetime]:
    """From when to before when a month like 2026-03 lasts in `zone`. Raises ValueError."""
    first = datetime.strptime(text, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
    year, month = divmod(first.year * 12 + first.month, 12)
    return first.astimezone(UTC), first.replace(year=year, month=month + 1).astimezone(UTC)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    a = archive.c
    words = list(_words(wanted))
    found: list[ColumnElement[bool]] = (
        [a.id.in_(select(archive_words.c.archive).where(*words))] if words else []
    )
    if wanted.engineer:
        found.append(a.engineer == wanted.engineer)
    if wanted.month:
        since, before = month_of(wanted.month, wanted.zone)
        found += [a.closed_at >= since, a.closed_at < before]
    return [*found, *_of_seal(wanted.seal)]


def _of_seal(state: str) -> list[ColumnElement[bool]]:
    match state:
        case "sealed":
            return [seal.c.sha256.is_not(None)]
        case "stamped":
            return [seal.c.stamped]
        case "waiting":
            return [seal.c.sha256.is_(None), archive.c.report_sha256.is_not(None)]
    return []


def _words(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    w = archive_words.c
    if wanted.text:
        codes = (_has(column, joined(wanted.text)) for column in (w.folio, w.serial))
        yield or_(*codes, _has(w.customer, folded(wanted.text)))
    if wanted.serial:
        yield _has(w.serial, joined(wanted.serial))
    if wanted.customer:
        yield _has(w.customer, folded(wanted.customer))


def _has(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return column.contains(text, autoescape=True)


def _joined() -> Any:
    """The archive beside the newest seal of each report."""
    later = seal.alias("later")
    newest = ~(
        select(later.c.sha256)
        .where(
            later.c.archive == seal.c.archive,
            or_(
                later.c.sealed_at > seal.c.sealed_at,
                and_(later.c.sealed_at == seal.c.sealed_at, later.c.sha256 > seal.c.sha256),
            ),
        )
        .exists()
    )
    return archive.outerjoin(seal, and_(seal.c.archive == archive.c.id, newest))


def _whole() -> Select[Any]:
    named = [column for column in archive.c if column.name != "record"]
    sealed = (seal.c.sealed_at, seal.c.sha256, seal.c.certificate, seal.c.stamped)
    return select(*named, *sealed).select_from(_joined())


def _archived(row: Row[Any]) -> Archived:
    return Archived(
        row.id, row.ticket, row.version, row.folio, row.serial, row.customer, row.customer_name,
        row.engineer, row.engineer_name, row.report_sha256, row.record_digest, row.rev, row.chain,
        row.closed_at, row.archived_at, row.sealed_at, row.sha256, row.certificate,
        bool(row.stamped),
    )  # fmt: skip
