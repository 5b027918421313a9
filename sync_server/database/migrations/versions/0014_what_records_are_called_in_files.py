"""What customers and sites are called in files, and the rows of an import that is under way."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

CODED = sa.text("code_key <> ''")

RECORD = sa.table(
    "record", sa.column("record"), sa.column("id"), sa.column("code"), sa.column("code_key")
)

META = sa.table("meta", sa.column("key"), sa.column("value"))

LETTERS = {"customer": "C", "site": "S"}

AT_ONCE = 500


def upgrade() -> None:
    """Codes of customers and sites, and staged rows."""
    for name, kind in (("code", sa.Text()), ("code_key", FOLDED)):
        op.add_column("record", sa.Column(name, kind, nullable=False, server_default=""))
    _give_codes(op.get_bind())
    op.create_index(
        op.f("ix_record_code_key"), "record", ["record", "code_key"], unique=True,
        sqlite_where=CODED, postgresql_where=CODED,
    )  # fmt: skip
    op.create_table(
        "import_row",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column("folded", FOLDED, nullable=False, server_default=""),
        sa.Column("code", sa.Text(), nullable=False, server_default=""),
        sa.Column("code_key", FOLDED, nullable=False, server_default=""),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("run", "n", name=op.f("pk_import_row")),
    )


def _give_codes(bind: sa.Connection) -> None:
    """Those that are here already are called C-0001, C-0002 … in the order of their ids."""
    for record, letter in LETTERS.items():
        ids = list(bind.execute(
            sa.select(RECORD.c.id).where(RECORD.c.record == record).order_by(RECORD.c.id)
        ).scalars())  # fmt: skip
        rows = [
            {"which": id, "said": f"{letter}-{number:04d}", "key": f"{letter}{number:04d}".lower()}
            for number, id in enumerate(ids, start=1)
        ]
        change = (
            sa.update(RECORD)
            .where(RECORD.c.record == record, RECORD.c.id == sa.bindparam("which"))
            .values(code=sa.bindparam("said"), code_key=sa.bindparam("key"))
        )
        for start in range(0, len(rows), AT_ONCE):
            bind.execute(change, rows[start : start + AT_ONCE])
        if ids:
            bind.execute(sa.insert(META).values(key=f"last_code:{record}", value=str(len(ids))))
