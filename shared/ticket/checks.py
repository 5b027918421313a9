"""The checks through which every operation comes in: its fields and entries have their shapes."""

from collections.abc import Mapping
from typing import Any

from shared.ticket.fields import COLLECTIONS, FIELDS, Owner
from shared.ticket.shapes import ANYTHING, Check, Unreadable, mapping, name

# Made once: every operation goes through here.
_FIELDS: Mapping[str, Check] = {
    field.name: field.shape.check
    for field in FIELDS
    if field.owner is not Owner.COMMAND and field.shape is not ANYTHING
}
_MEMBERS: Mapping[str, Mapping[str, Check]] = {
    collection.name: {member.name: member.shape.check for member in collection.members}
    for collection in COLLECTIONS
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    collection.name: collection.required for collection in COLLECTIONS
}


def check_fields(fields: Any) -> None:
    """Every known field has its shape; unknown ones are kept. null clears. Raises Unreadable."""
    mapping(fields, "fields")
    if not fields:
        raise Unreadable("fields is empty")
    for field, value in fields.items():
        name(field, "the name of a field")
        if value is not None and field in _FIELDS:
            _FIELDS[field](value, field)


def check_collection(collection: Any) -> None:
    """One of the collections of a ticket. Raises Unreadable."""
    if not isinstance(collection, str) or collection not in _MEMBERS:
        raise Unreadable(f"there is no collection {str(collection)[:60]!r}")


def check_entry(collection: Any, entry: Any) -> None:
    """The entry has an id and its known members their shapes. Raises Unreadable."""
    check_collection(collection)
    mapping(entry, collection)
    name(entry.get("id"), f"{collection}.id")
    for member in _REQUIRED[collection]:
        if entry.get(member) is None:
            raise Unreadable(f"{collection}.{member} is missing")
    for member, check in _MEMBERS[collection].items():
        if entry.get(member) is not None:
            check(entry[member], f"{collection}.{member}")
