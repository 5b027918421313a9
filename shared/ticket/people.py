"""Who takes part: the roles of the process, and a person in one of them."""

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category

from shared.words.folding import folded


class Role(StrEnum):
    """R013–R018; PROCESS.md, Roles. `system` is Folio itself."""

    CUSTOMER = "customer"
    CALL_CENTRE = "call_centre"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    MANAGER = "manager"
    DIRECTOR = "director"
    ACCOUNT_EXECUTIVE = "account_executive"
    BACK_OFFICE = "back_office"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person's id and role."""

    id: str
    role: Role


SYSTEM = Actor("system", Role.SYSTEM)


def has_a_letter(text: str) -> bool:
    """Whether somebody who reads it sees at least one letter, of any script. CL17: a name has."""
    return any(category(each).startswith("L") for each in folded(text))
