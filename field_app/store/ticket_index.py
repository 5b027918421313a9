"""The row of each ticket in the lists, the words it is found by, and the shelf it stands on."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any

from field_app.store import unfit
from field_app.store.database import Database, dump
from shared.sla.reading import happened_at, resolved_at
from shared.sla.sla import Clock
from shared.ticket.fields import SEARCHED
from shared.ticket.ticket import TERMINAL, Mode, Record, State
from shared.time.timestamps import instant
from shared.words.folding import findable, folded

log = logging.getLogger("folio.store")


class WorkStage(StrEnum):
    """How far a ticket is on its way out of the tablet."""

    WORK = "work"
    ASKED = "asked"
    CLOSING = "closing"
    TO_CORRECT = "to_correct"
    VALIDATION = "validation"
    CLOSED = "closed"


class Shelf(StrEnum):
    """Where «Mi día» shows a ticket: to be worked on, waiting for others, or done with."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded record, with its doc and entries as JSON text; `unfit` says why it is not shown."""

    record: Record
    doc: str
    entries: str
    unfit: str = ""

    @classmethod
    def of(cls, record: Record) -> "Folded":
        entries = {name: list(rows) for name, rows in record.entries.items()}
        return cls(record, dump(dict(record.fields)), dump(entries))

    @classmethod
    def unshown(cls, record: Record, why: str) -> "Folded":
        """One that cannot be read, of whatever there is of it."""
        return cls(Record(record.id, {}, {}, record.rev), "{}", "{}", why)


_NAMED = ("customer", "site", "asset")

_WAITING_STATES = frozenset(
    {State.WAITING_CUSTOMER, State.WAITING_FINAL_SOLUTION, State.CUSTOMER_VALIDATION,
     State.CLOSE_REQUESTED}
)  # fmt: skip
_WAITING_STAGES = frozenset({WorkStage.ASKED, WorkStage.CLOSING, WorkStage.VALIDATION})

THESE = "(SELECT value FROM json_each(?))"

_COLUMNS = (
    "id", "rev", "doc", "entries", "label", "state", "priority", "type", "customer_id", "site_id",
    "asset_id", "customer", "site", "location", "asset", "serial", "description", "due",
    "arrived", "stage", "shelf", "read_only", "unfit",
)  # fmt: skip
_UPSERT = (
    f"INSERT INTO ticket ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _COLUMNS[1:])}"
)


_in_order = itemgetter(*_COLUMNS)


@dataclass(slots=True)
class _Surroundings:
    """What a ticket's row needs besides the ticket, asked for once for many tickets.

    `foreign` are known to the office but in no scope of ours; `asked` the last finalisations.
    """

    foreign: frozenset[str]
    folios: Mapping[str, str]
    asked: Mapping[str, Mapping[str, Any]]
    documents: Mapping[tuple[str, Any], Mapping[str, Any]]

    @classmethod
    def of(cls, database: Database, folded: list[Folded]) -> "_Surroundings":
        ids = [item.record.id for item in folded]
        foreign = database.rows(
            f"SELECT id FROM base WHERE record = 'ticket' AND id IN {THESE} AND NOT EXISTS"
            " (SELECT 1 FROM membership m WHERE m.record = 'ticket' AND m.id = base.id)",
            these(ids),
        )
        asked = database.rows(
            "SELECT ticket, outcome, reflected, max(seq) FROM outbox WHERE kind = 'command'"
            f" AND json_extract(body, '$.name') = 'finalise' AND ticket IN {THESE}"
            " GROUP BY ticket",
            these(ids),
        )
        named = [item.record.fields.get(name) for item in folded for name in _NAMED]
        documents = database.rows(
            "SELECT record, id, doc FROM base WHERE record IN ('customer', 'site', 'asset')"
            f" AND id IN {THESE}",
            these({id for id in named if isinstance(id, str)}),
        )
        return cls(
            frozenset(row["id"] for row in foreign),
            unfit.folios(database, [item.record.id for item in folded if item.unfit]),
            {row["ticket"]: row for row in asked},
            {(row["record"], row["id"]): json.loads(row["doc"]) for row in documents},
        )

    def document(self, record: str, id: Any) -> Mapping[str, Any]:
        return self.documents.get((record, id), {})


def save(database: Database, folded: list[Folded]) -> None:
    ids = [item.record.id for item in folded]
    around = _Surroundings.of(database, folded)
    rows = [_shown(item, around) for item in folded]
    with database.transaction() as db:
        db.conn.executemany(_UPSERT, map(_in_order, rows))
        keys = {row["id"]: row["key"] for row in database.rows(
            f"SELECT id, key FROM ticket WHERE id IN {THESE}", these(ids)
        )}  # fmt: skip
        found = list(zip(folded, rows, strict=True))
        _index(database, "ticket_words", {keys[i.record.id]: _names(i.record, r) for i, r in found})
        _index(database, "ticket_prose", {keys[i.record.id]: _prose(i.record) for i in folded})


