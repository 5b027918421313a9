"""What docs/SYNC.md and docs/sync-schema.json say of a ticket's fields, made from the one table."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shared.ticket.fields import (
    COLLECTIONS,
    FIELDS,
    METER,
    POSITION,
    SHOWN_ENTRIES,
    SHOWN_FIELDS,
    SHOWN_OF_EVIDENCE,
    SIGN_OFF,
    Collection,
    Field,
    Member,
    Owner,
)
from shared.ticket.shapes import ANYTHING, Shape
from tests.contract.schema import PATH, SCHEMA

Json = dict[str, Any]

DECIDED_BY = {
    Owner.OFFICE: "the office",
    Owner.ENGINEER: "the engineer",
    Owner.COMMAND: "commands only",
}
SHAPED: Mapping[int, str] = {id(METER): "meter", id(POSITION): "position", id(SIGN_OFF): "sign_off"}
"""Shapes that have a definition of their own in the schema."""
WIDTH = 96


def field_tables() -> str:
    """For docs/SYNC.md: who decides which fields, how they behave, what an entry has."""
    whose = (
        f"| {name} | {_coded(_named(field) for field in FIELDS if field.owner is owner)} |\n"
        for owner, name in DECIDED_BY.items()
    )
    kinds = (
        ("reserved: an engineer never writes it, not even when nobody else wrote",
         [field.name for field in FIELDS if field.reserved]),
        ("free text: of two people's words at once both are kept",
         [field.name for field in FIELDS if field.free_text]),
    )  # fmt: skip
    return (
        "| decided by | fields of a ticket |\n|---|---|\n" + "".join(whose)
        + "\n| these are | fields of a ticket |\n|---|---|\n"
        + "".join(f"| {said} | {_coded(names)} |\n" for said, names in kinds)
        + "\n| collection | an entry, besides `id` and, when voided, `voided{at,reason}` |\n"
        + "|---|---|\n"
        + "".join(f"| {each.name} | {_entry(each)} |\n" for each in COLLECTIONS)
    )  # fmt: skip


def digest_tables() -> str:
    """For docs/SYNC.md: what the digests cover."""
    rows = (
        ("signed: fields, those that are not null", SHOWN_FIELDS),
        ("signed: entries, whole, that nobody voided", SHOWN_ENTRIES),
        ("signed: of each piece of evidence, those that are not null", SHOWN_OF_EVIDENCE),
        ("in the report besides: fields", [field.name for field in FIELDS if field.reported]),
        ("in the report besides: entries",
         [collection.name for collection in COLLECTIONS if collection.reported]),
    )  # fmt: skip
    lines = (f"| {said} | {_coded(names)} |\n" for said, names in rows)
    return "| covered | by name |\n|---|---|\n" + "".join(lines)


def schema() -> Json:
    """The whole schema, with what it says of fields and entries made anew."""
    known = [field for field in FIELDS if _has_shape(field)]
    made: Json = {
        "meter": _object(METER.members),
        "position": _object(POSITION.members),
        "sign_off": _object(SIGN_OFF.members),
        "ticket_fields": {"properties": {field.name: _nullable(field.shape) for field in known}},
        **{f"{each.name}_entry": _entry_schema(each) for each in COLLECTIONS},
        "ticket_entries": {"properties": {
            each.name: {"type": "array", "items": _ref(f"{each.name}_entry")}
            for each in COLLECTIONS
        }},
    }  # fmt: skip
    definitions = SCHEMA["$defs"]
    return {
        **SCHEMA,
        "$defs": {name: {**old, **made.get(name, {})} for name, old in definitions.items()},
    }


def write_schema() -> None:
    PATH.write_text(_laid_out(schema()) + "\n", encoding="utf-8")


def _has_shape(field: Field) -> bool:
    return field.owner is not Owner.COMMAND and field.shape is not ANYTHING


def _coded(names: Iterable[str]) -> str:
    return f"`{' '.join(names)}`"


def _named(part: Field | Member) -> str:
    if part.shape.kind != "members" or part.shape is SIGN_OFF:
        return part.name
    return f"{part.name}{{{','.join(part.shape.members)}}}"


def _entry(collection: Collection) -> str:
    """Its members in order, with their codes; then those that must be there."""
    said: list[str] = []
    names: list[str] = []
    for member in collection.members:
        names.append(_named(member))
        if member.shape.codes:
            said.append(f"{_coded(names)} ({', '.join(member.shape.codes)})")
            names = []
    said += [_coded(names)] if names else []
    must = f"; `{' '.join(collection.required)}` must be there" if collection.required else ""
    return " ".join(said) + must


def _entry_schema(collection: Collection) -> Json:
    return {
        "required": ["id", *collection.required],
        "properties": {"id": _ref("name"), **{
            member.name: (_schema if member.required else _nullable)(member.shape)
            for member in collection.members
        }},
    }  # fmt: skip


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _nullable(shape: Shape) -> Json:
    return {"anyOf": [{"type": "null"}, _schema(shape)]}


def _object(members: Mapping[str, Shape]) -> Json:
    return {"properties": {name: _nullable(shape) for name, shape in members.items()}}


def _schema(shape: Shape) -> Json:
    if id(shape) in SHAPED:
        return _ref(SHAPED[id(shape)])
    match shape.kind:
        case "code":
            return {"enum": list(shape.codes)}
        case "flag":
            return {"type": "boolean"}
        case "number" | "object":
            return {"type": shape.kind}
        case "list":
            assert shape.item
            return {"type": "array", "maxItems": 10_000, "items": _schema(shape.item)}
        case "members":
            must = {"required": list(shape.required)} if shape.required else {}
            members = {
                name: (_schema if name in shape.required else _nullable)(each)
                for name, each in shape.members.items()
            }
            return {"type": "object", **must, "properties": members}
        case _:
            return _ref(shape.kind)


def _laid_out(value: Any, depth: int = 0) -> str:
    """JSON with one space a level; what fits stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(line) <= WIDTH:
        return line
    margin = " " * (depth + 1)
    if isinstance(value, dict):
        rows = [f"{json.dumps(key)}: {_laid_out(each, depth + 1)}" for key, each in value.items()]
    else:
        rows = [_laid_out(each, depth + 1) for each in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n{margin}" + f",\n{margin}".join(rows) + f"\n{' ' * depth}{right}"
