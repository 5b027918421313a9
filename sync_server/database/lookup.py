"""Rows whose key is one of several values: `= value` for one, which is cheaper, else `IN (…)`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam

from sync_server.database.transactions import Transaction


class LookupByKey:
    """A prepared `query` with a condition on `column`; the values are given with each call."""

    def __init__(self, query: Select[Any], column: ColumnElement[Any]) -> None:
        self._one = query.where(column == bindparam("value"))
        self._some = query.where(column.in_(bindparam("values", expanding=True)))

    def rows(self, tx: Transaction, values: Sequence[Any], **more: Any) -> list[Row[Any]]:
        """The rows for these values, none for no value; `more` are the query's own parameters."""
        if not values:
            return []
        if len(values) == 1:
            return tx.rows(self._one, {"value": values[0], **more})
        return tx.rows(self._some, {"values": values, **more})