def _index(database: Database, table: str, words: Mapping[int, str]) -> None:
    """Let these tickets, by key, be found by these words; those that are already cost nothing."""
    indexed = {row["rowid"]: row["words"] for row in database.rows(
        f"SELECT rowid, words FROM {table} WHERE rowid IN {THESE}", these(words)
    )}  # fmt: skip
    new = [(key, said) for key, said in words.items() if indexed.get(key) != said]
    with database.transaction() as db:
        db.conn.executemany(
            f"DELETE FROM {table} WHERE rowid = ?", [(key,) for key, _ in new if key in indexed]
        )
        db.conn.executemany(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", new)


def forget(database: Database, ids: Iterable[str]) -> None:
    with database.transaction() as db:
        for table in ("ticket_words", "ticket_prose"):
            db.execute(
                f"DELETE FROM {table} WHERE rowid IN (SELECT key FROM ticket WHERE id IN {THESE})",
                (these(ids),),
            )
        db.execute(f"DELETE FROM ticket WHERE id IN {THESE}", (these(ids),))


def _shown(folded: Folded, around: _Surroundings) -> dict[str, Any]:
    """The row of a ticket; of one that cannot be read a row that says no more than its number."""
    if not folded.unfit:
        try:
            return _row(folded, around)
        except Exception as fault:
            log.exception("ticket %s cannot be listed", folded.record.id)
            folded = Folded.unshown(folded.record, type(fault).__name__)
    folio = around.folios.get(folded.record.id) or folded.record.id[:8]
    unread = Folded.unshown(folded.record, folded.unfit)
    return {**_row(unread, around), "label": folio, "unfit": folded.unfit}


def _row(folded: Folded, around: _Surroundings) -> dict[str, Any]:
    doc, id = folded.record.fields, folded.record.id
    stage = _stage(folded.record, around.asked.get(id))
    read_only = id in around.foreign
    customer, site, asset = (around.document(name, doc.get(name)) for name in _NAMED)
    return {
        "id": id,
        "rev": folded.record.rev,
        "doc": folded.doc,
        "entries": folded.entries,
        "label": doc.get("folio") or doc.get("provisional_folio") or id[:8],
        "state": doc.get("state") or State.NEW.value,
        "priority": doc.get("priority") or "",
        "type": doc.get("type") or "",
        "customer_id": doc.get("customer"),
        "site_id": doc.get("site"),
        "asset_id": doc.get("asset"),
        "customer": customer.get("name") or "",
        "site": site.get("name") or "",
        "location": asset.get("location") or "",
        "asset": f"{asset.get('make') or ''} {asset.get('model') or ''}".strip(),
        "serial": asset.get("serial") or "",
        "description": doc.get("description") or "",
        "due": _next_due(folded.record),
        "arrived": int(bool(doc.get("arrived_at"))),
        "stage": stage.value,
        "shelf": _shelf(doc.get("state"), stage, read_only).value,
        "read_only": int(read_only),
        "unfit": None,
    }


def _stage(record: Record, asked: Mapping[str, Any] | None) -> WorkStage:
    state = record.fields.get("state")
    if state in TERMINAL:
        return WorkStage.CLOSED
    if state == State.CUSTOMER_VALIDATION:
        return WorkStage.VALIDATION
    if "closing" in (record.fields.get("flags") or ()):
        return WorkStage.CLOSING
    if asked is not None and not asked["reflected"]:
        return WorkStage.ASKED
    if (asked and asked["outcome"] in ("rejected", "parked")) or _found_missing(record):
        return WorkStage.TO_CORRECT
    return WorkStage.WORK


def _found_missing(record: Record) -> bool:
    # What the office found only once the bytes were there.
    return bool((record.fields.get("finalise_missing") or {}).get("missing"))


def _shelf(state: str | None, stage: WorkStage, read_only: bool) -> Shelf:
    if stage is WorkStage.CLOSED or read_only:
        return Shelf.DONE
    if stage in _WAITING_STAGES or state in _WAITING_STATES:
        return Shelf.WAITING
    return Shelf.OPEN


def _next_due(record: Record) -> str | None:
    """The earliest term still open, by which lists are put in order. R026."""
    promised = record.fields.get("due") or {}
    happened = happened_at(record, resolved_at(record))
    if record.fields.get("mode") == Mode.REMOTE:
        happened.pop(Clock.ON_SITE)
    still = [at for clock, when in happened.items() if when is None and (at := promised.get(clock))]
    return min(still, key=instant, default=None)


def _names(record: Record, row: Mapping[str, Any]) -> str:
    requester = record.fields.get("requester") or {}
    names = (str(row[name]) for name in ("customer", "site", "location", "asset"))
    codes = (str(row[name]) for name in ("label", "serial"))
    return findable([*names, str(requester.get("name") or "")], codes)


def _prose(record: Record) -> str:
    return folded(
        " ".join(str(record.fields[name]) for name in SEARCHED if record.fields.get(name))
    )


def these(ids: Iterable[str | int]) -> str:
    """Any number of ids as one parameter."""
    return json.dumps(list(ids))
