"""Every request becomes a ticket, whatever way it came in. R020; PROCESS.md, Channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.operations.operation import Kind
from shared.ticket.people import Actor
from shared.ticket.ticket import Nature, Priority, Type
from sync_server.database.transactions import Transaction
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets.apply import office_operation


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked for: the ticket's own fields, and who and what it is about, by name.

    `asset` has a serial; with `customer`, `site` and it, records that are not known yet are made.
    `zone` is the IANA zone of the site, where that is not the organisation's.
    """

    fields: Mapping[str, Any]
    customer: str = ""
    locale: str = "es-MX"
    site: str = ""
    address: str = ""
    zone: str = ""
    asset: Mapping[str, Any] = field(default_factory=dict)


def register(
    tx: Transaction, context: ApplicationContext, request: Request, actor: Actor, now: datetime
) -> str:
    """The id of the new ticket, classified at once when everything is said. R021.

    Raises shared.ticket.shapes.Unreadable.
    """
    fields = {**request.fields, **_about(tx, context, request, now)}
    id = context.new_id()
    office_operation(tx, context, actor, id, Kind.CREATE, {"fields": fields}, now=now)
    if _is_classified(fields):
        classify = {"name": "classify"}
        office_operation(tx, context, actor, id, Kind.COMMAND, classify, now=now)
    return id


def _about(
    tx: Transaction, context: ApplicationContext, request: Request, now: datetime
) -> dict[str, str]:
    """The ids of customer, site and asset; those that are not known are made."""
    ids: dict[str, str] = {}
    if request.customer:
        doc = {"name": request.customer, "locale": request.locale}
        ids["customer"] = _found(tx, context, "customer", request.customer, doc, now)
    if request.site and request.customer:
        ids["site"] = _site(tx, context, request, ids["customer"], now)
    if request.asset.get("serial"):
        asset: dict[str, Any] = {"history": [], **request.asset, **ids}
        ids["asset"] = _found(tx, context, "asset", asset["serial"], asset, now)
    return ids


def _found(
    tx: Transaction,
    context: ApplicationContext,
    record: str,
    label: str,
    doc: Mapping[str, Any],
    now: datetime,
) -> str:
    known = records.labelled(tx, record, label)
    return known.id if known else _made(tx, context, record, doc, now)


def _site(
    tx: Transaction, context: ApplicationContext, request: Request, customer: str, now: datetime
) -> str:
    known = next(iter(records.sites_of(tx, customer, request.site)), None)
    zone = {"zone": request.zone} if request.zone else {}
    if known is not None:
        if zone and known.doc.get("zone") != request.zone:
            records.put(tx, "site", known.id, {**known.doc, **zone}, now)
        return known.id
    doc = {"name": request.site, "address": request.address, "customer": customer, **zone}
    return _made(tx, context, "site", doc, now)


def _made(
    tx: Transaction, context: ApplicationContext, record: str, doc: Mapping[str, Any], now: datetime
) -> str:
    id = context.new_id()
    records.put(tx, record, id, doc, now)
    return id


def _is_classified(fields: Mapping[str, Any]) -> bool:
    return (
        fields.get("nature") in set(Nature)
        and fields.get("type") in set(Type)
        and fields.get("priority") in set(Priority)
        and bool((fields.get("requester") or {}).get("name"))
    )
