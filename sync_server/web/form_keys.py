"""Forms done once: pressed twice, or sent again by a bad line, a form is answered as at first.

Each form of a page carries a key of its own. What it did and how it was answered are committed
together, under the hash of its key and its words: the key is the table's, so that two processes do
nothing twice either. Other words under the same key are another form, and are done. A form without
a key, of a page that was open before there were any, is known by its words alone, for a moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.operations.digest import canonical
from sync_server.database.tables import form_key as table
from sync_server.database.transactions import Transaction
from sync_server.web.forms import KEY, Form

T = TypeVar("T")

A_MOMENT = timedelta(seconds=10)
"""For so long the same words are the same form, whatever its key."""

REMEMBERED = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a form leads once it is done, and which words `told.<told>` are said there."""

    path: str
    told: str = ""
    tone: str = "good"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a form is known by, and for how long."""

    key: str
    lasts: timedelta = REMEMBERED


def claim_of(path: str, form: Form) -> Claim:
    """The claim of a form that was sent to `path`."""
    hash = sha256(canonical({"path": path, "fields": dict(form.values)})).hexdigest()
    return Claim(hash, REMEMBERED if form.value(KEY) else A_MOMENT)


def claim_of_words(path: str, form: Form) -> Claim:
    """The claim of the same words from another page, or by somebody else, at the same moment."""
    words = {name: value for name, value in form.values.items() if name != KEY}
    return Claim(
        sha256(canonical({"path": path, "words": words})).hexdigest(), A_MOMENT
    )  # fmt: skip


def answer_of(tx: Transaction, claim: Claim, now: datetime) -> Answer | None:
    """How this form was answered, if it was done."""
    row = tx.one_or_none(
        select(table).where(table.c.key == claim.key, table.c.at > now - claim.lasts)
    )
    return Answer(row.path, row.told, row.tone) if row and row.path else None


def once(
    tx: Transaction, claims: Sequence[Claim], now: datetime, work: Callable[[], T | Answer]
) -> T | Answer:
    """The outcome of `work`, unless one of the claims was made: then that form's answer.

    Only an Answer is kept: what was refused may be tried again.
    """
    tx.execute(delete(table).where(table.c.at <= now - REMEMBERED))
    for claim in claims:
        if not _claimed(tx, claim, now):
            first = answer_of(tx, claim, now)
            if first is not None:
                return first
    outcome = work()
    keys = [claim.key for claim in claims]
    if isinstance(outcome, Answer):
        answer = {"path": outcome.path, "told": outcome.told, "tone": outcome.tone}
        tx.execute(update(table).where(table.c.key.in_(keys)).values(**answer))
    else:
        tx.execute(delete(table).where(table.c.key.in_(keys), table.c.path == ""))
    return outcome


def _claimed(tx: Transaction, claim: Claim, now: datetime) -> bool:
    """Whether the key is ours; another transaction that is claiming it is waited for."""
    tx.execute(delete(table).where(table.c.key == claim.key, table.c.at <= now - claim.lasts))
    dialect = postgresql if tx.connection.dialect.name == "postgresql" else sqlite
    made = dialect.insert(table).values(key=claim.key, at=now).on_conflict_do_nothing()
    return tx.execute(made).rowcount == 1
