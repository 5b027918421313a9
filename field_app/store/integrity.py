"""Is every page what was written? Looked at once a week, and after an end that was no leaving."""

import sqlite3
from datetime import datetime, timedelta

from field_app.store.database import Database
from field_app.store.repair import is_damage, wrong
from shared.time.timestamps import instant, wire_time

EVERY = timedelta(days=7)


def is_due(database: Database, now: datetime) -> bool:
    """Whether it is time to look."""
    last = instant(database.fact("integrity_checked_at"))
    return database.was_left_open or last is None or not timedelta() <= now - last < EVERY


def check(database: Database, now: datetime) -> bool:
    """Look, and mend what is found; whether anything was. On a connection of its own, so that
    nobody waits for it."""
    path = database.folder / "folio.db"
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        found = wrong(connection)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        found = str(error)
    finally:
        connection.close()
    if found:
        database.mend(found)
    database.was_left_open = False
    database.remember("integrity_checked_at", wire_time(now))
    return bool(found)
