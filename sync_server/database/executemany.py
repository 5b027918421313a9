"""executemany without SQLAlchemy's work per row: compiled once, values handed to the driver.

SQLAlchemy's own executemany processes every value of every row in Python, which costs more than the
statement in the database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Update
from sqlalchemy.engine.interfaces import Dialect

Change = Insert | Update | Delete

Parameters = Mapping[str, Any]
Processor = Callable[[Any], Any]


def run_for_each(connection: Connection, change: Change, rows: Sequence[Parameters]) -> None:
    """Run `change` for each set of parameters, two or more, all with the same names."""
    prepared = _prepared(change, connection.dialect, tuple(rows[0]))
    connection.exec_driver_sql(prepared.text, prepared.values(rows))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A compiled statement: SQL text, parameter names in order, bind processors by position.

    `by_name`: the driver's parameter style wants each row as a dict.
    """

    text: str
    names: tuple[str, ...]
    processors: Mapping[int, Processor]
    by_name: bool

    def values(self, rows: Iterable[Parameters]) -> list[Any]:
        """The rows in the driver's form, values converted. Raises KeyError for a missing name."""
        columns = list(zip(*map(itemgetter(*self.names), rows), strict=True))
        for index, process in self.processors.items():
            columns[index] = tuple(map(process, columns[index]))
        ready = zip(*columns, strict=True)
        return (
            [dict(zip(self.names, row, strict=True)) for row in ready] if self.by_name else [*ready]
        )


@lru_cache(maxsize=256)
def _prepared(change: Change, dialect: Dialect, names: tuple[str, ...]) -> _Prepared:
    compiled = change.compile(dialect=dialect, column_keys=list(names))
    order = tuple(compiled.positiontup or names)
    processors = {
        index: process
        for index, name in enumerate(order)
        if (process := _processor(compiled.binds[name].type, dialect)) is not None
    }
    return _Prepared(str(compiled), order, processors, not compiled.positional)


def _processor(kind: Any, dialect: Dialect) -> Processor | None:
    found: Processor | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found
