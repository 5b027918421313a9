"""Reads for the screens: «Mi día» in windows, and one ticket with everything around it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from field_app.device.trouble import Trouble
from field_app.store import answers, evidence, unfit
from field_app.store.answers import FieldConflict as FieldConflict
from field_app.store.answers import OfficeChange as OfficeChange
from field_app.store.database import Database
from field_app.store.documents import document
from field_app.store.evidence import FileState
from field_app.store.ticket_index import Shelf, WorkStage
from field_app.store.unfit import UnfitTicket as UnfitTicket
from field_app.store.view import last_finalise, record_of
from shared.closure.missing import Missing
from shared.ticket.asset import Asset, PastService
from shared.ticket.ticket import Record, Ticket
from shared.time.zones import zone_of
from shared.words.folding import folded


class UnknownTicket(Trouble):
    """There is no such ticket on this tablet."""

    key = "sync.trouble.unknown_ticket"


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list. `record` is what its terms are read of; `waiting` counts operations and
    files of ours that the office has not; `attention` says that it answered something to look at.
    """

    id: str
    label: str
    state: str
    priority: str
    type: str
    customer: str
    site: str
    location: str
    asset: str
    serial: str
    description: str
    record: Record
    arrived: bool
    stage: WorkStage
    waiting: int
    attention: bool
    read_only: bool
    unfit: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a list: `total` rows in all, `rows` from `offset`."""

    rows: tuple[TicketRow, ...]
    total: int
    offset: int

    @property
    def more(self) -> bool:
        return self.offset + len(self.rows) < self.total


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is served; `locale` is the language of their report."""

    id: str
    name: str
    locale: str
    contract: str
    email: str


@dataclass(frozen=True, slots=True)
class Site:
    """Where."""

    id: str
    name: str
    address: str
    customer: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """One ticket with all that its screens show.

    `missing` is what the office asked to correct; `conflicts` and `changed` until acknowledged;
    `unfit` are those of customer, site and asset that cannot be shown.
    """

    ticket: Ticket
    asset: Asset | None
    customer: Customer | None
    site: Site | None
    stage: WorkStage
    read_only: bool
    missing: tuple[Missing, ...]
    refusal: str
    conflicts: tuple[FieldConflict, ...]
    changed: tuple[OfficeChange, ...]
    waiting: int
    files: Mapping[str, FileState]
    unfit: frozenset[str]


_WAITING = (
    "(SELECT count(*) FROM outbox o WHERE o.ticket = t.id AND o.state IN ('queued', 'sent'))"
    " + (SELECT count(*) FROM blob_use u JOIN blob b USING (sha256)"
    "    WHERE u.ticket = t.id AND b.state = 'kept')"
)
_ATTENTION = (
    "EXISTS (SELECT 1 FROM outbox o WHERE o.ticket = t.id AND o.seen = 0"
    " AND o.outcome IN ('conflict', 'parked', 'rejected', 'late'))"
    " OR EXISTS (SELECT 1 FROM office_change c WHERE c.ticket = t.id)"
)
_ROW = (
    "SELECT t.id, label, state, priority, type, customer, site, location, asset, serial,"
    f" description, doc, entries, rev, arrived, stage, read_only, unfit, {_WAITING} AS waiting,"
    f" {_ATTENTION} AS attention FROM ticket t"
)
_WHOLE = frozenset({"doc", "entries", "rev"})
_ORDER = {
    Shelf.DONE: "t.key DESC",
    None: "t.due IS NULL, julianday(t.due), t.label",
}


def window(
    database: Database, *, search: str, shelf: Shelf | None, offset: int, limit: int
) -> Window:
    """The tickets on a shelf (None: all) whose words begin with every word of `search`, or one
    of whose names with all of it in one piece: a serial is found in any spelling.
    """
    where, parameters = _where(search, shelf)
    order = _ORDER[shelf] if shelf in _ORDER else _ORDER[None]
    rows = database.rows(
        f"{_ROW} {where} ORDER BY {order} LIMIT ? OFFSET ?", *parameters, limit, offset
    )
    total = database.value(f"SELECT count(*) FROM ticket t {where}", *parameters)
    return Window(tuple(map(_row, rows)), int(total), offset)


