"""Every value of every field reckoned from the log alone: nobody wrote over what they had not seen.

What SYNC.md says under Merging: once more, by other code than the product's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select

from shared.operations.digest import canonical
from shared.ticket.fields import ENGINEER_FIELDS, FREE_TEXT
from sync_server.database import tables
from sync_server.database.transactions import Transaction
from sync_server.tickets import operation_log
from tests.faults.lost import Lost

ENGINEER = "engineer"
UNANSWERED = "hd1"
"""Why the system closes what nobody answered; then it classifies, too. PROCESS.md, States."""

_COUNTED = ("applied", "conflict")

Kept = Mapping[tuple[str, str], tuple[Any, Any]]
"""The conflicts: op_id and field → the value that stands, the value that lost."""


def nothing_was_overwritten_unseen(tx: Transaction) -> None:
    """Whoever wrote over a value had seen it, or a person is told.

    And the value that stands at the end is the one that this reckoning leaves.
    """
    kept = _conflicts(tx)
    for ticket in tx.rows(select(tables.ticket.c.id, tables.ticket.c.doc)):
        reckoned = _Reckoned(kept)
        for row in operation_log.history(tx, ticket.id):
            reckoned.follow(row)
        for name, value in reckoned.standing.items():
            found = ticket.doc.get(name)
            assert found == value, f"{ticket.id}.{name} is {found!r}, the log says {value!r}"


class _Reckoned:
    """One ticket's engineer's fields as its log leaves them; who has it, who wrote what last."""

    def __init__(self, kept: Kept) -> None:
        self.standing: dict[str, Any] = {}
        self._kept = kept
        self._assignee: str | None = None
        self._writer: dict[str, tuple[int, str, str]] = {}

    def follow(self, row: Row[Any]) -> None:
        """Take one line of the log into account."""
        if row.outcome not in _COUNTED:
            return
        if row.command == "assign":
            self._assignee = row.message["body"]["assignee"]
        if row.command == "close" and row.message["body"].get("reason") == UNANSWERED:
            self.standing["final_classification"] = "HD1"
        if row.kind in ("create", "set", "sign"):
            for name, value in _written(row):
                self._write(row, name, value)

    def _write(self, row: Row[Any], name: str, value: Any) -> None:
        before = self.standing.get(name)
        if name in self.standing and before == value:
            return
        rev, device, _ = self._writer.get(name, (0, "", ""))
        if rev > row.message["base_rev"] and device != row.device:
            stands = self._contested(row, name, before, value)
            if stands == before:
                return
            value = stands
        self.standing[name], self._writer[name] = value, (row.rev, row.device, row.role)

    def _contested(self, row: Row[Any], name: str, before: Any, value: Any) -> Any:
        """What stands after a write over something unseen, of which a person must be told."""
        if (row.op_id, name) not in self._kept:
            raise Lost(f"{row.op_id} wrote {name} over {before!r} unseen, and nobody is told")
        stands, loses = self._kept[row.op_id, name]
        if {_text(stands), _text(loses)} != {_text(before), _text(value)}:
            raise Lost(f"the conflict of {row.op_id} about {name} does not keep both values")
        theirs = self._writer[name][2] == ENGINEER
        ours = row.role == ENGINEER and self._assignee in (None, row.user)
        if ours != theirs:
            assert stands == (value if ours else before), f"{row.op_id}: {name} has another owner"
            return stands
        # Two people's prose is kept together, where neither or both own the field.
        return f"{before}\n\n{value}" if name in FREE_TEXT and before and value else before


def _written(row: Row[Any]) -> Iterable[tuple[str, Any]]:
    body = row.message["body"]
    fields = {"sign_off": body["sign_off"]} if row.kind == "sign" else body["fields"]
    return [(name, value) for name, value in fields.items() if name in ENGINEER_FIELDS]


def _conflicts(tx: Transaction) -> dict[tuple[str, str], tuple[Any, Any]]:
    rows = tx.rows(select(tables.conflict))
    return {(row.op_id, row.field): (row.standing, row.losing) for row in rows}


def _text(value: Any) -> str:
    return canonical(value).decode()
