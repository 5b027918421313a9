"""The people of the office and the field, from a file: accounts without a password."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.ticket.people import Role
from shared.words import LANGUAGES, t
from sync_server.database.transactions import Transaction
from sync_server.identity import sessions, users
from sync_server.registers.columns import LANGUAGE, STATE, Column, Shape
from sync_server.registers.kind import Batch, Read, Values
from sync_server.registers.list_kind import Items, ListKind
from sync_server.registers.problem import NotTaken
from sync_server.registers.record_kind import InColumn
from sync_server.runtime.context import ApplicationContext

EMPLOYED = [role for role in Role if role not in (Role.SYSTEM, Role.CUSTOMER)]


ALSO: Mapping[Role, tuple[str, ...]] = {
    Role.ENGINEER: ("ingeniero", "ingeniera", "técnico", "técnica", "technician"),
    Role.SUPERVISOR: ("supervisora",),
    Role.CALL_CENTRE: ("mesa de ayuda", "call center", "recepción"),
    Role.MANAGER: ("gerente",),
    Role.DIRECTOR: ("director", "directora"),
    Role.ADMINISTRATOR: ("administradora", "admin"),
    Role.ACCOUNT_EXECUTIVE: ("ejecutivo", "ejecutiva"),
}
"""What people write for a role besides its own name."""


def _roles() -> dict[str, tuple[str, ...]]:
    return {
        role.value: (*(t(f"process.role.{role}", language) for language in LANGUAGES),
                     role.value.replace("_", " "), *ALSO.get(role, ()))
        for role in EMPLOYED
    }  # fmt: skip


class People(ListKind):
    """One person a row, known by their address; whoever comes anew is given a password later."""

    name = "people"
    columns = (
        Column("email", "Correo", "Email", Shape.EMAIL, True, ("correo electrónico", "mail")),
        Column("name", "Nombre", "Name", required=True, longest=300),
        Column("role", "Rol", "Role", Shape.LIST, True, ("puesto", "roles"), choices=_roles()),
        LANGUAGE,
        STATE,
    )

    def key(self, values: Values) -> str:
        return str(values.get("email") or "").lower()

    def items(self, tx: Transaction) -> Items:
        return {
            user.email: {"name": user.name, "roles": [each.value for each in user.roles],
                         "locale": user.locale, "active": user.active}
            for user in users.all_of(tx)
        }  # fmt: skip

    def item(self, batch: Batch, row: Read, before: Mapping[str, Any]) -> dict[str, Any]:
        item = {"locale": "es-MX", "active": True, **before, "name": row.values["name"]}
        item["roles"] = _in_order(row.values["role"])
        said = row.values.get("language")
        if said is not None and said[:2] != str(item["locale"])[:2]:
            item["locale"] = said
        if "state" in row.values:
            item["active"] = row.values["state"] != "retired"
        if before.get("active") and not item["active"]:
            raise InColumn("state", NotTaken("person_leaves"))
        return item

    def put(
        self, tx: Transaction, context: ApplicationContext, items: Items, changed: Items,
        now: datetime,
    ) -> None:  # fmt: skip
        for email, item in changed.items():
            roles = [Role(each) for each in item["roles"]]
            known = users.by_email(tx, email)
            if known is None:
                id = users.add(tx, context, email, item["name"], roles, now, None, item["locale"])
                users.change(tx, id, now, active=item["active"])
                continue
            users.change(tx, known.id, now, name=item["name"], roles=roles,
                         active=item["active"], locale=item["locale"])  # fmt: skip
            sessions.end_sessions(tx, known.id) if not item["active"] else None

    def missing(self, batch: Batch, met: frozenset[str]) -> Iterator[Any]:
        """Nobody leaves because a file forgot them."""
        return iter(())

    def export(self, tx: Transaction, language: str) -> Iterator[Mapping[str, Any]]:
        for user in users.all_of(tx):
            yield {"email": user.email, "name": user.name, "language": user.locale,
                   "role": [each.value for each in user.roles],
                   "state": "active" if user.active else "retired"}  # fmt: skip


def _in_order(roles: list[str]) -> list[str]:
    """Each once, as they were said: the first is what the person is called by."""
    return list(dict.fromkeys(roles))
