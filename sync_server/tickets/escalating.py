"""Whom an escalation concerns: a person who was chosen, or everybody of its level."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.ticket.people import Role
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.identity.users import User
from sync_server.messages.notices import LEVELS

LEVEL_OF = {role: level for level, role in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person of a level. Of the administrator, who stands in where a level is empty, it is 1."""

    person: User
    level: int


def addressees(tx: Transaction, by: str) -> Sequence[Addressee]:
    """To whom somebody may escalate: to anybody of the levels but themselves, the lowest first."""
    found = [
        Addressee(person, level)
        for level, role in LEVELS.items()
        for person in users.all_of(tx, role)
        if person.active and person.id != by
    ]
    if found:
        return found
    rest = users.all_of(tx, Role.ADMINISTRATOR)
    return [Addressee(person, 1) for person in rest if person.active and person.id != by]


def addressee(tx: Transaction, by: str, person: str) -> Addressee | None:
    """One of them, by the id of the person."""
    return next((one for one in addressees(tx, by) if one.person.id == person), None)
