"""The company's own days off; those of the country are computed and never stand here."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sync_server.database.transactions import Transaction
from sync_server.records.own_holidays import ID
from sync_server.registers.columns import Column, Shape
from sync_server.registers.kind import Batch, Read, Values, members
from sync_server.registers.list_kind import Items, ListKind, catalogue_items, put_catalogue
from sync_server.runtime.context import ApplicationContext


class Holidays(ListKind):
    """One day a row."""

    name = "holidays"
    columns = (
        Column("date", "Fecha", "Date", Shape.DATE, True, ("día",)),
        Column("name", "Nombre", "Name", also=("motivo",), longest=300),
        Column("place", "Lugar", "Place", longest=300),
    )

    def key(self, values: Values) -> str:
        return str(values.get("date") or "")

    def items(self, tx: Transaction) -> Items:
        return catalogue_items(tx, ID)

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        doc = {**before, "code": row.values["date"]}
        return members(doc, row.values, {"name": "label", "place": "place"})

    def put(
        self, tx: Transaction, context: ApplicationContext, items: Items, changed: Items,
        now: datetime,
    ) -> None:  # fmt: skip
        in_use = {day: item for day, item in sorted(items.items()) if not item.get("retired")}
        put_catalogue(tx, ID, in_use, now)

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for day, item in self.items(tx).items():
            yield {"date": day, "name": item.get("label"), "place": item.get("place")}
