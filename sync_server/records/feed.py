"""The change feed: per scope, one row for each record, numbered by the seq of its last change.

Publications are collected while a transaction works and written before it commits: heads sorted,
locked last, so that order of seq is order of commit. SYNC.md, O9.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, delete, insert, select, update

from shared.operations.wire import scope_digest
from sync_server.database.lookup import LookupByKey
from sync_server.database.tables import feed, feed_head, ticket
from sync_server.database.transactions import Cache, Transaction

ORG = "org"
"""The scope of every tablet: catalogues, people, knowledge answers."""

Change = Literal["update", "remove", "unneeded"]

COMPANIONS = {"asset": ticket.c.asset, "customer": ticket.c.customer, "site": ticket.c.site}
"""Records that belong to a scope while a ticket in it refers to them, and the column that does."""


@dataclass(frozen=True, slots=True)
class _Publication:
    change: Change
    rev: int


_PUBLISHED: Cache[tuple[str, str, str], _Publication] = Cache()
"""What this transaction publishes, by scope, kind and id of the record: the last word counts."""


def scope_of_user(user: str) -> str:
    """The scope of one person's work."""
    return f"user:{user}"


def publish(tx: Transaction, scope: str, record: str, id: str, rev: int) -> None:
    """Publish to the scope, at commit, that this record is now at `rev`."""
    _published(tx)[scope, record, id] = _Publication("update", rev)


def remove(tx: Transaction, scope: str, record: str, id: str) -> None:
    """Publish to the scope, at commit, that this record is no longer in it."""
    _published(tx)[scope, record, id] = _Publication("remove", 0)


def let_go(tx: Transaction, scope: str, record: str, id: str) -> None:
    """Remove a companion from the scope, if no ticket there refers to it at commit."""
    _published(tx).setdefault((scope, record, id), _Publication("unneeded", 0))


def scopes_with(tx: Transaction, record: str, id: str) -> list[str]:
    """The scopes that have this record now."""
    query = select(feed.c.scope).where(
        feed.c.record == record, feed.c.id == id, feed.c.kind == "update"
    )
    return sorted(tx.scalars(query))


def _published(tx: Transaction) -> dict[tuple[str, str, str], _Publication]:
    tx.before_commit(_write_out)
    return tx.cache(_PUBLISHED)


def _write_out(tx: Transaction) -> None:
    by_scope: dict[str, dict[tuple[str, str], _Publication]] = defaultdict(dict)
    published = tx.cache(_PUBLISHED)
    for (scope, record, id), publication in published.items():
        by_scope[scope][record, id] = publication
    published.clear()
    for scope in sorted(by_scope):
        _write_scope(tx, scope, by_scope[scope])


def _write_scope(
    tx: Transaction, scope: str, publications: dict[tuple[str, str], _Publication]
) -> None:
    seq, count, xor = _locked_head(tx, scope)
    before = _rows(tx, scope, publications)
    first = seq
    for (record, id), publication in sorted(publications.items(), key=_order):
        old = before.get((record, id))
        change = _settled(tx, scope, record, id, publication)
        if change is None or (change == "remove" and (old is None or old[0] != "update")):
            continue
        seq += 1
        for kind, rev, sign in ((*(old or ("", 0)), -1), (change, publication.rev, 1)):
            if kind == "update":
                count, xor = count + sign, xor ^ _fingerprint(record, id, rev)
        row = {"seq": seq, "rev": publication.rev, "kind": change}
        if old is None:
            tx.batch(_ROW_NEW, {"scope": scope, "record": record, "id": id, **row})
        else:
            tx.batch(_ROW_MOVED, {"of": scope, "of_record": record, "of_id": id, **row})
    if seq > first:
        head = {"of": scope, "seq": seq, "size": count, "xor": f"{xor:016x}"}
        tx.execute(_HEAD_MOVED, head)
        tx.after_commit(scope, seq)


def _order(item: tuple[tuple[str, str], _Publication]) -> tuple[int, str, str]:
    """Sort key: records that tickets refer to, then tickets, then what is removed."""
    (record, id), publication = item
    comes = publication.change == "update"
    return (1 if record == "ticket" else 0 if comes else 2), record, id


def _locked_head(tx: Transaction, scope: str) -> tuple[int, int, int]:
    row = tx.one_or_none(_HEAD, {"of": scope})
    if row is None:
        # Two who open the same scope at once: one of them does it again from its beginning.
        tx.execute(insert(feed_head).values(scope=scope, seq=0, size=0, xor="0" * 16))
        return 0, 0, 0
    return row.seq, row.size, int(row.xor, 16)


def _rows(
    tx: Transaction, scope: str, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, int]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for record, id in keys:
        ids[record].append(id)
    rows: dict[tuple[str, str], tuple[str, int]] = {}
    for record, some in ids.items():
        for start in range(0, len(some), 500):
            found = _ROWS.rows(tx, some[start : start + 500], of=scope, of_record=record)
            rows |= {(record, row.id): (row.kind, row.rev) for row in found}
    return rows


def _settled(
    tx: Transaction, scope: str, record: str, id: str, publication: _Publication
) -> Literal["update", "remove"] | None:
    """`update`, `remove` or nothing; asked with the head locked, so that the scope stands still."""
    if publication.change != "unneeded":
        return publication.change
    of_scope = (feed.c.scope == scope, feed.c.record == "ticket", feed.c.kind == "update")
    naming = select(feed.c.id).join(ticket, ticket.c.id == feed.c.id)
    needed = tx.scalar(naming.where(*of_scope, COMPANIONS[record] == id).limit(1))
    return None if needed else "remove"


def recount(tx: Transaction) -> None:
    """Make every scope's head anew of its rows: after some of them were lost."""
    named = tx.scalars(select(feed.c.scope).distinct())
    for scope in sorted({*named, *tx.scalars(select(feed_head.c.scope))}):
        rows = tx.rows(select(feed).where(feed.c.scope == scope))
        held = scope_digest((row.record, row.id, row.rev) for row in rows if row.kind == "update")
        reached = max((row.seq for row in rows), default=0)
        seq = tx.scalar(select(feed_head.c.seq).where(feed_head.c.scope == scope))
        tx.execute(delete(feed_head).where(feed_head.c.scope == scope))
        tx.execute(
            insert(feed_head).values(
                scope=scope, seq=max(reached, seq or 0), size=held["count"], xor=held["xor"]
            )
        )


def _fingerprint(record: str, id: str, rev: int) -> int:
    return int(scope_digest([(record, id, rev)])["xor"], 16)


# Made once: a statement that is built anew for each change costs more than it asks.
_HEAD = (
    select(feed_head.c.seq, feed_head.c.size, feed_head.c.xor)
    .where(feed_head.c.scope == bindparam("of"))
    .with_for_update()
)
_HEAD_MOVED = update(feed_head).where(feed_head.c.scope == bindparam("of"))
_ROWS = LookupByKey(
    select(feed.c.id, feed.c.kind, feed.c.rev).where(
        feed.c.scope == bindparam("of"), feed.c.record == bindparam("of_record")
    ),
    feed.c.id,
)
_ROW_NEW = insert(feed)
_ROW_MOVED = update(feed).where(
    feed.c.scope == bindparam("of"),
    feed.c.record == bindparam("of_record"),
    feed.c.id == bindparam("of_id"),
)
