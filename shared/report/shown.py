"""What the customer was shown, frozen: every label and value on the signed pages, in order.

A report is the shown content in its furniture. The content is fixed when the customer signs (a
report without a signature: when it is made), travels whole in `record.json`, and is what the pages
are printed from; a catalogue that is corrected meanwhile changes none of its words. The furniture
(letterhead, version, page numbers, digests, QR and annex) is put around it at each printing.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shared.operations.digest import digest
from shared.report.blocks import (
    Checklist,
    Fields,
    Highlight,
    PhotoPairs,
    Rating,
    Section,
    Signature,
    Table,
    Text,
    Verification,
)

BLOCKS: Mapping[str, type] = {
    "fields": Fields, "text": Text, "table": Table, "checklist": Checklist,
    "photo_pairs": PhotoPairs, "signature": Signature, "rating": Rating,
}  # fmt: skip
"""The kinds of block that a customer is shown, as the member `block` of each names them."""

ELSEWHERE = {Signature: "strokes", Section: "annex"}
"""Members that are not repeated: the strokes stand in the sign-off, no annex is shown."""


class NotShown(ValueError):
    """This document is not the shown content of a report that we know how to print."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The shown content: finished text in one language, and nothing that is not on the pages.

    `about` (whom and what, in a line) is the file's own subject. `zone` is the one of all times,
    which each page names. `substitution` is said below the
    content when a character could not be printed; `draft` above it while nobody has signed.
    """

    language: str
    title: str
    folio: str
    about: str
    highlights: tuple[Highlight, ...]
    sections: tuple[Section, ...]
    zone: str
    substitution: str
    draft: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON: member by member, each block under the name of its kind (`block`)."""
        document: dict[str, Any] = _written(self)
        return document

    @classmethod
    def of(cls, document: Any) -> "Shown":
        """Read from such a document, which may come from anywhere. Raises NotShown."""
        try:
            shown: Shown = _read(cls, document)
        except RecursionError as error:
            raise NotShown("nested too deeply") from error
        _check_tables(shown)
        return shown


def shown_digest(document: Mapping[str, Any]) -> str:
    """Hex sha256 of the canonical JSON: what `sign_off.shown` must be. Raises NotCanonical."""
    return digest(document)


def _check_tables(shown: Shown) -> None:
    tables = (b for section in shown.sections for b in section.blocks if isinstance(b, Table))
    for table in tables:
        rows = (*table.rows, *((table.total,) if table.total else ()))
        if any(len(row) != len(table.columns) for row in rows):
            raise NotShown("a row of a table has not a cell for each column")
        if any(column.share <= 0 for column in table.columns):
            raise NotShown("a column of a table has no width")


def _written(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Verification):
            raise NotShown("how to verify is no part of what was shown")
        named = {"block": _NAMES[type(value)]} if type(value) in _NAMES else {}
        return named | {m.name: _written(getattr(value, m.name)) for m in _members(type(value))}
    if isinstance(value, tuple | list):
        return [_written(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


_NAMES = {kind: name for name, kind in BLOCKS.items()}


@cache
def _members(kind: type) -> tuple[Field[Any], ...]:
    return tuple(m for m in fields(kind) if m.name != ELSEWHERE.get(kind))


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    """`value` as a `kind`: a dataclass, an enumeration, text, a number, a tuple or one of these."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _read_one_of(get_args(kind), value)
    if origin is tuple:
        return _read_tuple(get_args(kind), value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _read_members(kind, value)
    if kind is float:
        kind = int | float
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in list(kind):
            raise NotShown(f"{value!r} is no {kind.__name__}")
        return kind(value)
    if isinstance(value, bool) or not isinstance(value, kind):
        raise NotShown(f"{type(value).__name__} where {kind} belongs")
    return value


def _read_one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    if NoneType in kinds:
        [kind] = (each for each in kinds if each is not NoneType)
        return None if value is None else _read(kind, value)
    name = value.get("block") if isinstance(value, dict) else None
    if not isinstance(name, str) or name not in BLOCKS:
        raise NotShown(f"no block is called {name!r}")
    return _read_members(BLOCKS[name], {n: v for n, v in value.items() if n != "block"})


def _read_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise NotShown(f"{type(value).__name__} where a list belongs")
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], each) for each in value)
    if len(value) != len(kinds):
        raise NotShown(f"{len(value)} where {len(kinds)} belong together")
    return tuple(_read(kind, each) for kind, each in zip(kinds, value, strict=True))


def _read_members(kind: type, value: Any) -> Any:
    if not isinstance(value, dict):
        raise NotShown(f"{type(value).__name__} where {kind.__name__} belongs")
    members = _members(kind)
    unknown = value.keys() - {member.name for member in members}
    missing = [m.name for m in members if m.name not in value and m.default is MISSING]
    if unknown or missing:
        raise NotShown(f"{kind.__name__} with {sorted(unknown)} and without {missing}")
    types = _types(kind)
    return kind(**{name: _read(types[name], each) for name, each in value.items()})
