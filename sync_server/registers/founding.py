"""An office is set up: what it is called, its catalogues, its first person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.ticket.people import Role
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.records import organisation
from sync_server.registers import packs
from sync_server.runtime import setup
from sync_server.runtime.context import ApplicationContext

FIRST_ROLES = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.CALL_CENTRE)
"""What the first person is, so that one alone can begin."""

LOCALES = {"es": "es-MX", "en": "en"}


class SetUpOtherwise(Exception):
    """Somebody set this office up meanwhile."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What was said of the office, and of its first person."""

    said: Mapping[str, Any]
    name: str
    password_hash: str


def found(tx: Transaction, context: ApplicationContext, wanted: Founding, now: datetime) -> None:
    """Set the office up, all of it or nothing. Raises SetUpOtherwise, NotAnEmail."""
    if setup.kept(tx):
        raise SetUpOtherwise("this office was set up a moment ago: ask again")
    said = wanted.said
    setup.keep(tx, said)
    organisation.say(tx, {organisation.ID: said["name"], "language": said["language"]}, now)
    packs.put(tx, context, said["pack"], now)
    if users.by_email(tx, said["admin"]) is None:
        locale = LOCALES[said["language"]]
        name = wanted.name or said["admin"]
        users.add(tx, context, said["admin"], name, FIRST_ROLES, now, wanted.password_hash, locale)
