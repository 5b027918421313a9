"""The kinds whose rows are records of their own, by the hundred thousand: looked up in batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row

from shared.ticket.people import Actor
from shared.ticket.records import check_record
from shared.ticket.shapes import Unreadable
from shared.words.folding import folded
from sync_server.database.transactions import Transaction
from sync_server.records.codes import code_key
from sync_server.records.records import folded_label, label_of
from sync_server.registers import lookup, staging
from sync_server.registers.columns import Column
from sync_server.registers.kind import Batch, Planned, Read, Values
from sync_server.registers.problem import NotTaken
from sync_server.runtime.context import ApplicationContext


@dataclass(frozen=True, slots=True)
class Found:
    """What the rows of a batch refer to, looked up at once: the records that they are about by
    key, and whatever else the kind has looked up."""

    known: Mapping[str, Row[Any]]
    names: Mapping[str, Any]


class RecordKind:
    """One record a row."""

    name: ClassVar[str]
    record: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]

    def key(self, values: Values) -> str:
        """The row's own code."""
        return code_key(values.get("code") or "")

    def find(self, batch: Batch) -> Found:
        """Look up what the rows are about and what they name."""
        return Found(
            lookup.by_code(batch.tx, self.record, [self.key(row.values) for row in batch.rows]), {}
        )

    def about(self, row: Read, found: Found) -> Row[Any] | None:
        """The record that the row is about, None for a new one. Raises NotTaken."""
        return found.known.get(self.key(row.values))

    def doc(self, row: Read, before: Mapping[str, Any], found: Found) -> dict[str, Any]:
        """The record's document after the row. Raises NotTaken; `column` of it is a value."""
        raise NotImplementedError

    def coded(self, row: Read, doc: Mapping[str, Any]) -> tuple[str, str]:
        """What the record is called in files, and by which key it is found."""
        code = row.values.get("code") or ""
        return code, code_key(code)

    def plan(self, batch: Batch) -> Iterator[Planned]:
        """What becomes of these rows; see Kind."""
        found = self.find(batch)
        for row in batch.rows:
            try:
                planned = self._planned(batch, row, found)
            except InColumn as refused:
                batch.refuse(row, refused.column, refused.why)
                continue
            if planned is not None:
                yield planned

    def _planned(self, batch: Batch, row: Read, found: Found) -> Planned | None:
        before = self.about(row, found)
        doc = self.doc(row, before.doc if before is not None else {}, found)
        code, key = self.coded(row, doc)
        id = before.id if before is not None else batch.context.new_id()
        batch.met.append(id)
        if (
            before is not None
            and before.doc == doc
            and (before.code, before.code_key) == (code, key)
        ):
            batch.unchanged += 1
            return None
        try:
            check_record(self.record, id, doc)
        except Unreadable as error:
            raise InColumn("", NotTaken("unreadable", why=str(error))) from error
        label = label_of(self.record, doc)
        return Planned(
            self.record, id, doc, label, folded_label(self.record, label), code, key,
            before.rev if before is not None else None, row.number,
        )  # fmt: skip

    def apply(
        self, tx: Transaction, context: ApplicationContext, run: str, actor: Actor, now: datetime
    ) -> None:
        """Make what was staged so. Raises ChangedMeanwhile."""
        staging.make_records(tx, run, now)

    def missing(self, batch: Batch, met: frozenset[str]) -> Iterator[Planned]:
        """Retire every record that no row was about."""
        number = 10**9
        for row in lookup.every(batch.tx, self.record):
            if row.id not in met and not row.doc.get("retired"):
                number += 1
                yield Planned(self.record, row.id, {**row.doc, "retired": True}, row.label,
                              row.folded, row.code, row.code_key, row.rev, number)  # fmt: skip

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        """Every record as the values of a row."""
        for rows in lookup.pages(tx, self.record):
            yield from self.shown(tx, rows, language)

    def shown(
        self, tx: Transaction, rows: Sequence[Row[Any]], language: str
    ) -> Iterator[Mapping[str, Any]]:
        """These records as the values of rows."""
        raise NotImplementedError

    def page(
        self, tx: Transaction, search: str, after: str, most: int, language: str
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """What a list shows: each record's place in the order, its key, its values."""
        name, _, id = after.partition("\n")
        rows = lookup.window(tx, self.record, search, (name, id), most)
        for row, values in zip(rows, self.shown(tx, rows, language), strict=True):
            yield f"{row.folded}\n{row.id}", row.id, values

    def one(self, tx: Transaction, key: str, language: str) -> Mapping[str, Any] | None:
        """The values of the record with this id."""
        rows = list(lookup.by_id(tx, self.record, [key]).values())
        return next(self.shown(tx, rows, language), None)


class InColumn(Exception):
    """A row is refused because of this column."""

    def __init__(self, column: str, why: NotTaken) -> None:
        super().__init__(column)
        self.column, self.why = column, why


def refuse_twin(rows: Any, id: str | None, name: str, column: str = "name") -> None:
    """Another record is called so already, however it is spelled. Raises InColumn."""
    for other in rows or ():
        if other.id != id:
            code = other.code or other.label
            raise InColumn(column, NotTaken("twin", value=name, code=code))


def fold(text: str | None) -> str:
    """A name as it is looked up."""
    return folded(text or "")[:400]
