"""Ready answers to common problems, as the tablet offers them. R122."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.ticket.ticket import Type
from shared.words import LANGUAGES, t
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.registers.catalogues import CODE, FAMILY
from sync_server.registers.columns import Column, Shape
from sync_server.registers.kind import Batch, Read, members
from sync_server.registers.list_kind import Items, ListKind
from sync_server.runtime.context import ApplicationContext


def _types() -> dict[str, tuple[str, ...]]:
    return {
        each.value: tuple(t(f"process.type.{each.value}", language) for language in LANGUAGES)
        for each in Type
    }


class Answers(ListKind):
    """One answer a row."""

    name = "answers"
    columns = (
        CODE,
        Column("title_es", "Título", "Título", required=True, longest=300),
        Column("text_es", "Texto", "Texto", required=True, longest=10_000),
        Column("title_en", "Title", "Title", longest=300),
        Column("text_en", "Text", "Text", longest=10_000),
        Column("kind", "Clase", "Kind", Shape.CHOICE, choices={
            "guide": ("guía", "guide", "instrucciones"), "finding": ("hallazgo", "finding"),
        }),
        Column("codes", "Códigos de error", "Error codes", Shape.LIST, also=("códigos",)),
        Column("types", "Tipo", "Type", Shape.LIST, choices=_types()),
        FAMILY,
    )  # fmt: skip

    def items(self, tx: Transaction) -> Items:
        return {stored.id: stored.doc for stored in records.all_of(tx, "answer")}

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        doc = {**before}
        for member in ("title", "text"):
            words = dict(before.get(member) or {})
            for language in LANGUAGES:
                said = row.values.get(f"{member}_{language}")
                if f"{member}_{language}" in row.values:
                    words.pop(language, None)
                    words |= {language: said} if said else {}
            doc[member] = words
        doc["name"] = doc["title"]["es"]
        doc = members(doc, row.values, {"kind": "kind", "family": "family"})
        for name in ("codes", "types"):
            doc[name] = row.values.get(name) or [] if name in row.values else doc.get(name, [])
        return doc

    def put(
        self, tx: Transaction, context: ApplicationContext, items: Items, changed: Items,
        now: datetime,
    ) -> None:  # fmt: skip
        for id, doc in changed.items():
            records.put(tx, "answer", id, doc, now)

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for id, doc in self.items(tx).items():
            yield {
                "code": id, **{f"{m}_{one}": (doc.get(m) or {}).get(one)
                               for m in ("title", "text") for one in LANGUAGES},
                **{name: doc.get(name) for name in ("kind", "codes", "types", "family")},
            }  # fmt: skip
