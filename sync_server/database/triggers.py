"""Triggers that make rows immutable: ended tickets, operation log, archive, seals, audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

ALWAYS = ("operation", "archive", "seal")
"""Tables whose rows never change and never go."""

ENDED = "OLD.state IN ('closed', 'merged', 'referred')"


def install(connection: Connection) -> None:
    """Create the triggers; for the first migration. SQLite or PostgreSQL."""
    for statement in triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)


def let_go_after_term(connection: Connection) -> None:
    """Allow deleting the rows of tickets with a row in `disposal`, which itself is immutable."""
    for statement in _after_term(connection.dialect.name):
        connection.exec_driver_sql(statement)


def keep_audit_log(connection: Connection) -> None:
    """Refuse changing a note of the audit log, and deleting one that no `audit_disposal` covers."""
    for statement in _audit_log(connection.dialect.name):
        connection.exec_driver_sql(statement)


@contextmanager
def changing_ended_tickets(connection: Connection) -> Iterator[None]:
    """For a migration that fills columns of tickets: meanwhile those that ended may be updated."""
    postgresql = connection.dialect.name == "postgresql"
    connection.exec_driver_sql(f"DROP TRIGGER ticket_no_update{' ON ticket' if postgresql else ''}")
    yield
    one = _postgresql if postgresql else _sqlite
    connection.exec_driver_sql(one("ticket", "UPDATE", ENDED))


def triggers(dialect: str) -> Iterator[str]:
    """The statements that create every trigger, in the dialect's own words."""
    if dialect == "postgresql":
        yield _FUNCTION
    one = _postgresql if dialect == "postgresql" else _sqlite
    for event in ("UPDATE", "DELETE"):
        yield one("ticket", event, ENDED)
        for table in ALWAYS:
            yield one(table, event, None)


WHOSE = {
    "ticket": "OLD.id",
    "operation": "OLD.ticket",
    "archive": "OLD.ticket",
    "seal": "(SELECT ticket FROM archive WHERE id = OLD.archive)",
}
"""SQL for the ticket of a row that may be deleted after the retention term, by table."""


def _after_term(dialect: str) -> Iterator[str]:
    one = _postgresql if dialect == "postgresql" else _sqlite
    for event in ("UPDATE", "DELETE"):
        yield one("disposal", event, None)
    yield one("legal_hold", "DELETE", None)
    for table, whose in WHOSE.items():
        ended = ENDED if table == "ticket" else None
        if dialect == "postgresql":
            yield f"DROP TRIGGER {table}_no_delete ON {table}"
            yield _KEPT.format(table=table, whose=whose)
            when = f"WHEN ({ended}) " if ended else ""
            yield (
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"FOR EACH ROW {when}EXECUTE FUNCTION folio_kept_{table}()"
            )
        else:
            yield f"DROP TRIGGER {table}_no_delete"
            let_go = f"NOT EXISTS (SELECT 1 FROM disposal WHERE ticket = {whose})"
            yield _sqlite(table, "DELETE", f"{ended} AND {let_go}" if ended else let_go)


def _audit_log(dialect: str) -> Iterator[str]:
    one = _postgresql if dialect == "postgresql" else _sqlite
    for event in ("UPDATE", "DELETE"):
        yield one("audit_disposal", event, None)
    yield one("access_log", "UPDATE", None)
    if dialect == "postgresql":
        yield _KEPT_NOTE
        yield (
            "CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log "
            "FOR EACH ROW EXECUTE FUNCTION folio_kept_access_log()"
        )
    else:
        covered = "SELECT 1 FROM audit_disposal WHERE before > OLD.at"
        yield _sqlite("access_log", "DELETE", f"NOT EXISTS ({covered})")


_KEPT_NOTE = """
CREATE FUNCTION folio_kept_access_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_disposal WHERE before > OLD.at) THEN RETURN OLD; END IF;
    RAISE EXCEPTION USING
        MESSAGE = 'immutable: ' || TG_TABLE_NAME, ERRCODE = 'restrict_violation';
END $$
"""


_KEPT = """
CREATE FUNCTION folio_kept_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM disposal WHERE ticket = {whose}) THEN RETURN OLD; END IF;
    RAISE EXCEPTION USING
        MESSAGE = 'immutable: ' || TG_TABLE_NAME, ERRCODE = 'restrict_violation';
END $$
"""


def _sqlite(table: str, event: str, condition: str | None) -> str:
    when = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'immutable: {table}'); END"
    )


def _postgresql(table: str, event: str, condition: str | None) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"FOR EACH ROW {when}EXECUTE FUNCTION folio_immutable()"
    )


_FUNCTION = """
CREATE FUNCTION folio_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'immutable: ' || TG_TABLE_NAME, ERRCODE = 'restrict_violation';
END $$
"""