def counts(database: Database) -> dict[str, int]:
    """How many tickets stand on each shelf, and on `all` together."""
    found = {row["shelf"]: row["n"] for row in database.rows(
        "SELECT shelf, count(*) AS n FROM ticket GROUP BY shelf"
    )}  # fmt: skip
    return {**{shelf.value: found.get(shelf, 0) for shelf in Shelf}, "all": sum(found.values())}


def detail(database: Database, ticket: str) -> TicketDetail:
    """Everything about one ticket. Raises UnknownTicket, UnfitTicket."""
    row = database.row(
        f"SELECT t.id, label, doc, entries, rev, stage, read_only, unfit, {_WAITING} AS waiting"
        " FROM ticket t WHERE t.id = ?",
        ticket,
    )
    if row is None:
        raise UnknownTicket
    if row["unfit"]:
        raise UnfitTicket(label=row["label"])
    read = Ticket.of(record_of(row))
    asked = last_finalise(database, ticket)
    return TicketDetail(
        ticket=read,
        asset=asset(database, read.asset),
        customer=_customer(database, read.customer),
        site=_site(database, read.site),
        stage=WorkStage(row["stage"]),
        read_only=bool(row["read_only"]),
        missing=answers.to_correct(database, ticket),
        refusal=answers.refusal(asked),
        conflicts=answers.conflicts(database, ticket),
        changed=answers.changes(database, ticket),
        waiting=row["waiting"],
        files=evidence.states(database, ticket),
        unfit=unfit.incomplete(
            database, {"customer": read.customer, "site": read.site, "asset": read.asset}
        ),
    )


def asset(database: Database, id: str | None) -> Asset | None:
    """An asset with its history, as the office last sent it."""
    doc = document(database, "asset", id)
    return Asset.of(id, doc) if id and doc else None


def recurrence(
    database: Database, asset_id: str | None, cause: str | None, since: datetime
) -> list[PastService]:
    """Earlier services of the same asset for the same root cause, opened after `since`. R122."""
    found = asset(database, asset_id)
    if found is None or not cause:
        return []
    return [
        past for past in found.history
        if past.root_cause == cause and past.opened_at is not None and past.opened_at >= since
    ]  # fmt: skip


def _where(search: str, shelf: Shelf | None) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    if shelf is not None:
        conditions.append("t.shelf = ?")
        parameters.append(shelf.value)
    if words := re.findall(r"\w+", folded(search)):
        each = " AND ".join([_FOUND] * len(words))
        conditions.append(f"({each} OR {_NAMED})")
        parameters += [f'"{word}"*' for word in words for _ in range(2)]
        parameters.append(f'"{"".join(words)}"*')
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), parameters


_NAMED = "t.key IN (SELECT rowid FROM ticket_words WHERE words MATCH ?)"
_FOUND = (
    "t.key IN (SELECT rowid FROM ticket_words WHERE words MATCH ?"
    " UNION ALL SELECT rowid FROM ticket_prose WHERE words MATCH ?)"
)


def _row(row: Mapping[str, Any]) -> TicketRow:
    told = {name: value for name, value in dict(row).items() if name not in _WHOLE}
    return TicketRow(
        **{
            **told,
            "record": record_of(row),
            "arrived": bool(row["arrived"]),
            "stage": WorkStage(row["stage"]),
            "attention": bool(row["attention"]),
            "read_only": bool(row["read_only"]),
            "unfit": bool(row["unfit"]),
        }
    )


def _customer(database: Database, id: str | None) -> Customer | None:
    doc = document(database, "customer", id)
    if not id or not doc:
        return None
    words = {name: str(doc.get(name) or "") for name in ("name", "contract", "email")}
    return Customer(id=id, locale=doc.get("locale") or "es-MX", **words)


def _site(database: Database, id: str | None) -> Site | None:
    doc = document(database, "site", id)
    if not id or not doc:
        return None
    return Site(
        id, doc.get("name") or "", doc.get("address") or "", doc.get("customer"), doc.get("zone")
    )


def zone(database: Database, ticket: str | None = None) -> ZoneInfo:
    """In which zone a ticket's times are said; without a ticket, the organisation's."""
    site = database.value("SELECT site_id FROM ticket WHERE id = ?", ticket) if ticket else None
    organisation = document(database, "catalogue", "organisation")
    return zone_of(document(database, "site", site), organisation)
