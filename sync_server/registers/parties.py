"""Customers, their sites, and the people who speak for them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from shared.words.folding import joined
from sync_server.database.tables import user
from sync_server.database.transactions import Transaction
from sync_server.records.codes import code_key
from sync_server.registers import lookup
from sync_server.registers.columns import LANGUAGE, STATE, Column, Shape
from sync_server.registers.kind import Batch, Read, Values, members, retired, state_of
from sync_server.registers.lookup import Named
from sync_server.registers.problem import NotTaken
from sync_server.registers.record_kind import Found, InColumn, RecordKind, fold, refuse_twin

CODE = Column("code", "Código", "Code", Shape.CODE, True, ("clave", "id", "no", "número"),
              longest=64)  # fmt: skip
CUSTOMER = Column("customer", "Cliente", "Customer", required=True,
                  also=("nombre del cliente", "código del cliente", "client"))  # fmt: skip
EMAIL = Column(
    "email", "Correo", "Email", Shape.EMAIL, also=("correo electrónico", "e-mail", "mail")
)
PHONE = Column("phone", "Teléfono", "Phone", Shape.CODE, also=("tel", "telephone", "celular"),
               longest=80)  # fmt: skip


class Customers(RecordKind):
    """Whom the company works for."""

    name = "customers"
    record = "customer"
    columns = (
        CODE,
        Column("name", "Nombre", "Name", required=True, also=("razón social", "cliente",
               "nombre del cliente", "customer"), longest=300),
        Column("tax_id", "RFC", "Tax id", Shape.CODE, longest=40),
        EMAIL,
        PHONE,
        LANGUAGE,
        Column("executive", "Ejecutivo", "Account executive", also=("ejecutivo de cuenta",)),
        Column("contract", "Contrato", "Contract"),
        STATE,
    )  # fmt: skip

    def find(self, batch: Batch) -> Found:
        known = lookup.by_code(batch.tx, "customer", [self.key(r.values) for r in batch.rows])
        names = lookup.by_name(batch.tx, "customer", map(fold, batch.said("name")))
        people = lookup.people(batch.tx) if batch.said("executive") else {}
        return Found(known, {"twins": names, "people": people})

    def doc(self, row: Read, before: Mapping[str, Any], found: Found) -> dict[str, Any]:
        own = found.known.get(self.key(row.values))
        name = row.values.get("name") or ""
        refuse_twin(found.names["twins"].get(fold(name)), own.id if own is not None else None, name)
        doc = members(before, row.values, {
            "name": "name", "tax_id": "tax_id", "email": "email", "phone": "phone",
            "contract": "contract",
        })  # fmt: skip
        if "language" in row.values or not before:
            doc["locale"] = _locale(row.values.get("language"), before)
        if "executive" in row.values:
            doc.pop("executive", None)
            if row.values["executive"]:
                doc["executive"] = _person(found, row.values["executive"])
        return retired(doc, row.values)

    def shown(
        self, tx: Transaction, rows: Sequence[Row[Any]], language: str
    ) -> Iterator[Mapping[str, Any]]:
        emails = {row.id: row.email for row in tx.rows(select(user.c.id, user.c.email))}
        for row in rows:
            doc = row.doc
            yield {
                **{n: doc.get(n) for n in ("name", "tax_id", "email", "phone")},
                "code": row.code, "language": doc.get("locale"), "state": state_of(doc),
                "executive": emails.get(doc.get("executive", "")),
                "contract": _own(doc.get("contract"), language),
            }  # fmt: skip


class Sites(RecordKind):
    """Where a customer's machines stand; a site is always somebody's."""

    name = "sites"
    record = "site"
    columns = (
        CODE,
        CUSTOMER,
        Column("name", "Nombre", "Name", required=True, also=("sitio", "sucursal", "site"),
               longest=300),
        Column("address", "Dirección", "Address", required=True, also=("domicilio",)),
        Column("area", "Zona", "Area", also=("zona de servicio",)),
        Column("zone", "Zona horaria", "Time zone", Shape.ZONE, also=("huso horario",)),
        Column("hours", "Horario", "Hours"),
        Column("latitude", "Latitud", "Latitude", Shape.NUMBER, also=("lat",)),
        Column("longitude", "Longitud", "Longitude", Shape.NUMBER, also=("lon", "lng", "long")),
        Column("access", "Acceso", "Access"),
        STATE,
    )  # fmt: skip

    def find(self, batch: Batch) -> Found:
        known = lookup.by_code(batch.tx, "site", [self.key(row.values) for row in batch.rows])
        twins = lookup.by_name(batch.tx, "site", map(fold, batch.said("name")))
        customers = Named.of(batch.tx, "customer", batch.said("customer"))
        return Found(known, {"twins": twins, "customers": customers})

    def doc(self, row: Read, before: Mapping[str, Any], found: Found) -> dict[str, Any]:
        own = found.known.get(self.key(row.values))
        customer = named(found.names["customers"], row, "customer")
        name = row.values.get("name") or ""
        same = [each for each in found.names["twins"].get(fold(name), ())
                if each.doc.get("customer") == customer.id]  # fmt: skip
        refuse_twin(same, own.id if own is not None else None, name)
        for column, most in (("latitude", 90), ("longitude", 180)):
            if abs(row.values.get(column) or 0) > most:
                raise InColumn(column, NotTaken("not_a_place", most=most))
        doc = members(before, row.values, {
            name: name for name in ("name", "address", "area", "zone", "hours", "latitude",
                                    "longitude", "access")
        })  # fmt: skip
        return retired({**doc, "customer": customer.id}, row.values)

    def shown(
        self, tx: Transaction, rows: Sequence[Row[Any]], language: str
    ) -> Iterator[Mapping[str, Any]]:
        codes = codes_of(tx, "customer", rows)
        for row in rows:
            doc = row.doc
            names = ("name", "address", "area", "zone", "hours", "latitude", "longitude", "access")
            yield {**{n: doc.get(n) for n in names}, "code": row.code, "state": state_of(doc),
                   "customer": codes.get(doc.get("customer", ""))}  # fmt: skip


class Contacts(RecordKind):
    """Who speaks for a customer; known by mail, else by telephone, else by name."""

    name = "contacts"
    record = "contact"
    columns = (
        CUSTOMER,
        Column("name", "Nombre", "Name", required=True, also=("contacto", "contact"), longest=300),
        EMAIL,
        PHONE,
        Column("position", "Cargo", "Position", also=("puesto",)),
        LANGUAGE,
        Column("notices", "Avisos", "Notices", Shape.LIST, choices={
            "email": ("correo", "mail", "email"), "whatsapp": ("whatsapp",),
            "phone": ("teléfono", "llamada", "phone"), "none": ("ninguno", "none"),
        }),
        STATE,
    )  # fmt: skip

    def key(self, values: Values) -> str:
        return _contact_keys(values, fold(values.get("customer")))[0]

    def find(self, batch: Batch) -> Found:
        customers = Named.of(batch.tx, "customer", batch.said("customer"))
        keys = [key for row in batch.rows for id in _customer_ids(customers, row)
                for key in _contact_keys(row.values, id)]  # fmt: skip
        return Found(lookup.by_code(batch.tx, "contact", keys), {"customers": customers})

    def about(self, row: Read, found: Found) -> Row[Any] | None:
        customer = named(found.names["customers"], row, "customer").id
        keys = _contact_keys(row.values, customer)
        return next((found.known[key] for key in keys if key in found.known), None)

    def doc(self, row: Read, before: Mapping[str, Any], found: Found) -> dict[str, Any]:
        customer = named(found.names["customers"], row, "customer").id
        if before and before.get("customer") != customer:
            raise InColumn("customer", NotTaken("contact_of_another"))
        doc = members(before, row.values, {
            name: name for name in ("name", "email", "phone", "position", "notices")
        })  # fmt: skip
        if "language" in row.values or not before:
            doc["locale"] = _locale(row.values.get("language"), before)
        return retired({**doc, "customer": customer}, row.values)

    def coded(self, row: Read, doc: Mapping[str, Any]) -> tuple[str, str]:
        return "", _contact_keys(doc, doc["customer"])[0]

    def shown(
        self, tx: Transaction, rows: Sequence[Row[Any]], language: str
    ) -> Iterator[Mapping[str, Any]]:
        codes = codes_of(tx, "customer", rows)
        for row in rows:
            doc = row.doc
            names = ("name", "email", "phone", "position", "notices")
            yield {**{n: doc.get(n) for n in names}, "language": doc.get("locale"),
                   "state": state_of(doc), "customer": codes.get(doc["customer"])}  # fmt: skip


def codes_of(tx: Transaction, record: str, rows: Sequence[Row[Any]]) -> Mapping[str, str]:
    """What the customers, or sites, of these rows are called in files, by id."""
    ids = {row.doc.get(record) or "" for row in rows}
    return {id: row.code for id, row in lookup.by_id(tx, record, ids).items()}


def named(customers: Named, row: Read, column: str, of: str | None = None) -> Row[Any]:
    """The record that a cell of the row names. Raises InColumn."""
    try:
        return customers.one(row.values.get(column) or "", of)
    except NotTaken as refused:
        raise InColumn(column, refused) from refused


def _customer_ids(customers: Named, row: Read) -> list[str]:
    try:
        return [customers.one(row.values.get("customer") or "").id]
    except NotTaken:
        return []


def _contact_keys(values: Values, customer: str) -> list[str]:
    """By which a contact is known, the surest first."""
    keys = []
    if values.get("email"):
        keys.append(f"mail:{str(values['email']).lower()}")
    if values.get("phone"):
        keys.append(f"phone:{joined(values['phone'])}")
    return [key[:400] for key in (*keys, f"name:{customer}:{fold(values.get('name'))}")]


def _locale(said: str | None, before: Mapping[str, Any]) -> str:
    known = str(before.get("locale") or "")
    if said is None:
        return known or "es-MX"
    return known if known[:2] == said[:2] else said


def _person(found: Found, text: str) -> str:
    try:
        return lookup.person(found.names["people"], text)
    except NotTaken as refused:
        raise InColumn("executive", refused) from refused


def _own(words: Any, language: str) -> str | None:
    """A label that may be in both languages."""
    if isinstance(words, Mapping):
        return words.get(language) or words.get("es")
    return words if isinstance(words, str) else None


__all__ = ["Contacts", "Customers", "Sites", "code_key", "named"]
