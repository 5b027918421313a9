"""Who came in or was turned away, who read, took away or changed what: written down, never altered.

The database itself refuses to change a row, and to delete one before its term (audit_retention.py).
No password, code or token stands in it, nor what was typed where an address was asked for: some
type their password there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, or_, select

from shared.ticket.people import Actor, Role
from sync_server.database.tables import access_log, user
from sync_server.database.transactions import Database, Transaction

COMMAND_LINE = "command-line"
"""Whoever acts from a shell on the server: more is not known of them here."""

NOBODY = Actor("nobody", Role.CUSTOMER)
"""Whoever has not proved who they are."""

SYSTEM = Actor("system", Role.SYSTEM)

AT_ONCE = 1000
"""Rows of an export that are read at a time."""

FAMILIES = (
    "sign_in", "session", "denied", "person", "password", "second_step", "device", "key",
    "archive", "hold", "customer", "rescue", "backup", "audit",
)  # fmt: skip
"""The kinds by which the log is searched: each is the beginning of the actions of that kind."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty is everything. `since` and `until` (exclusive) are zoned."""

    person: str = ""
    family: str = ""
    since: datetime | None = None
    until: datetime | None = None


def note(
    tx: Transaction, actor: Actor, action: str, what: str, now: datetime,
    detail: Mapping[str, Any],
    *, person: str | None = None, allowed: bool = True,
) -> None:  # fmt: skip
    """Write down that `actor` did `action` to `what`, which concerns the account `person`."""
    tx.execute(
        insert(access_log).values(
            at=now, actor=actor.id, action=action, object=what, allowed=allowed,
            detail=dict(detail), person=person,
        )
    )  # fmt: skip


def notes(
    tx: Transaction,
    limit: int,
    before: int | None = None,
    action: str = "",
    wanted: Wanted | None = None,
) -> list[Row[Any]]:
    """The newest notes first, with the name of who it was; `before` is the id of the last one seen.

    `action` is the beginning of one.
    """
    query = _named(wanted or Wanted())
    if before is not None:
        query = query.where(access_log.c.id < before)
    if action:
        query = query.where(access_log.c.action.startswith(action, autoescape=True))
    return tx.rows(query.order_by(access_log.c.id.desc()).limit(limit))


def every(database: Database, wanted: Wanted) -> Iterator[Row[Any]]:
    """All that is wanted, the newest first, read a window at a time: it may be much."""
    before = None
    while True:
        with database.reading() as tx:
            rows = notes(tx, AT_ONCE, before, wanted=wanted)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        before = rows[-1].id


def _named(wanted: Wanted) -> Select[Any]:
    c = access_log.c
    query = select(access_log, user.c.name).select_from(
        access_log.outerjoin(user, user.c.id == c.actor)
    )
    if wanted.person:
        query = query.where(or_(c.actor == wanted.person, c.person == wanted.person))
    if wanted.family:
        query = query.where(c.action.startswith(f"{wanted.family}.", autoescape=True))
    if wanted.since:
        query = query.where(c.at >= wanted.since)
    if wanted.until:
        query = query.where(c.at < wanted.until)
    return query
