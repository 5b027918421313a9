"""The company's own days off, as the catalogue `holidays`; the statutory ones are computed."""

from datetime import date

from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext

ID = "holidays"


def days(tx: Transaction) -> frozenset[date]:
    """The days on which this office alone is closed."""
    stored = records.get(tx, "catalogue", ID)
    items = stored.doc.get("items") or () if stored else ()
    return frozenset(date.fromisoformat(item["code"]) for item in items)


def observe(context: ApplicationContext) -> None:
    """From now on the office's calendar has them."""
    with context.database.reading() as tx:
        context.office_calendar.close_on(days(tx))
