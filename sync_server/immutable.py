"""What the database itself refuses to change: ended tickets, the operation log, the archive."""

from collections.abc import Iterator

from sqlalchemy import Connection

ALWAYS = ("operation", "archive", "seal")
"""Tables whose rows never change and never go."""

ENDED = "OLD.state IN ('closed', 'merged', 'referred')"


def install(connection: Connection) -> None:
    """Create the triggers, once, on SQLite or PostgreSQL."""
    for statement in triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)


def triggers(dialect: str) -> Iterator[str]:
    """The statements that create every trigger, in the dialect's own words."""
    if dialect == "postgresql":
        yield _FUNCTION
    one = _postgresql if dialect == "postgresql" else _sqlite
    for event in ("UPDATE", "DELETE"):
        yield one("ticket", event, ENDED)
        for table in ALWAYS:
            yield one(table, event, None)


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
