"""The demo organisation: a managed-print service with its people, customers, assets and tickets.

`seed` fills an empty office; every ticket reaches the state of its story by real operations.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from sync_server.database.tables import folio_counter
from sync_server.database.tables import user as user_table
from sync_server.database.transactions import Transaction
from sync_server.demo.stories import tell
from sync_server.identity import passwords, users
from sync_server.records import organisation, records
from sync_server.registers import packs
from sync_server.runtime.context import ApplicationContext

PASSWORD = "folio-demo-2026"
"""What everybody in the demo signs in with."""

PACK = "managed-print"

FIRST_FOLIO = 101

FOLDER = Path(__file__).parent
BRAND = FOLDER.parent.parent / "assets" / "brand.json"


def seed(context: ApplicationContext, now: datetime) -> bool:
    """Make the demo organisation as of `now`; False when the office has people already."""
    with context.database.reading() as tx:
        if tx.scalar(select(user_table.c.id).limit(1)) is not None:
            return False
    context.database.write(lambda tx: _found(tx, context, now))
    with context.database.reading() as tx:
        people = {user.email: user for user in users.all_of(tx)}
    for story in read("tickets"):
        tell(context, story, people, now)
    return True


def read(name: str) -> Any:
    """One of the demo's own files."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def people() -> list[Mapping[str, Any]]:
    """Everybody: email, name, role."""
    return list(read("people"))


def put_catalogues(tx: Transaction, context: ApplicationContext, now: datetime) -> None:
    """What a managed-print company begins with, and the demo's own brand."""
    organisation.say(tx, json.loads(BRAND.read_text("utf-8")), now)
    packs.put(tx, context, PACK, now)


def _found(tx: Transaction, context: ApplicationContext, now: datetime) -> None:
    put_catalogues(tx, context, now)
    year = now.astimezone(context.calendar.zone).year
    tx.execute(insert(folio_counter).values(year=year, last=FIRST_FOLIO - 1))
    for person in people():
        id = users.add(
            tx, context, person["email"], person["name"], person["role"], now,
            password_hash=passwords.hashed(PASSWORD),
        )  # fmt: skip
        if "van" in person:
            records.put(tx, "stock", id, {"items": person["van"]}, now)
