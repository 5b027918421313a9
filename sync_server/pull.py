"""What changed for a tablet since its cursors, page by page, out of one consistent view.

SYNC.md, Transport and Rules 7–11. A cursor holds the epoch, the seq reached, and the seq at which
a reading from the beginning began, before which nothing needs to be taken away.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from sync_server.database import Transaction
from sync_server.devices import Device
from sync_server.hello import scopes_of
from sync_server.office import Office
from sync_server.schema import feed as table
from sync_server.schema import feed_head, record, ticket

MOST, USUAL = 1000, 500
"""Changes on a page: at most, and when the tablet does not say."""


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
            if said == epoch and 0 <= int(seq) <= head:
                return cls(int(seq), int(floor))
        except (ValueError, TypeError, binascii.Error, RecursionError):
            pass
        return cls(0, head)


def pull(
    tx: Transaction, office: Office, device: Device, cursors: Mapping[str, str], limit: int | None
) -> Mapping[str, Any]:
    """One page: changes, new cursors, whether there is more, and on the last page the digests.

    Scopes that the tablet does not name start from their beginning when it names none at all.
    Raises NotYourScope.
    """
    mine = scopes_of(device)
    strange = sorted(set(cursors) - set(mine))
    if strange:
        raise NotYourScope(strange[0])
    room = max(1, min(limit or USUAL, MOST))
    epoch = office.epoch(tx)
    heads = _heads(tx, mine)
    changes: list[dict[str, Any]] = []
    reached: dict[str, Cursor] = {}
    for scope in mine:
        start = Cursor.of(cursors.get(scope), epoch, heads[scope].seq)
        found = _changes(tx, scope, start, room - len(changes))
        changes += found
        full = len(changes) >= room
        seq = found[-1]["seq"] if found and full else start.seq if full else heads[scope].seq
        reached[scope] = Cursor(seq, start.floor)
    more = any(reached[scope].seq < heads[scope].seq for scope in mine)
    answer: dict[str, Any] = {
        "epoch": epoch,
        "changes": changes,
        "cursors": {scope: cursor.text(epoch) for scope, cursor in reached.items()},
        "more": more,
    }
    if not more:
        answer["digest"] = {s: {"count": heads[s].size, "xor": heads[s].xor} for s in mine}
    return answer


@dataclass(frozen=True, slots=True)
class _Head:
    seq: int = 0
    size: int = 0
    xor: str = "0" * 16


def _heads(tx: Transaction, scopes: list[str]) -> dict[str, _Head]:
    c = feed_head.c
    query = select(c.scope, c.seq, c.size, c.xor).where(c.scope.in_(scopes))
    found = {row.scope: _Head(row.seq, row.size, row.xor) for row in tx.rows(query)}
    return {scope: found.get(scope, _Head()) for scope in scopes}


def _changes(tx: Transaction, scope: str, start: Cursor, room: int) -> list[dict[str, Any]]:
    if room <= 0:
        return []
    gone_before = and_(table.c.kind != "update", table.c.seq <= start.floor)
    query = (
        select(table.c.record, table.c.id, table.c.seq, table.c.rev, table.c.kind)
        .where(table.c.scope == scope, table.c.seq > start.seq, ~gone_before)
        .order_by(table.c.seq)
        .limit(room)
    )
    rows = tx.rows(query)
    documents = _documents(tx, [(r.record, r.id) for r in rows if r.kind == "update"])
    return [
        {
            "scope": scope,
            "seq": row.seq,
            "kind": row.kind,
            "record": row.record,
            "id": row.id,
            "rev": row.rev,
            **documents.get((row.record, row.id), {}),
        }
        for row in rows
    ]


def _documents(
    tx: Transaction, wanted: list[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    documents: dict[tuple[str, str], dict[str, Any]] = {}
    ids = [id for kind, id in wanted if kind == "ticket"]
    if ids:
        query = select(ticket.c.id, ticket.c.doc, ticket.c.entries).where(ticket.c.id.in_(ids))
        for row in tx.rows(query):
            documents["ticket", row.id] = {"doc": row.doc, "entries": row.entries}
    others = [and_(record.c.record == kind, record.c.id == id) for kind, id in wanted
              if kind != "ticket"]  # fmt: skip
    for start in range(0, len(others), 200):
        part = select(record.c.record, record.c.id, record.c.doc).where(
            or_(*others[start : start + 200])
        )
        for row in tx.rows(part):
            documents[row.record, row.id] = {"doc": row.doc}
    return documents
