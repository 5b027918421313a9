"""The machines that are looked after: known by their serial, at a customer's site."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from shared.words.folding import joined
from sync_server.database.transactions import Transaction
from sync_server.registers import lookup
from sync_server.registers.columns import STATE, Column, Shape
from sync_server.registers.kind import Batch, Read, Values, members, retired, state_of
from sync_server.registers.lookup import Named
from sync_server.registers.parties import CUSTOMER, codes_of, named
from sync_server.registers.record_kind import Found, RecordKind

_PLAIN = ("serial", "model", "make", "location", "family", "colour", "installed", "warranty_until",
          "contract")  # fmt: skip
_METER = {"total": "meter_total", "bw": "meter_bw", "colour": "meter_colour"}


class Assets(RecordKind):
    """One machine a row; what is not said of it stays."""

    name = "assets"
    record = "asset"
    columns = (
        Column("serial", "Serie", "Serial", Shape.CODE, True, ("número de serie", "no serie", "s/n",
               "serial number", "sn", "no de serie"), longest=80),
        CUSTOMER,
        Column("site", "Sitio", "Site", required=True, also=("sucursal", "código del sitio")),
        Column("model", "Modelo", "Model", required=True, also=("equipo",)),
        Column("make", "Marca", "Make", also=("fabricante", "brand")),
        Column("location", "Ubicación", "Location", also=("lugar",)),
        Column("family", "Familia", "Family", also=("tipo de equipo",)),
        Column("colour", "Color", "Colour", Shape.FLAG, also=("a color", "color")),
        Column("meter_total", "Contador total", "Total meter", Shape.COUNT, also=("contador",)),
        Column("meter_bw", "Contador B/N", "B/W meter", Shape.COUNT, also=("contador bn",)),
        Column("meter_colour", "Contador color", "Colour meter", Shape.COUNT),
        Column("asks_meter", "Pedir contador", "Ask for the meter", Shape.FLAG),
        Column("installed", "Instalado", "Installed", Shape.DATE, also=("fecha de instalación",)),
        Column("warranty_until", "Garantía hasta", "Warranty until", Shape.DATE,
               also=("garantía", "warranty")),
        Column("contract", "Contrato", "Contract"),
        STATE,
    )  # fmt: skip

    def key(self, values: Values) -> str:
        return joined(values.get("serial") or "")[:400]

    def find(self, batch: Batch) -> Found:
        rows = lookup.by_name(batch.tx, "asset", [self.key(row.values) for row in batch.rows])
        customers = Named.of(batch.tx, "customer", batch.said("customer"))
        sites = Named.of(batch.tx, "site", batch.said("site"))
        known = {key: found[0] for key, found in rows.items()}
        return Found(known, {"customers": customers, "sites": sites})

    def doc(self, row: Read, before: Mapping[str, Any], found: Found) -> dict[str, Any]:
        customer = named(found.names["customers"], row, "customer")
        site = named(found.names["sites"], row, "site", customer.id)
        doc = members({"history": [], **before}, row.values, {name: name for name in _PLAIN})
        if row.values.get("asks_meter") is not None:
            doc["asks_meter"] = row.values["asks_meter"]
        elif "asks_meter" in row.values:
            doc.pop("asks_meter", None)
        meter = _meter(row.values, before.get("meter") or {})
        if meter:
            doc["meter"] = meter
        elif "meter_total" in row.values:
            doc.pop("meter", None)
        return retired({**doc, "customer": customer.id, "site": site.id}, row.values)

    def coded(self, row: Read, doc: Mapping[str, Any]) -> tuple[str, str]:
        return "", ""

    def shown(
        self, tx: Transaction, rows: Sequence[Row[Any]], language: str
    ) -> Iterator[Mapping[str, Any]]:
        customers, sites = codes_of(tx, "customer", rows), codes_of(tx, "site", rows)
        for row in rows:
            yield self._row(row, customers, sites)

    def _row(
        self, row: Row[Any], customers: Mapping[str, str], sites: Mapping[str, str]
    ) -> Mapping[str, Any]:
        doc, meter = row.doc, row.doc.get("meter") or {}
        return {
            **{name: doc.get(name) for name in (*_PLAIN, "asks_meter")},
            **{column: meter.get(name) for name, column in _METER.items()},
            "customer": customers.get(doc.get("customer") or ""),
            "site": sites.get(doc.get("site") or ""), "state": state_of(doc),
        }  # fmt: skip


def _meter(values: Values, before: Mapping[str, Any]) -> dict[str, int]:
    """The meter after the row: what its columns do not say stays."""
    meter = dict(before)
    for name, column in _METER.items():
        if column in values:
            meter.pop(name, None)
            if values[column] is not None:
                meter[name] = values[column]
    return meter if meter.get("total") is not None else {}
