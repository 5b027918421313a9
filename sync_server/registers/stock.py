"""What each engineer has in the van: pieces of each part, and how few are too few."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sync_server.database.tables import user
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.registers import lookup
from sync_server.registers.columns import Column, Shape
from sync_server.registers.kind import Batch, Planned, Read, Values
from sync_server.registers.list_kind import Items, ListKind, catalogue_items
from sync_server.registers.problem import NotTaken
from sync_server.registers.record_kind import InColumn
from sync_server.runtime.context import ApplicationContext


class Stock(ListKind):
    """One part of one van a row; what no row names stays."""

    name = "stock"
    columns = (
        Column("engineer", "Ingeniero", "Engineer", required=True,
               also=("ingeniero o almacén", "técnico", "correo")),
        Column("part", "Parte", "Part", Shape.CODE, True, ("número de parte", "refacción", "sku"),
               longest=64),
        Column("quantity", "Cantidad", "Quantity", Shape.COUNT, True, ("existencia", "piezas")),
        Column("minimum", "Mínimo", "Minimum", Shape.COUNT),
    )  # fmt: skip

    def key(self, values: Values) -> str:
        engineer = str(values.get("engineer") or "").strip().lower()
        return f"{engineer}\n{values.get('part')}"

    def items(self, tx: Transaction) -> Items:
        emails = {row.id: row.email for row in tx.rows(select(user.c.id, user.c.email))}
        items: Items = {}
        for stored in records.all_of(tx, "stock"):
            minima = stored.doc.get("minimum") or {}
            for part, quantity in (stored.doc.get("items") or {}).items():
                owner = emails.get(stored.id, stored.id)
                items[f"{owner}\n{part}"] = {
                    "owner": stored.id,
                    "part": part,
                    "quantity": quantity,
                    "minimum": minima.get(part),
                }
        return items

    def plan(self, batch: Batch) -> Iterator[Planned]:
        """As any list; a van may be called by its engineer's name, too."""
        people = lookup.people(batch.tx)
        emails = {row.id: row.email for row in batch.tx.rows(select(user.c.id, user.c.email))}
        rows = []
        for row in batch.rows:
            try:
                id = lookup.person(people, row.values["engineer"])
            except NotTaken as refused:
                batch.refuse(row, "engineer", refused)
                continue
            rows.append(Read(row.number, {**row.values, "engineer": emails[id], "owner": id}))
        batch.rows = rows
        return super().plan(batch)

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        if row.values["part"] not in catalogue_items(batch.tx, "parts"):
            raise InColumn("part", NotTaken("unknown_part", value=row.values["part"]))
        minimum = row.values["minimum"] if "minimum" in row.values else before.get("minimum")
        return {"owner": row.values["owner"], "part": row.values["part"],
                "quantity": row.values["quantity"], "minimum": minimum}  # fmt: skip

    def put(
        self, tx: Transaction, context: ApplicationContext, items: Items, changed: Items,
        now: datetime,
    ) -> None:  # fmt: skip
        for owner in sorted({item["owner"] for item in changed.values()}):
            stored = records.get(tx, "stock", owner)
            doc = dict(stored.doc) if stored else {}
            counts, minima = dict(doc.get("items") or {}), dict(doc.get("minimum") or {})
            for item in changed.values():
                if item["owner"] == owner:
                    counts[item["part"]] = item["quantity"]
                    minima |= {item["part"]: item["minimum"]}
            minima = {part: least for part, least in minima.items() if least is not None}
            doc |= {"items": counts, **({"minimum": minima} if minima else {})}
            records.put(tx, "stock", owner, doc, now)

    def missing(self, batch: Batch, met: frozenset[str]) -> Iterator[Planned]:
        """A part that the file does not name is none in that van."""
        for number, (key, item) in enumerate(self.items(batch.tx).items()):
            if key not in met and item["quantity"]:
                yield Planned(self.name, key, {**item, "quantity": 0}, before=0,
                              number=10**9 + number)  # fmt: skip

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for key, item in self.items(tx).items():
            yield {"engineer": key.partition("\n")[0], "part": item["part"],
                   "quantity": item["quantity"], "minimum": item["minimum"]}  # fmt: skip
