"""What the office last said: its records by scope, and the cursors up to which it has said them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from field_app.store import unfit, view
from field_app.store.database import Database
from field_app.store.enrolment import enrolment
from field_app.store.ticket_index import THESE, Folded, these
from field_app.store.view import NOTHING
from shared.operations.wire import scope_digest
from shared.ticket.fields import WATCHED
from shared.ticket.ticket import Record
from shared.time.timestamps import wire_time


@dataclass(frozen=True, slots=True)
class Page:
    """One page of changes, as the office sent it. `more` is False on the last one."""

    changes: tuple[Mapping[str, Any], ...]
    cursors: Mapping[str, str]
    more: bool


def cursors(database: Database) -> dict[str, str]:
    """How far each scope was read; a scope that must be read from its beginning is not named."""
    rows = database.rows("SELECT scope, cursor FROM scope WHERE cursor IS NOT NULL")
    return {row["scope"]: row["cursor"] for row in rows}


def apply_page(database: Database, page: Page, at: datetime) -> None:
    """Keep a page and its cursors, and let the view follow: one transaction. SYNC.md, T7, T8."""
    with database.transaction() as db:
        for scope in {change["scope"] for change in page.changes} | set(page.cursors):
            db.execute(
                "INSERT INTO scope (scope, generation) VALUES (?, 0) ON CONFLICT DO NOTHING",
                (scope,),
            )
        updates = [change for change in page.changes if change["kind"] == "update"]
        before = _known_before(database, updates)
        fresh = _keep(database, updates)
        touched = [(change["record"], change["id"]) for change in updates]
        touched += [_leave(database, c) for c in page.changes if c["kind"] != "update"]
        for scope, cursor in page.cursors.items():
            db.execute("UPDATE scope SET cursor = ? WHERE scope = ?", (cursor, scope))
        if not page.more:
            touched += _drop_unseen(database)
        _show(database, touched, fresh)
        _note_changes(database, before, at)


def resync(database: Database, scope: str) -> None:
    """Read a scope from its beginning again; what it no longer holds goes when the pull ends."""
    with database.transaction() as db:
        # Of a record that is in no scope any more nobody would say that it is gone.
        db.execute(
            "DELETE FROM base WHERE record <> 'ticket' AND NOT EXISTS"
            " (SELECT 1 FROM membership m WHERE m.record = base.record AND m.id = base.id)"
        )
        db.execute(
            "INSERT INTO scope (scope, cursor, generation) VALUES (?, NULL, 1)"
            " ON CONFLICT (scope) DO UPDATE SET cursor = NULL, generation = generation + 1",
            (scope,),
        )


def resync_all(database: Database) -> None:
    """Read every scope from its beginning again."""
    with database.transaction():
        for row in database.rows("SELECT scope FROM scope"):
            resync(database, row["scope"])


def digest(database: Database, scope: str) -> dict[str, Any]:
    """{count, xor} over what this tablet holds of a scope."""
    rows = database.rows("SELECT record, id, rev FROM membership WHERE scope = ?", scope)
    return scope_digest((row["record"], row["id"], row["rev"]) for row in rows)


def keep_to(database: Database, scopes: Iterable[str]) -> None:
    """Leave the scopes that the office no longer gives to this tablet."""
    with database.transaction() as db:
        for row in database.rows("SELECT scope FROM scope"):
            if row["scope"] not in set(scopes):
                gone = database.rows(
                    "DELETE FROM membership WHERE scope = ? RETURNING record, id", row["scope"]
                )
                db.execute("DELETE FROM scope WHERE scope = ?", (row["scope"],))
                _show(database, [_left(database, r["record"], r["id"]) for r in gone])


def check_again(database: Database) -> None:
    """Let what is kept be read by today's rules, once: an older app kept what it was sent."""
    with database.transaction():
        _show(database, unfit.check_again(database))


def make_again(database: Database) -> None:
    """Fold every ticket anew and read every scope from its beginning: after a file was mended."""
    with database.transaction() as db:
        for row in database.rows("SELECT DISTINCT scope FROM membership"):
            db.execute(
                "INSERT INTO scope (scope, generation) VALUES (?, 0) ON CONFLICT DO NOTHING",
                (row["scope"],),
            )
        resync_all(database)
        if enrolment(database) is not None:
            rows = database.rows(
                "SELECT id FROM base WHERE record = 'ticket' UNION SELECT ticket FROM outbox"
            )
            view.refresh(database, {row["id"] for row in rows})


def forget_all(database: Database) -> None:
    """Forget everything that came from the office; operations and files of ours stay."""
    with database.transaction() as db:
        for table in (
            "base",
            "membership",
            "scope",
            "ticket",
            "ticket_words",
            "ticket_prose",
            "office_change",
        ):
            db.execute(f"DELETE FROM {table}")


