"""Every record but tickets: assets, customers, sites, catalogues, stock, answers, notices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from shared.ticket.records import check_record, checked
from shared.words.folding import folded, joined
from sync_server.database.column_types import LONGEST_FOLDED
from sync_server.database.lookup import LookupByKey
from sync_server.database.tables import record as table
from sync_server.database.transactions import Cache, Transaction
from sync_server.records import codes, feed

EVERYBODY = frozenset({"catalogue", "answer"})
"""Records that live in the scope `org`."""

OF_USER = frozenset({"stock"})
"""Records whose id is a user's, and which live in that user's scope."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the office keeps it."""

    record: str
    id: str
    rev: int
    doc: Mapping[str, Any]
    label: str
    updated_at: datetime
    code: str = ""


_HELD_RECORDS: Cache[tuple[str, str], Stored | None] = Cache()
"""What `held` has read, by kind and id: it is locked, so nobody can have changed it since."""

# Made once: every new ticket asks for what it names.
_THIS = (table.c.record == bindparam("of"), table.c.id == bindparam("which"))
_ONE = select(table).where(*_THIS)
_HELD = _ONE.with_for_update(read=True)
_SOME = LookupByKey(
    select(table)
    .where(table.c.record == bindparam("of"))
    .order_by(table.c.id)
    .with_for_update(read=True),
    table.c.id,
)


def get(tx: Transaction, record: str, id: str | None) -> Stored | None:
    """One record, or None."""
    if id is None:
        return None
    row = tx.one_or_none(_ONE, {"of": record, "which": id})
    return _stored(row) if row else None


def held(tx: Transaction, record: str, id: str | None) -> Stored | None:
    """One record, locked against changes until the transaction ends, or None; then cached."""
    if id is None:
        return None
    known = tx.cache(_HELD_RECORDS)
    if (record, id) not in known:
        row = tx.one_or_none(_HELD, {"of": record, "which": id})
        known[record, id] = _stored(row) if row else None
    return known[record, id]


def hold(tx: Transaction, named: Iterable[tuple[str, str]]) -> None:
    """Read and lock many at once, by (record, id), for the calls of `held` that follow."""
    known = tx.cache(_HELD_RECORDS)
    wanted: dict[str, list[str]] = defaultdict(list)
    for record, id in sorted(set(named) - set(known)):
        wanted[record].append(id)
    for record, ids in wanted.items():
        known |= {(record, id): None for id in ids}
        known |= {(record, row.id): _stored(row) for row in _SOME.rows(tx, ids, of=record)}


def all_of(tx: Transaction, record: str) -> list[Stored]:
    """Every record of a kind, by its name or serial as people look for it."""
    in_order = table.c.folded, table.c.label, table.c.id
    query = select(table).where(table.c.record == record).order_by(*in_order)
    return [_stored(row) for row in tx.rows(query)]


def labelled(tx: Transaction, record: str, label: str) -> Stored | None:
    """An asset by its serial, any other record by its name, however it is spelled."""
    return next(iter(all_labelled(tx, record, label)), None)


def all_labelled(tx: Transaction, record: str, label: str) -> list[Stored]:
    """Those with this name or serial; first what is spelled just so, then what is oldest."""
    wanted = folded_label(record, label)
    query = select(table).where(table.c.record == record, table.c.folded == wanted)
    if not wanted:
        # Of signs only: nothing is left of it to fold, and it is compared as it is.
        query = query.where(table.c.label == label)
    return [_stored(row) for row in tx.rows(query.order_by(table.c.label != label, table.c.id))]


def sites_of(tx: Transaction, customer: str, name: str) -> list[Stored]:
    """A customer's sites of this name, as in `all_labelled`."""
    named = all_labelled(tx, "site", name)
    return [site for site in named if site.doc.get("customer") == customer]


def put(
    tx: Transaction,
    record: str,
    id: str,
    doc: Mapping[str, Any],
    now: datetime,
    scopes: Iterable[str] = (),
) -> int:
    """Store this record and publish it to every scope that has it; the new revision.

    `scopes` adds scopes that are to have it; the same document again changes nothing. Raises
    shared.ticket.shapes.Unreadable for a document that nobody could show, unless what is kept is
    such a one already: of what an earlier version took, nothing may depend.
    """
    before = tx.one_or_none(
        select(table.c.rev, table.c.doc)
        .where(table.c.record == record, table.c.id == id)
        .with_for_update()
    )
    if before is None or not checked(record, id, before.doc).why:
        check_record(record, id, dict(doc))
    rev = 1 if before is None else int(before.rev)
    label = label_of(record, doc)
    values = {
        "doc": dict(doc), "label": label, "folded": folded_label(record, label), "updated_at": now
    }  # fmt: skip
    if before is None:
        tx.execute(
            insert(table).values(record=record, id=id, rev=rev, **_coded(tx, record), **values)
        )
    elif before.doc != values["doc"]:
        rev += 1
        tx.execute(
            update(table)
            .where(table.c.record == record, table.c.id == id)
            .values(rev=rev, **values)
        )
    tx.cache(_HELD_RECORDS).pop((record, id), None)
    for scope in _homes(tx, record, id, scopes):
        feed.publish(tx, scope, record, id, rev)
    return rev


def bring(tx: Transaction, scope: str, record: str, id: str) -> None:
    """Add this record to the scope, if it exists, and lock it against a change."""
    brought = held(tx, record, id)
    if brought is not None:
        feed.publish(tx, scope, record, id, brought.rev)


def _homes(tx: Transaction, record: str, id: str, scopes: Iterable[str]) -> set[str]:
    homes = {*scopes, *feed.scopes_with(tx, record, id)}
    if record in EVERYBODY:
        homes.add(feed.ORG)
    if record in OF_USER:
        homes.add(feed.scope_of_user(id))
    return homes


def _coded(tx: Transaction, record: str) -> dict[str, str]:
    """What a new record is called in files, where its kind is called anything there."""
    if record not in codes.LETTERS:
        return {}
    code = codes.next_free(tx, record)
    return {"code": code, "code_key": codes.code_key(code)}


def label_of(record: str, doc: Mapping[str, Any]) -> str:
    """What a record is called: an asset by its serial, any other by its name."""
    return str(doc.get("serial" if record == "asset" else "name") or "")


def folded_label(record: str, label: str) -> str:
    """The same as it is looked up."""
    fold = joined if record == "asset" else folded
    return fold(label)[:LONGEST_FOLDED]


def _stored(row: Row[Any]) -> Stored:
    return Stored(row.record, row.id, row.rev, row.doc, row.label, row.updated_at, row.code)
