"""Records looked up many at once: by code, by name, and the people of the office by address."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, literal, or_, select, tuple_

from shared.words.folding import folded, joined
from sync_server.database.column_types import LONGEST_FOLDED
from sync_server.database.lookup import LookupByKey
from sync_server.database.tables import record as table
from sync_server.database.tables import user
from sync_server.database.transactions import Transaction
from sync_server.registers.problem import NotTaken

AT_ONCE = 500
"""Values in one question."""

_OF = select(table).where(table.c.record == bindparam("of")).order_by(table.c.id)
_BY_CODE = LookupByKey(_OF, table.c.code_key)
_BY_NAME = LookupByKey(_OF, table.c.folded)
_BY_ID = LookupByKey(_OF, table.c.id)


def by_code(tx: Transaction, record: str, keys: Iterable[str]) -> dict[str, Row[Any]]:
    """The records with these keys."""
    return {row.code_key: row for row in _found(tx, _BY_CODE, record, keys)}


def by_name(tx: Transaction, record: str, names: Iterable[str]) -> dict[str, list[Row[Any]]]:
    """The records with these folded names or serials, the oldest first."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in _found(tx, _BY_NAME, record, names):
        found[row.folded].append(row)
    return found


def by_id(tx: Transaction, record: str, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The records with these ids."""
    return {row.id: row for row in _found(tx, _BY_ID, record, ids)}


def _found(
    tx: Transaction, query: LookupByKey, record: str, values: Iterable[str]
) -> Iterator[Row[Any]]:
    wanted = sorted({value for value in values if value})
    for start in range(0, len(wanted), AT_ONCE):
        yield from query.rows(tx, wanted[start : start + AT_ONCE], of=record)


def every(tx: Transaction, record: str) -> Iterator[Row[Any]]:
    """Every record of a kind in order of its id, read in pages."""
    for rows in pages(tx, record):
        yield from rows


def pages(tx: Transaction, record: str) -> Iterator[list[Row[Any]]]:
    """The same, page by page."""
    last = ""
    query = _OF.limit(AT_ONCE)
    while rows := tx.rows(query.where(table.c.id > last), {"of": record}):
        yield rows
        last = rows[-1].id


def window(
    tx: Transaction, record: str, search: str, after: tuple[str, str], most: int
) -> list[Row[Any]]:
    """Those after this folded name and id, as people look for them; `search` is in the name or
    begins the code."""
    here = tuple_(table.c.folded, table.c.id) > tuple_(literal(after[0]), literal(after[1]))
    query = select(table).where(table.c.record == record, here)
    if search:
        named = table.c.folded.contains(folded(search), autoescape=True)
        coded = table.c.code_key.startswith(joined(search), autoescape=True)
        whole = table.c.folded.startswith(joined(search), autoescape=True)
        query = query.where(or_(named, coded, whole))
    return tx.rows(query.order_by(table.c.folded, table.c.id).limit(most))


@dataclass(frozen=True)
class Named:
    """Customers, or sites, that cells of a batch name: by their code or their name."""

    record: str
    codes: Mapping[str, Row[Any]]
    names: Mapping[str, Sequence[Row[Any]]]

    @classmethod
    def of(cls, tx: Transaction, record: str, texts: Iterable[str | None]) -> "Named":
        said = {text for text in texts if text}
        return cls(
            record,
            by_code(tx, record, {joined(text) for text in said}),
            by_name(tx, record, {folded(text)[:LONGEST_FOLDED] for text in said}),
        )

    def one(self, text: str, customer: str | None = None) -> Row[Any]:
        """The record that a cell names, of this customer where one is given. Raises NotTaken."""
        coded = self.codes.get(joined(text))
        if coded is not None and customer in (None, coded.doc.get("customer")):
            return coded
        found = self.names.get(folded(text)[:LONGEST_FOLDED], ())
        if customer is not None:
            found = [row for row in found if row.doc.get("customer") == customer]
        if len(found) == 1:
            return found[0]
        key = "reference_twice" if found else f"unknown_{self.record}"
        raise NotTaken(key, value=text)


def people(tx: Transaction) -> Mapping[str, str]:
    """Everybody's id by address and by folded name; a name that two have means neither."""
    rows = tx.rows(select(user.c.id, user.c.email, user.c.folded))
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        names[row.folded].append(row.id)
    return {
        **{name: ids[0] for name, ids in names.items() if len(ids) == 1},
        **{row.email: row.id for row in rows},
    }


def person(known: Mapping[str, str], text: str) -> str:
    """The id of whom a cell names. Raises NotTaken."""
    id = known.get(text.strip().lower()) or known.get(folded(text))
    if id is None:
        raise NotTaken("unknown_person", value=text)
    return id
