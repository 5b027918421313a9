"""The codes of records that were born without one: C-0001 for a customer, S-0001 for a site."""

from sqlalchemy import insert, select, update

from shared.words.folding import joined
from sync_server.database.tables import meta, record
from sync_server.database.transactions import Transaction

LETTERS = {"customer": "C", "site": "S"}
"""The kinds of record that are called by a code in files."""


def code_key(code: str) -> str:
    """A code as it is compared."""
    return joined(code)[:400]


def next_free(tx: Transaction, kind: str) -> str:
    """The next code of this kind that no record has."""
    key = f"last_code:{kind}"
    last = tx.scalar(select(meta.c.value).where(meta.c.key == key).with_for_update())
    if last is None:
        tx.execute(insert(meta).values(key=key, value="0"))
    number, code = int(last or 0), ""
    while not code or _is_taken(tx, kind, code):
        number += 1
        code = f"{LETTERS[kind]}-{number:04d}"
    tx.execute(update(meta).where(meta.c.key == key).values(value=str(number)))
    return code


def _is_taken(tx: Transaction, kind: str, code: str) -> bool:
    query = select(record.c.id).where(record.c.record == kind, record.c.code_key == code_key(code))
    return tx.scalar(query) is not None
