"""Names and codes folded: looked up, searched and put in order by one form of all spellings."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.words.folding import findable, folded, joined
from sync_server.database.triggers import changing_ended_tickets

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

AT_ONCE = 500
"""Rows that are read and written at a time."""

LONGEST = 400

FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

RECORD = sa.table(
    "record", sa.column("record"), sa.column("id"), sa.column("label"), sa.column("folded")
)
USER = sa.table("user", sa.column("id"), sa.column("name"), sa.column("folded"))
TICKET = sa.table(
    "ticket",
    sa.column("id"),
    sa.column("doc"),
    sa.column("folio"),
    sa.column("provisional_folio"),
    sa.column("serial"),
    sa.column("search"),
)
ARCHIVE = sa.table(
    "archive",
    sa.column("id"),
    sa.column("folio"),
    sa.column("serial"),
    sa.column("customer_name"),
)


def upgrade() -> None:
    """Names and codes folded."""
    for table in ("record", "user"):
        op.add_column(table, sa.Column("folded", FOLDED, nullable=False, server_default=""))
    words = op.create_table(
        "archive_words",
        sa.Column("archive", sa.String(length=64), nullable=False),
        sa.Column("folio", FOLDED, nullable=False),
        sa.Column("serial", FOLDED, nullable=False),
        sa.Column("customer", FOLDED, nullable=False),
        sa.ForeignKeyConstraint(
            ["archive"], ["archive.id"], name=op.f("fk_archive_words_archive_archive")
        ),
        sa.PrimaryKeyConstraint("archive", name=op.f("pk_archive_words")),
    )
    bind = op.get_bind()
    _fill(bind, RECORD, (RECORD.c.record, RECORD.c.id), _of_record)
    _fill(bind, USER, (USER.c.id,), lambda row: {"folded": folded(row.name)[:LONGEST]})
    with changing_ended_tickets(bind):
        _fill(bind, TICKET, (TICKET.c.id,), _of_ticket)
    for rows in _batches(bind, ARCHIVE, (ARCHIVE.c.id,)):
        bind.execute(sa.insert(words), [_of_archive(row) for row in rows])
    op.drop_index(op.f("ix_record_label"), table_name="record")
    op.create_index(op.f("ix_record_folded"), "record", ["record", "folded"], unique=False)
    op.create_index(op.f("ix_user_folded"), "user", ["folded"], unique=False)


def _of_record(row: sa.Row[Any]) -> dict[str, str]:
    fold = joined if row.record == "asset" else folded
    return {"folded": fold(row.label)[:LONGEST]}


def _of_ticket(row: sa.Row[Any]) -> dict[str, str]:
    codes = (row.folio, row.provisional_folio, row.serial, _contact(row.doc))
    return {"search": findable([row.search], codes)}


def _contact(doc: str) -> str:
    """How to reach the requester; of a document that cannot be read, nothing."""
    try:
        contact = (json.loads(doc).get("requester") or {}).get("contact")
    except (ValueError, AttributeError):
        return ""
    return contact if isinstance(contact, str) else ""


def _of_archive(row: sa.Row[Any]) -> dict[str, str]:
    return {
        "archive": row.id, "folio": joined(row.folio), "serial": joined(row.serial or ""),
        "customer": folded(row.customer_name),
    }  # fmt: skip


def _fill(
    bind: sa.Connection,
    table: sa.TableClause,
    key: Sequence[sa.ColumnClause[Any]],
    columns: Callable[[sa.Row[Any]], Mapping[str, str]],
) -> None:
    for rows in _batches(bind, table, key):
        values = [
            {**{f"key_{c.name}": getattr(row, c.name) for c in key}, **columns(row)}
            for row in rows
        ]  # fmt: skip
        this = sa.and_(*(column == sa.bindparam(f"key_{column.name}") for column in key))
        written: dict[str, Any] = {name: sa.bindparam(name) for name in columns(rows[0])}
        bind.execute(sa.update(table).where(this).values(written), values)


def _batches(
    bind: sa.Connection, table: sa.TableClause, key: Sequence[sa.ColumnClause[Any]]
) -> Iterator[Sequence[sa.Row[Any]]]:
    """Every row of a table, in order of its key."""
    query = sa.select(table).order_by(*key).limit(AT_ONCE)
    rows = bind.execute(query).all()
    while rows:
        yield rows
        last = [sa.literal(getattr(rows[-1], column.name)) for column in key]
        rows = bind.execute(query.where(sa.tuple_(*key) > sa.tuple_(*last))).all()
