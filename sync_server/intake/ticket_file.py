"""Tickets out of a file: the form of the demo tickets, with English or Spanish names and codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.ticket.fields import REQUESTED
from shared.ticket.people import Actor
from shared.ticket.shapes import Unreadable
from shared.time.timestamps import NotAnInstant, instant
from shared.time.zones import zone_called
from shared.words.figures import NotWhole, whole_figure
from sync_server.database.transactions import Transaction
from sync_server.intake.register import Request
from sync_server.intake.register import register as register_request
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import store


class NotATicket(ValueError):
    """This does not say what a ticket needs; the sentence says where."""


NAMES: Mapping[str, str] = {
    "canal": "channel", "naturaleza": "nature", "tipo": "type", "prioridad": "priority",
    "descripcion": "description", "impacto": "impact", "contrato": "contract",
    "garantia": "warranty", "facturable": "billable", "cliente": "customer", "sitio": "site",
    "direccion": "address", "zona_horaria": "zone", "equipo": "asset",
    "contacto": "requester", "abierto": "opened_at",
    "seguimiento_de": "follow_up_of", "modalidad": "mode",
    "marca": "make", "modelo": "model", "serie": "serial", "a_color": "colour",
    "ubicacion": "location",
}  # fmt: skip

CODES: Mapping[str, str] = {
    "telefono": "phone", "correo": "email", "monitoreo": "monitoring",
    "ejecutivo_cuenta": "account_executive",
    "falla_tecnica": "technical_fault", "solicitud_servicio": "service_request",
    "soporte_operativo": "operational_support", "incidencia_monitoreo": "monitoring_incident",
    "equipo_detenido": "equipment_down", "problema_recurrente": "recurring_problem",
    "error_usuario": "user_error", "soporte_configuracion": "support_configuration",
    "alta": "high", "media": "medium", "baja": "low",
}  # fmt: skip

LOCALE = "es-MX"
"""How figures in such a file are written."""

YES_OR_NO = {"si": True, "sí": True, "yes": True, "true": True, "no": False, "false": False}

CODED = frozenset({"channel", "nature", "type", "priority"})

FIELDS = frozenset(
    "folio channel nature type priority description contract warranty billable follow_up_of".split()
).union(field.name for field in REQUESTED)
"""What goes into the ticket as it is; the rest says who and what it is about, or is passed over."""


def register(
    tx: Transaction, context: ApplicationContext, doc: Any, actor: Actor, now: datetime
) -> str:
    """The folio of the ticket in `doc`, opened when it says so and otherwise `now`.

    Raises NotATicket.
    """
    said = _in_english(doc)
    at = _opened(said.get("opened_at"), context.settings.zone) or now
    try:
        id = register_request(tx, context, request_of(said), actor, at)
    except Unreadable as error:
        raise NotATicket(str(error)) from error
    made = store.load(tx, id)
    assert made is not None
    return str(made.record.fields["folio"])


def request_of(said: Mapping[str, Any]) -> Request:
    """The request in a document with English names. Raises NotATicket."""
    for name in ("channel", "description"):
        if not isinstance(said.get(name), str) or not said[name].strip():
            raise NotATicket(f"{name} is missing")
    fields = {name: said[name] for name in FIELDS if said.get(name) is not None}
    customer, site = _customer_and_site(said)
    return Request(
        fields={**fields, "requester": _requester(said.get("requester"))},
        customer=customer,
        locale=_text(said.get("locale")) or "es-MX",
        site=site,
        address=_text(said.get("address")),
        zone=_zone(said.get("zone")),
        asset=_asset({} if said.get("asset") is None else said["asset"]),
    )


def _in_english(doc: Any) -> dict[str, Any]:
    if not isinstance(doc, dict):
        raise NotATicket("a ticket is a JSON object")
    said = {NAMES.get(name, name): value for name, value in doc.items()}
    for name in CODED:
        if isinstance(said.get(name), str):
            said[name] = CODES.get(said[name], said[name])
    return said


def _customer_and_site(said: Mapping[str, Any]) -> tuple[str, str]:
    """«Hospital San Gabriel, Urgencias» is a customer and a site of theirs."""
    customer, site = _text(said.get("customer")), _text(said.get("site"))
    if not site and "," in customer:
        customer, _, site = (part.strip() for part in customer.partition(","))
    return customer, site


def _requester(said: Any) -> dict[str, str]:
    if said is None:
        return {}
    if isinstance(said, list) and all(isinstance(part, str) for part in said):
        said = {"name": (said or [""])[0], "contact": said[1] if len(said) > 1 else ""}
    if not isinstance(said, dict):
        raise NotATicket("requester is {name, contact}")
    return {"kind": "customer", **said}


def _asset(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise NotATicket("asset is {serial, make, model, …}")
    asset = {NAMES.get(name, name): value for name, value in said.items()}
    if not asset:
        return {}
    if not isinstance(asset.get("serial"), str) or not asset["serial"].strip():
        raise NotATicket("asset.serial is missing")
    counts = {
        "total": _count(asset.pop("contador_total", None)),
        "bw": _count(asset.pop("contador_bn", None)),
        "colour": _count(asset.pop("contador_color", None)),
    }
    if isinstance(asset.get("colour"), str):
        asset["colour"] = YES_OR_NO.get(asset["colour"].strip().casefold(), asset["colour"])
    if counts["total"] is not None:
        asset["meter"] = {name: count for name, count in counts.items() if count is not None}
    return asset


def _count(said: Any) -> Any:
    """A count that was written as text, «98,022», is read as people here write it."""
    if not isinstance(said, str):
        return said
    try:
        return whole_figure(said, LOCALE)
    except NotWhole as error:
        raise NotATicket(f"asset: {said!r} is no count") from error


def _opened(said: Any, zone: str) -> datetime | None:
    """RFC 3339, or the office's wall clock: `2026-03-09 08:52`."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(str(said))
        return instant(str(said)) if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, NotAnInstant) as error:
        raise NotATicket(f"opened_at: {said!r} is no time") from error


def _zone(said: Any) -> str:
    name = _text(said)
    if name and zone_called(name) is None:
        raise NotATicket(f"zone: {name!r} is no time zone, such as America/Tijuana")
    return name


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotATicket(f"{value!r} is not text")
    return value.strip()
