"""What changed for a tablet since its cursors, page by page, out of one consistent view.

SYNC.md, Transport, O9–O11. A cursor holds the epoch, the seq reached, and the seq at which
a reading from the beginning began, before which nothing needs to be taken away.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Row, Text, and_, bindparam, or_, select, type_coerce

from sync_server.database.tables import feed as table
from sync_server.database.tables import feed_head, ticket
from sync_server.database.tables import record as record_table
from sync_server.database.transactions import Transaction
from sync_server.identity.devices import Device
from sync_server.records import checklist_version
from sync_server.runtime.context import ApplicationContext
from sync_server.sync.hello import scopes_of
from sync_server.tickets import notes

log = structlog.get_logger(__name__)

MOST, USUAL = 1000, 500
"""Changes on a page: at most, and when the tablet does not say."""


LARGEST = 1 << 20
"""Bytes after which a page ends: what a slow line loses with a cut."""


LARGEST_SEQ = 2**53


class NotYourScope(Exception):
    """This tablet asks for a scope that is not among its own."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a tablet has read a scope; `floor` is where a reading from the beginning began."""

    seq: int
    floor: int

    def text(self, epoch: str) -> str:
        """The cursor as the tablet keeps it."""
        return base64.urlsafe_b64encode(json.dumps([epoch, self.seq, self.floor]).encode()).decode()

    @classmethod
    def of(cls, text: str | None, epoch: str, head: int) -> "Cursor":
        """A tablet's cursor; one that is not of this run of history starts from the beginning."""
        try:
            said, seq, floor = json.loads(base64.urlsafe_b64decode(text or ""))
            whole = type(seq) is int and type(floor) is int and 0 <= floor <= LARGEST_SEQ
            if whole and said == epoch and 0 <= seq <= head:
                return cls(seq, floor)
            if whole and said == epoch and seq > head:
                log.error("read further than this database goes: put back without folio epoch?")
        except (ValueError, TypeError, binascii.Error, RecursionError):
            pass
        return cls(0, head)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of changes, each as the JSON it is kept in, and what is said besides."""

    changes: list[str]
    besides: Mapping[str, Any]
    checklist: int | None = None
    """The version of the closure checklist that is on the page, if it is."""

    def text(self, **more: Any) -> bytes:
        """The message as JSON: documents go out as they are kept, without being read."""
        rest = json.dumps({**self.besides, **more}, separators=(",", ":"))
        return f'{{"changes":[{",".join(self.changes)}],{rest[1:]}'.encode()


def pull(
    tx: Transaction,
    context: ApplicationContext,
    device: Device,
    cursors: Mapping[str, str],
    limit: int | None,
) -> Page:
    """One page: changes, new cursors, whether there is more, and on the last page the digests.

    Every scope of the tablet is read, from its beginning where the tablet names no cursor. A page
    ends after `limit` changes, or when it has grown to LARGEST bytes. Raises NotYourScope.
    """
    mine = scopes_of(device)
    strange = sorted(set(cursors) - set(mine))
    if strange:
        raise NotYourScope(strange[0])
    epoch = context.epoch(tx)
    heads = _heads(tx, mine)
    room = _Room(max(1, min(limit or USUAL, MOST)))
    reached: dict[str, Cursor] = {}
    for scope in mine:
        start = Cursor.of(cursors.get(scope), epoch, heads[scope].seq)
        reached[scope] = _read(tx, scope, start, heads[scope].seq, room)
    more = any(reached[scope].seq < heads[scope].seq for scope in mine)
    besides: dict[str, Any] = {
        "epoch": epoch,
        "cursors": {scope: cursor.text(epoch) for scope, cursor in reached.items()},
        "more": more,
    }
    if not more:
        besides["digest"] = _digests(heads)
    return Page(room.changes, besides, room.checklist)


def scope_digests(
    tx: Transaction, context: ApplicationContext, device: Device, cursors: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The digests that a last page says, if these cursors have reached all there is; or None."""
    mine = scopes_of(device)
    if not mine or set(cursors) != set(mine):
        return None
    epoch, heads = context.epoch(tx), _heads(tx, mine)
    behind = any(Cursor.of(cursors[s], epoch, heads[s].seq).seq < heads[s].seq for s in mine)
    return None if behind else _digests(heads)


@dataclass(frozen=True, slots=True)
class _Head:
    seq: int = 0
    size: int = 0
    xor: str = "0" * 16


