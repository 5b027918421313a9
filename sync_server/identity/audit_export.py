"""The audit log as CSV, for whoever keeps it elsewhere: quoted, no cell of it a formula."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from sqlalchemy import Row

from shared.time.timestamps import wire_time
from sync_server.database.transactions import Database
from sync_server.identity import audit_log
from sync_server.identity.audit_log import Wanted
from sync_server.runtime.csv_cells import as_text

COLUMNS = ("id", "at", "actor", "name", "action", "object", "person", "allowed", "detail")


def lines(database: Database, wanted: Wanted) -> Iterator[str]:
    """The table in pieces of text, headings first, the newest notes first."""
    yield "\ufeff" + _line(COLUMNS)  # with its mark a spreadsheet reads the accents right
    for row in audit_log.every(database, wanted):
        yield _line(_cells(row))


def _cells(row: Row[Any]) -> tuple[Any, ...]:
    detail = json.dumps(row.detail or {}, ensure_ascii=False, sort_keys=True)
    return (
        row.id, wire_time(row.at), row.actor, row.name, row.action, row.object, row.person,
        "yes" if row.allowed else "no", detail,
    )  # fmt: skip


def _line(cells: tuple[Any, ...]) -> str:
    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(
        [as_text(cell) for cell in cells]
    )
    return out.getvalue()
