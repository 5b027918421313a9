"""Rows of an import that were checked and are not records yet."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from sync_server.database.column_types import FOLDED, Json
from sync_server.database.tables.naming import ID, metadata

import_row = Table(
    "import_row",
    metadata,
    Column("run", ID, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("record", String(32), nullable=False),
    Column("id", ID, nullable=False),
    Column("doc", Json, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("folded", FOLDED, nullable=False, server_default=""),
    Column("code", Text, nullable=False, server_default=""),
    Column("code_key", FOLDED, nullable=False, server_default=""),
    Column("before", BigInteger),
)
"""`n` is the row in the sheet; `before` the revision that the record had, null for a new one."""