def purge(database: Database) -> int:
    """Forget tickets that went to others, once all that was captured on them is durable there.

    So do tickets born here that went to somebody else before the office ever sent them back.
    Returns how many. SYNC.md, T10. Their queued operations and files stay for their 30 days.
    """
    with database.transaction() as db:
        gone = database.rows(
            "DELETE FROM base WHERE record = 'ticket' AND NOT EXISTS"
            " (SELECT 1 FROM membership m WHERE m.record = 'ticket' AND m.id = base.id)"
            f" AND {_ALL_DURABLE.format(ticket='base.id')} RETURNING id"
        )
        unsent_back = database.rows(
            "SELECT DISTINCT ticket AS id FROM outbox WHERE reflected = 0 AND NOT EXISTS"
            " (SELECT 1 FROM base b WHERE b.record = 'ticket' AND b.id = outbox.ticket)"
            f" AND {_ALL_DURABLE.format(ticket='outbox.ticket')}"
        )
        ids = {row["id"] for row in (*gone, *unsent_back)}
        for id in ids:
            db.execute("UPDATE outbox SET reflected = 1 WHERE ticket = ?", (id,))
        view.refresh(database, ids)
        return len(ids)


_ALL_DURABLE = (
    "NOT EXISTS (SELECT 1 FROM outbox o WHERE o.ticket = {ticket} AND o.state <> 'durable')"
    " AND NOT EXISTS (SELECT 1 FROM blob_use u JOIN blob b USING (sha256)"
    "  WHERE u.ticket = {ticket} AND b.state NOT IN ('durable', 'lost'))"
)


_Touched = tuple[str, str]
"""A record and its id."""


def _known_before(database: Database, updates: Iterable[Mapping[str, Any]]) -> dict[str, Record]:
    """The views of tickets that the office had sent before, as they were before this page."""
    ids = [change["id"] for change in updates if change["record"] == "ticket"]
    known = database.rows(
        f"SELECT id FROM base WHERE record = 'ticket' AND id IN {THESE}", these(ids)
    )
    return view.views(database, [row["id"] for row in known])


def _leave(database: Database, change: Mapping[str, Any]) -> _Touched:
    record, id = change["record"], change["id"]
    with database.transaction() as db:
        if change["kind"] == "delete":
            db.execute("DELETE FROM membership WHERE record = ? AND id = ?", (record, id))
        else:
            db.execute(
                "DELETE FROM membership WHERE scope = ? AND record = ? AND id = ?",
                (change["scope"], record, id),
            )
    return _left(database, record, id)


def _keep(database: Database, updates: list[Mapping[str, Any]]) -> dict[str, Folded]:
    """Write them into the base, what does not fit too. The tickets among them, by id."""
    kept = [(c, unfit.read(c["record"], c["id"], c.get("doc"), c.get("entries"))) for c in updates]
    with database.transaction() as db:
        unfit.keep(database, [(c["record"], c["id"], c["rev"], read) for c, read in kept])
        db.conn.executemany(
            "INSERT INTO membership (scope, record, id, rev, generation)"
            " SELECT scope, ?, ?, ?, generation FROM scope WHERE scope = ?"
            " ON CONFLICT (scope, record, id) DO UPDATE"
            " SET rev = excluded.rev, generation = excluded.generation",
            [(c["record"], c["id"], c["rev"], c["scope"]) for c in updates],
        )
    return {
        c["id"]: Folded(
            Record.from_wire(c["id"], read.fits.doc, read.fits.entries, c["rev"]),
            read.doc, read.entries, read.fits.why,
        )
        for c, read in kept if c["record"] == "ticket"
    }  # fmt: skip


def _left(database: Database, record: str, id: str) -> _Touched:
    """After a record left one scope. A ticket stays, read-only, until `purge` may take it."""
    if record != "ticket":
        with database.transaction() as db:
            db.execute(
                "DELETE FROM base WHERE record = ?1 AND id = ?2 AND NOT EXISTS"
                " (SELECT 1 FROM membership WHERE record = ?1 AND id = ?2)",
                (record, id),
            )
    return record, id


def _drop_unseen(database: Database) -> list[_Touched]:
    # After a resync: what the scope held before and was not sent again is no longer in it.
    gone = database.rows(
        "DELETE FROM membership WHERE generation <"
        " (SELECT generation FROM scope WHERE scope.scope = membership.scope)"
        " RETURNING record, id"
    )
    return [_left(database, row["record"], row["id"]) for row in gone]


def _show(
    database: Database, touched: Iterable[_Touched], fresh: Mapping[str, Folded] = NOTHING
) -> None:
    tickets: set[str] = set()
    for record, id in touched:
        if record == "ticket":
            tickets.add(id)
        elif record in ("customer", "site", "asset"):
            sql = f"SELECT id FROM ticket WHERE {record}_id = ?"
            tickets |= {row["id"] for row in database.rows(sql, id)}
    view.refresh(database, tickets, fresh)


def _note_changes(database: Database, before: Mapping[str, Record], at: datetime) -> None:
    """Remember what the office changed under the engineer's eyes, until it was seen."""
    with database.transaction() as db:
        for id, after in view.views(database, before).items():
            for name in WATCHED:
                old, new = before[id].fields.get(name), after.fields.get(name)
                if old != new and not (old is None and name == "assignee"):
                    db.execute(
                        "INSERT INTO office_change (ticket, field, before, after, at)"
                        " VALUES (?, ?, ?, ?, ?)",
                        (id, name, json.dumps(old), json.dumps(new), wire_time(at)),
                    )