def _digests(heads: Mapping[str, _Head]) -> dict[str, Any]:
    return {scope: {"count": head.size, "xor": head.xor} for scope, head in heads.items()}


class _Room:
    """What is on the page so far; it is full after so many changes or bytes, never empty."""

    def __init__(self, changes: int) -> None:
        self.changes: list[str] = []
        self.left = changes
        self.checklist: int | None = None
        self._bytes = LARGEST

    def put(self, change: str) -> bool:
        """Put a change on the page if it fits."""
        if not self.left or (self.changes and len(change) > self._bytes):
            self.left = 0
            return False
        self.changes.append(change)
        self.left -= 1
        self._bytes -= len(change)
        return True


def _heads(tx: Transaction, scopes: list[str]) -> dict[str, _Head]:
    found = {
        row.scope: _Head(row.seq, row.size, row.xor) for row in tx.rows(_HEADS, {"scopes": scopes})
    }
    return {scope: found.get(scope, _Head()) for scope in scopes}


def _read(tx: Transaction, scope: str, start: Cursor, head: int, room: _Room) -> Cursor:
    """Put what is new in a scope on the page; how far it went."""
    if start.seq == head or not room.left:
        return start
    asked = room.left
    said = {"in_scope": scope, "after": start.seq, "floor": start.floor, "most": asked}
    rows = tx.rows(_CHANGES, said)
    named = json.dumps(scope)
    kept = _notes_of_tablets(tx, rows)
    seq = start.seq
    for row in rows:
        entries = kept.get(row.id, row.entries) if row.record == "ticket" else row.entries
        if not room.put(_change(named, row, entries)):
            return Cursor(seq, start.floor)
        if (row.record, row.id, row.kind) == _CHECKLIST:
            room.checklist = json.loads(row.doc)["version"]
        seq = row.seq
    # Fewer than were asked for: the rest up to the head is what is gone, and nothing is left.
    return Cursor(head if len(rows) < asked else seq, start.floor)


def _notes_of_tablets(tx: Transaction, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """By ticket, its entries without the notes that the office wrote, where it has any notes."""
    noted = {row.id: json.loads(row.entries) for row in rows if _NOTED.search(row.entries or "")}
    authors = notes.authors(tx, noted.keys())
    for id, entries in noted.items():
        entries[notes.NOTES] = notes.of_tablets(entries[notes.NOTES], authors[id])
    return {id: json.dumps(entries, separators=(",", ":")) for id, entries in noted.items()}


_NOTED = re.compile(r'"notes":\s*\[\s*\{')


def _change(scope: str, row: Row[Any], entries: str | None) -> str:
    """A change as JSON, `scope` being JSON already: what is kept is put in as it is kept."""
    seq, kind, record, id, rev, fields, _, doc = tuple(row)
    document = f',"doc":{fields},"entries":{entries}' if fields else f',"doc":{doc}' if doc else ""
    return (
        f'{{"scope":{scope},"seq":{seq},"kind":"{kind}","record":"{record}",'
        f'"id":{json.dumps(id)},"rev":{rev}{document}}}'
    )


_CHECKLIST = (checklist_version.RECORD, checklist_version.ID, "update")

# Built once; `doc` and `entries` are asked for as the text that is kept.
_HEADS = select(feed_head.c.scope, feed_head.c.seq, feed_head.c.size, feed_head.c.xor).where(
    feed_head.c.scope.in_(bindparam("scopes", expanding=True))
)
_UPDATED = table.c.kind == "update"
_CHANGES = (
    select(
        table.c.seq,
        table.c.kind,
        table.c.record,
        table.c.id,
        table.c.rev,
        type_coerce(ticket.c.doc, Text).label("fields"),
        type_coerce(ticket.c.entries, Text).label("entries"),
        type_coerce(record_table.c.doc, Text).label("doc"),
    )
    .outerjoin(ticket, and_(_UPDATED, table.c.record == "ticket", ticket.c.id == table.c.id))
    .outerjoin(
        record_table,
        and_(_UPDATED, record_table.c.record == table.c.record, record_table.c.id == table.c.id),
    )
    .where(
        table.c.scope == bindparam("in_scope"),
        table.c.seq > bindparam("after"),
        or_(_UPDATED, table.c.seq > bindparam("floor")),
    )
    .order_by(table.c.seq)
    .limit(bindparam("most"))
)
