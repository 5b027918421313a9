"""Rows by any of some values; nearly always there is one, and that question is the cheaper one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam

from sync_server.database.transactions import Transaction


class LookupByKey:
    """`query` for the rows whose `column` is one of the values that are given later."""

    def __init__(self, query: Select[Any], column: ColumnElement[Any]) -> None:
        self._one = query.where(column == bindparam("value"))
        self._some = query.where(column.in_(bindparam("values", expanding=True)))

    def rows(self, tx: Transaction, values: Sequence[Any], **more: Any) -> list[Row[Any]]:
        """The rows; `more` are the query's own parameters. No value, no row."""
        if not values:
            return []
        if len(values) == 1:
            return tx.rows(self._one, {"value": values[0], **more})
        return tx.rows(self._some, {"values": values, **more})
