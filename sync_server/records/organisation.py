"""Whose office this is: names, support, hours, privacy notice, colours, logo, where reports are
verified.

Kept as the record `catalogue/organisation`, which every tablet has: what a report says of the
organisation is then the same on the tablet that prints it and in the office that prints it again.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.time.office_hours import calendar_document
from sync_server.database.transactions import Transaction
from sync_server.records import brand_file, own_holidays, records
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings

ID = "organisation"

YEARS_BACK, YEARS_AHEAD = 2, 2
"""Of holidays that tablets are told: a ticket that old may still be open."""

UNNAMED = Settings(data=Path()).name
"""What an office is called whose settings do not name it."""


def known(tx: Transaction) -> Mapping[str, Any]:
    """The organisation's document; empty before anything was set."""
    stored = records.get(tx, "catalogue", ID)
    return stored.doc if stored else {}


def reached_by(doc: Mapping[str, Any]) -> str:
    """The support contact in one line; empty when there is none."""
    support = doc.get("support") or {}
    return " · ".join(support[way] for way in ("phone", "email") if support.get(way))


def say(tx: Transaction, said: Mapping[str, Any], now: datetime) -> None:
    """Set these members of the organisation's document; the others stay."""
    before = known(tx)
    doc = {**before, **said, "name": ID}
    if doc != before:
        records.put(tx, "catalogue", ID, doc, now)


def settle(context: ApplicationContext) -> None:
    """Take over the settings: address of verification, zone, brand. Raises BadBrand.

    An address that two sides know by different names would make two different reports.
    """
    said = {**_named(context.settings), **_brand(context.settings)}
    said |= {"verify_at": context.settings.public_url, "zone": context.settings.zone}
    now = context.now()
    said |= _hours(context, now)
    context.database.write(lambda tx: say(tx, {**_unnamed(tx, context.settings), **said}, now))


def say_hours(context: ApplicationContext, now: datetime) -> None:
    """Say when the office is open, where that is not what was said last: a year may have begun."""
    own_holidays.observe(context)
    said = _hours(context, now)
    with context.database.reading() as tx:
        same = {**known(tx), **said} == known(tx)
    if not same:
        context.database.write(lambda tx: say(tx, said, now))


def _hours(context: ApplicationContext, now: datetime) -> Mapping[str, Any]:
    years = range(now.year - YEARS_BACK, now.year + YEARS_AHEAD + 1)
    return {"calendar": calendar_document(context.calendar, years)}


def _named(settings: Settings) -> Mapping[str, Any]:
    return {ID: settings.name} if settings.name != UNNAMED else {}


def _unnamed(tx: Transaction, settings: Settings) -> Mapping[str, Any]:
    return {} if known(tx).get(ID) else {ID: settings.name}


def _brand(settings: Settings) -> Mapping[str, Any]:
    return brand_file.read(Path(settings.brand)) if settings.brand else {}
