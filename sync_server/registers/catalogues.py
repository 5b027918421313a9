"""What engineers choose from: root causes, final classifications, parts."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from sync_server.database.transactions import Transaction
from sync_server.registers.columns import STATE, Column, Shape
from sync_server.registers.kind import Batch, Read, members, retired, state_of
from sync_server.registers.list_kind import (
    Items,
    ListKind,
    catalogue_items,
    checked_item,
    put_catalogue,
)
from sync_server.registers.problem import NotTaken
from sync_server.registers.record_kind import InColumn
from sync_server.runtime.context import ApplicationContext

CODE = Column("code", "Código", "Code", Shape.CODE, True, ("clave",), longest=64)
SPANISH = Column("es", "Nombre", "Nombre", required=True, also=("descripción", "nombre en español"),
                 longest=300)  # fmt: skip
ENGLISH = Column("en", "Name", "Name", also=("nombre en inglés", "english name"), longest=300)
FAMILY = Column("family", "Familia", "Family", longest=64)

SYSTEM_ONLY = frozenset({"HD1", "RET"})
"""Classifications that the system alone gives."""


class Catalogue(ListKind):
    """A catalogue that every tablet carries."""

    catalogue: ClassVar[str]

    def items(self, tx: Transaction) -> Items:
        return catalogue_items(tx, self.catalogue)

    def put(
        self, tx: Transaction, context: ApplicationContext, items: Items, changed: Items,
        now: datetime,
    ) -> None:  # fmt: skip
        put_catalogue(tx, self.catalogue, items, now)


class RootCauses(Catalogue):
    """Why it failed; each with the classifications that go with it and the parts it often takes."""

    name = "root-causes"
    catalogue = "root_causes"
    columns = (
        CODE,
        SPANISH,
        ENGLISH,
        FAMILY,
        Column("classifications", "Clasificaciones", "Classifications", Shape.LIST),
        Column("parts", "Partes probables", "Likely parts", Shape.LIST, also=("refacciones",)),
        Column("asks_text", "Pide texto", "Asks for text", Shape.FLAG),
        STATE,
    )

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        known = catalogue_items(batch.tx, "final_classifications")
        for code in row.values.get("classifications") or ():
            if code not in known:
                raise InColumn("classifications", NotTaken("unknown_code", value=code))
        item = {"classifications": [], "parts": [], **labelled(before, row)}
        if "family" in row.values or not before:
            item["family"] = row.values.get("family") or item["code"]
        for name in ("classifications", "parts"):
            if name in row.values:
                item[name] = row.values[name] or []
        if row.values.get("asks_text"):
            item["asks_text"] = True
        elif "asks_text" in row.values:
            item.pop("asks_text", None)
        return checked_item(self.catalogue, retired(item, row.values))

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for item in self.items(tx).values():
            family = item.get("family")
            yield {**_named(item), "family": None if family == item["code"] else family,
                   "classifications": item.get("classifications"), "parts": item.get("parts"),
                   "asks_text": True if item.get("asks_text") else None}  # fmt: skip


class Classifications(Catalogue):
    """What a service turned out to be; some go with no part, some the system alone gives."""

    name = "classifications"
    catalogue = "final_classifications"
    columns = (
        CODE,
        SPANISH,
        ENGLISH,
        Column("by", "Quién la pone", "Given by", Shape.CHOICE, choices={
            "engineer": ("ingeniero", "técnico", "engineer"), "system": ("sistema", "system"),
        }),
        Column("without_parts", "Sin partes", "Without parts", Shape.FLAG),
        STATE,
    )  # fmt: skip

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        item = labelled(before, row)
        if "by" in row.values or not before:
            system = item["code"] in SYSTEM_ONLY
            item["by"] = row.values.get("by") or ("system" if system else "engineer")
        if row.values.get("without_parts"):
            item["without_parts"] = True
        elif "without_parts" in row.values:
            item.pop("without_parts", None)
        return checked_item(self.catalogue, retired(item, row.values))

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for item in self.items(tx).values():
            yield {**_named(item), "by": item.get("by"),
                   "without_parts": True if item.get("without_parts") else None}  # fmt: skip


class Parts(Catalogue):
    """What is put in; special ones are ordered and told to a supervisor."""

    name = "parts"
    catalogue = "parts"
    columns = (
        Column(
            "code",
            "Número de parte",
            "Part number",
            Shape.CODE,
            True,
            ("código", "sku", "no de parte", "clave"),
            longest=64,
        ),
        Column("es", "Descripción", "Descripción", required=True, also=("nombre",), longest=300),
        Column("en", "Description", "Description", also=("name",), longest=300),
        Column("unit", "Unidad", "Unit", longest=40),
        Column("price", "Precio", "Price", Shape.NUMBER),
        Column("families", "Familias", "Families", Shape.LIST),
        Column("special", "Pedido especial", "Special order", Shape.FLAG),
        Column("eta_days", "Días de entrega", "Days to arrive", Shape.COUNT),
        Column("with_serial", "Con serie", "With serial", Shape.FLAG),
        Column("withdrawn", "Retirada", "Retired", Shape.FLAG),
    )

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        if (row.values.get("price") or 0) < 0:
            raise InColumn("price", NotTaken("not_a_number", value=row.values["price"]))
        item = {"special": False, **labelled(before, row)}
        item = members(item, row.values, {
            name: name for name in ("unit", "price", "families", "eta_days")
        })  # fmt: skip
        for column, member in (("special", "special"), ("with_serial", "with_serial"),
                               ("withdrawn", "retired")):  # fmt: skip
            if column in row.values:
                item[member] = bool(row.values[column])
        item = {n: v for n, v in item.items() if v or n not in ("with_serial", "retired")}
        return checked_item(self.catalogue, item)

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for item in self.items(tx).values():
            named = {name: value for name, value in _named(item).items() if name != "state"}
            names = ("unit", "price", "families", "eta_days")
            flags = {"special": "special", "with_serial": "with_serial", "withdrawn": "retired"}
            yield {**named, **{n: item.get(n) for n in names},
                   **{c: True if item.get(m) else None for c, m in flags.items()}}  # fmt: skip


def labelled(before: Mapping[str, Any], row: Read) -> dict[str, Any]:
    """The item with its code and its names."""
    names = dict(before.get("label") or {}) if isinstance(before.get("label"), Mapping) else {}
    for language in ("es", "en"):
        if language in row.values:
            names.pop(language, None)
            if row.values[language]:
                names[language] = row.values[language]
    return {**before, "code": row.values["code"], "label": names}


def _named(item: Mapping[str, Any]) -> dict[str, Any]:
    label = item.get("label") or item.get("name") or ""
    names = label if isinstance(label, Mapping) else {"es": label}
    return {"code": item["code"], "es": names.get("es") or item["code"], "en": names.get("en"),
            "state": state_of(item)}  # fmt: skip
