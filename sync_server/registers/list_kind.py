"""The kinds that are one list each: a catalogue, the vans' stock, answers, people, days."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

from shared.ticket.people import Actor
from shared.ticket.records import check_record
from shared.ticket.shapes import Unreadable
from shared.words.folding import folded
from sync_server.database.transactions import Cache, Transaction
from sync_server.records import records
from sync_server.registers import staging
from sync_server.registers.columns import Column
from sync_server.registers.kind import Batch, Planned, Read, Values
from sync_server.registers.problem import NotTaken
from sync_server.registers.record_kind import InColumn
from sync_server.runtime.context import ApplicationContext

Items = dict[str, Mapping[str, Any]]
"""The items of a list by their key, in its order."""


class ListKind:
    """A list of items, small enough to be read whole."""

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]

    def key(self, values: Values) -> str:
        """The item's code."""
        return str(values.get("code") or "")

    def items(self, tx: Transaction) -> Items:
        """The list as it stands."""
        raise NotImplementedError

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        """The item after the row. Raises InColumn."""
        raise NotImplementedError

    def put(
        self, tx: Transaction, context: ApplicationContext, items: Items, changed: Items,
        now: datetime,
    ) -> None:  # fmt: skip
        """Keep the list; `changed` are those of its items that are new or other than before."""
        raise NotImplementedError

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        """Every item as the values of a row."""
        raise NotImplementedError

    def page(
        self, tx: Transaction, search: str, after: str, most: int, language: str
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """What a list shows: each item's place in the order, its key, its values."""
        wanted, start = folded(search), int(after or 0)
        rows = enumerate(zip(self.items(tx), self.export(tx, language), strict=True), start=1)
        fits = (
            (str(number), key, values)
            for number, (key, values) in rows
            if number > start and wanted in folded(" ".join(map(str, values.values())))
        )
        return islice(fits, most)

    def one(self, tx: Transaction, key: str, language: str) -> Mapping[str, Any] | None:
        """The values of the item with this key."""
        rows = zip(self.items(tx), self.export(tx, language), strict=True)
        return next((values for own, values in rows if own == key), None)

    def plan(self, batch: Batch) -> Iterator[Planned]:
        """What becomes of these rows; see Kind."""
        items = _known(batch, self)
        for row in batch.rows:
            key = self.key(row.values)
            before = items.get(key)
            try:
                item = self.item(batch, row, before or {})
            except InColumn as refused:
                batch.refuse(row, refused.column, refused.why)
                continue
            batch.met.append(key)
            if before is not None and dict(before) == item:
                batch.unchanged += 1
                continue
            yield Planned(self.name, key, item, number=row.number,
                          before=None if before is None else 0)  # fmt: skip

    def apply(
        self, tx: Transaction, context: ApplicationContext, run: str, actor: Actor, now: datetime
    ) -> None:
        """Make what was staged so: the items as they stand now, and those of the file."""
        changed = {each.id: each.doc for each in staging.staged(tx, run)}
        self.put(tx, context, {**self.items(tx), **changed}, changed, now)

    def missing(self, batch: Batch, met: frozenset[str]) -> Iterator[Planned]:
        """Retire every item that no row was about."""
        for number, (key, item) in enumerate(self.items(batch.tx).items()):
            if key not in met and not item.get("retired"):
                yield Planned(self.name, key, {**item, "retired": True}, before=0,
                              number=10**9 + number)  # fmt: skip


_ITEMS: Cache[str, Items] = Cache()


def _known(batch: Batch, kind: ListKind) -> Items:
    """The list as it stands, read once a transaction."""
    kept = batch.tx.cache(_ITEMS)
    if kind.name not in kept:
        kept[kind.name] = kind.items(batch.tx)
    return kept[kind.name]


def catalogue_items(tx: Transaction, id: str) -> Items:
    """The items of a catalogue by code."""
    stored = records.get(tx, "catalogue", id)
    return {item["code"]: item for item in (stored.doc.get("items") or () if stored else ())}


def put_catalogue(tx: Transaction, id: str, items: Items, now: datetime) -> None:
    """Keep a catalogue; every tablet hears of it."""
    records.put(tx, "catalogue", id, {"name": id, "items": [dict(i) for i in items.values()]}, now)


def checked_item(catalogue: str, item: dict[str, Any]) -> dict[str, Any]:
    """The item, if a tablet can read it. Raises InColumn."""
    try:
        check_record("catalogue", catalogue, {"name": catalogue, "items": [item]})
    except Unreadable as error:
        raise InColumn("", NotTaken("unreadable", why=str(error))) from error
    return item
