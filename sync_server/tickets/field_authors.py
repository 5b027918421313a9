"""Who wrote each field of a ticket last, as it is stored with the ticket."""

from collections.abc import Mapping
from typing import Any

from shared.operations.merge import FieldAuthor
from shared.ticket.people import Role

_ROLES = {role.value: role for role in Role}


def field_authors(stored: list[Any] | dict[str, Any]) -> dict[str, FieldAuthor]:
    """Who wrote each field last; the first offices stored it field by field."""
    if isinstance(stored, dict):
        stored = [[*writer, [name]] for name, writer in stored.items()]
    written: dict[str, FieldAuthor] = {}
    for rev, device, role, names in stored:
        written |= dict.fromkeys(names, FieldAuthor(rev, device, _ROLES[role]))
    return written


def stored_field_authors(written: Mapping[str, FieldAuthor]) -> list[list[Any]]:
    """[[rev, device, role, the fields]]: most fields were written together."""
    groups: dict[int, list[Any]] = {}
    for name, w in written.items():
        # By identity, which is cheap: what is written together shares its writer.
        group = groups.get(id(w))
        if group is None:
            group = groups[id(w)] = [w.rev, w.device, w.role.value, []]
        group[3].append(name)
    return list(groups.values())
