"""What somebody had typed when their session was over: kept for them until they send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from sync_server.database.tables import kept_form as table
from sync_server.database.transactions import Transaction
from sync_server.web.forms import KEY, Form

KEPT = timedelta(days=1)

LONGEST_ACTION = 300

SECRET = frozenset({KEY, "password", "old", "new", "code", "passphrase", "secret", "offer"})
"""Fields that are typed anew: nobody keeps a password."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The form that goes to `action`, as it was typed `at` that time."""

    action: str
    fields: Mapping[str, str]
    at: datetime


def worth_keeping(form: Form) -> Mapping[str, str]:
    """The fields that may be kept, empty ones too; none of a form in which there is no word."""
    plain = {name: value for name, value in form.values.items() if name not in SECRET}
    return plain if any(plain.values()) else {}


def keep(tx: Transaction, user: str, kept: KeptForm) -> None:
    """Keep it for this person; what they had there before gives way."""
    tx.execute(delete(table).where(table.c.at <= kept.at - KEPT))
    drop(tx, user, kept.action)
    tx.execute(
        insert(table).values(user=user, action=kept.action, fields=dict(kept.fields), at=kept.at)
    )


def of_action(tx: Transaction, user: str, action: str, now: datetime) -> KeptForm | None:
    """What this person had typed into the form that goes to `action`."""
    found = _rows(tx, user, table.c.action == action, now)
    return found[0] if found else None


def below(tx: Transaction, user: str, path: str, now: datetime) -> list[KeptForm]:
    """The same of every form whose action begins with `path`, the newest first."""
    return _rows(tx, user, table.c.action.startswith(path, autoescape=True), now)


def drop(tx: Transaction, user: str, action: str) -> None:
    """It was sent, or is not wanted any more."""
    tx.execute(delete(table).where(table.c.user == user, table.c.action == action))


def _rows(tx: Transaction, user: str, which: object, now: datetime) -> list[KeptForm]:
    query = select(table).where(table.c.user == user, which, table.c.at > now - KEPT)  # type: ignore[arg-type]
    rows = tx.rows(query.order_by(table.c.at.desc()))
    return [KeptForm(row.action, row.fields, row.at) for row in rows]
