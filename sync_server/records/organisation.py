"""Whose office this is: names, support, privacy notice, colours, logo, where reports are verified.

Kept as the record `catalogue/organisation`, which every tablet has: what a report says of the
organisation is then the same on the tablet that prints it and in the office that prints it again.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sync_server.database.transactions import Transaction
from sync_server.records import brand_file, records
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings

ID = "organisation"

UNNAMED = Settings(data=Path()).name
"""What an office is called whose settings do not name it."""


def known(tx: Transaction) -> Mapping[str, Any]:
    """The organisation's document; empty when nothing was ever said of it."""
    stored = records.get(tx, "catalogue", ID)
    return stored.doc if stored else {}


def reached_by(doc: Mapping[str, Any]) -> str:
    """How support is reached, in one line; empty when nothing is said of it."""
    support = doc.get("support") or {}
    return " · ".join(support[way] for way in ("phone", "email") if support.get(way))


def say(tx: Transaction, said: Mapping[str, Any], now: datetime) -> None:
    """Say this of the organisation; what is not said stays as it was."""
    before = known(tx)
    doc = {**before, **said, "name": ID}
    if doc != before:
        records.put(tx, "catalogue", ID, doc, now)


def settle(context: ApplicationContext) -> None:
    """Say what the settings say: where reports are verified, the zone, the brand. Raises BadBrand.

    An address that two sides know by different names would make two different reports.
    """
    said = {**_named(context.settings), **_brand(context.settings)}
    said |= {"verify_at": context.settings.public_url, "zone": context.settings.zone}
    now = context.now()
    context.database.write(lambda tx: say(tx, {**_unnamed(tx, context.settings), **said}, now))


def _named(settings: Settings) -> Mapping[str, Any]:
    return {ID: settings.name} if settings.name != UNNAMED else {}


def _unnamed(tx: Transaction, settings: Settings) -> Mapping[str, Any]:
    return {} if known(tx).get(ID) else {ID: settings.name}


def _brand(settings: Settings) -> Mapping[str, Any]:
    return brand_file.read(Path(settings.brand)) if settings.brand else {}
