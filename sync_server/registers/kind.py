"""What a KIND of register is to import and export: its columns, its key, what a row becomes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared.ticket.people import Actor
from sync_server.database.transactions import Transaction
from sync_server.registers.columns import Column
from sync_server.registers.problem import NotTaken, Problems
from sync_server.runtime.context import ApplicationContext

Values = Mapping[str, Any]
"""What a row says by the column's name; a column that the file has not is not in it, an empty cell
is None."""


@dataclass(frozen=True, slots=True)
class Read:
    """A row with its cells read."""

    number: int
    values: Values


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a row: a record to be made, or changed from its revision `before`; a row
    that says what is known already has no plan."""

    record: str
    id: str
    doc: Mapping[str, Any]
    label: str = ""
    folded: str = ""
    code: str = ""
    code_key: str = ""
    before: int | None = None
    number: int = 0


@dataclass
class Batch:
    """Some rows of a file, planned together in one look at the database."""

    tx: Transaction
    context: ApplicationContext
    rows: Sequence[Read]
    titles: Mapping[str, str]
    problems: Problems
    unchanged: int = 0
    met: list[str] = field(default_factory=list)
    """Ids of the records that the rows are about."""

    def refuse(self, row: Read, column: str, refused: NotTaken) -> None:
        """Note that a cell of the row is not taken."""
        self.problems.add(row.number, self.titles.get(column, column), refused)

    def said(self, column: str) -> list[str]:
        """What the rows say in a column."""
        return [row.values[column] for row in self.rows if row.values.get(column)]


@dataclass(frozen=True, slots=True)
class Applied:
    """How many records were made, changed and retired."""

    created: int = 0
    updated: int = 0
    retired: int = 0


class Kind(Protocol):
    """A register that files bring and take."""

    @property
    def name(self) -> str:
        """What it is called on the command line and in addresses."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, the key first."""

    def key(self, values: Values) -> str:
        """What tells a row of this kind from the others of a file."""

    def plan(self, batch: Batch) -> Iterator[Planned]:
        """What becomes of these rows; problems are noted in the batch."""

    def apply(
        self, tx: Transaction, context: ApplicationContext, run: str, actor: Actor, now: datetime
    ) -> None:
        """Make what was staged in `run` so, in this transaction."""

    def missing(self, batch: Batch, met: frozenset[str]) -> Iterator[Planned]:
        """What retires the records that no row was about."""

    def page(
        self, tx: Transaction, search: str, after: str, most: int, language: str
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """What a list shows: each record's place in the order, its key, its values."""

    def one(self, tx: Transaction, key: str, language: str) -> Mapping[str, Any] | None:
        """The values of the record with this key, None for none."""

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        """Every record as the values of a row; what was made by an import imports again."""


def members(before: Mapping[str, Any], values: Values, names: Mapping[str, str]) -> dict[str, Any]:
    """The document with what the row says of these members, by column; empty cells empty it."""
    doc = dict(before)
    for column, member in names.items():
        if column in values:
            if values[column] in (None, "", []):
                doc.pop(member, None)
            else:
                doc[member] = values[column]
    return doc


def retired(doc: dict[str, Any], values: Values) -> dict[str, Any]:
    """The same, in use or not as the row's state says."""
    if "state" in values:
        doc.pop("retired", None)
        if values["state"] == "retired":
            doc["retired"] = True
    return doc


def state_of(doc: Mapping[str, Any]) -> str:
    """What the column of the state says of a document."""
    return "retired" if doc.get("retired") else "active"
