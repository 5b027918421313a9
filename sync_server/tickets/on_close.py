"""What a closed ticket leaves behind: the asset's history and meter, the engineer's van stock."""

from collections import Counter
from datetime import datetime
from typing import Any

from shared.ticket.records import checked
from shared.ticket.ticket import Record, Ticket
from shared.ticket.work import Meter
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.tickets.unit_of_work import UnitOfWork

LONGEST_HISTORY = 100
"""Earlier services that an asset carries along; the archive has them all."""


def remember(unit: UnitOfWork, record: Record) -> None:
    """Write the closed ticket into its asset's history, and take its parts out of the van."""
    view = Ticket.of(record)
    asset = records.get(unit.tx, "asset", view.asset)
    if asset is not None:
        # An earlier version kept whatever a file said: what nobody can read is left behind.
        known = checked("asset", asset.id, asset.doc).doc
        doc = {**known, "history": [*(known.get("history") or ()), _service(record)]}
        doc["history"] = doc["history"][-LONGEST_HISTORY:]
        if view.meter is not None and _is_the_last(view, view.meter, known):
            doc["meter"] = record.fields["meter"]
        records.put(unit.tx, "asset", asset.id, doc, unit.now)
    stock = records.get(unit.tx, "stock", view.assignee)
    if stock is not None and view.parts_used:
        kept = checked("stock", stock.id, stock.doc).doc
        doc = {**kept, "items": _left(kept.get("items") or {}, view)}
        records.put(unit.tx, "stock", stock.id, doc, unit.now)


def forget(tx: Transaction, asset_id: str | None, folio: str | None, now: datetime) -> None:
    """Take a ticket that is deleted out of its asset's history; the meter stays as it was read."""
    asset = records.get(tx, "asset", asset_id)
    if asset is not None and folio:
        history = asset.doc.get("history") or ()
        doc = {**asset.doc, "history": [past for past in history if past.get("folio") != folio]}
        records.put(tx, "asset", asset.id, doc, now)


def _service(record: Record) -> dict[str, Any]:
    doc = record.fields
    return {
        "folio": doc.get("folio"),
        "opened_at": doc.get("created_at"),
        "closed_at": doc.get("closed_at"),
        "description": doc.get("description"),
        "root_cause": doc.get("root_cause"),
        "final_classification": doc.get("final_classification"),
        "solution": doc.get("solution"),
    }


def _is_the_last(view: Ticket, meter: Meter, asset: Any) -> bool:
    """A meter only rises; one that was explained (another counter, another board) starts anew."""
    return meter.total >= _last_total(asset) or bool(view.meter_exception.strip())


def _last_total(asset: Any) -> int:
    last = Meter.of(asset.get("meter"))
    return last.total if last else 0


def _left(items: dict[str, int], view: Ticket) -> dict[str, int]:
    used: Counter[str] = Counter()
    for part in view.parts_used:
        used[part.code] += part.quantity
    return {code: max(quantity - used[code], 0) for code, quantity in items.items()}
