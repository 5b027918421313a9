"""The checks through which every record comes in: what a record of each kind may look like.

An office may send anything, today's or an old one: what a screen or a report reads has its shape
here, and what fits none is set aside whole, so that nothing beside it suffers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from shared.ticket.fields import COLLECTION, FIELDS, METER, Owner
from shared.ticket.plain import plain
from shared.ticket.profile import METERS
from shared.ticket.shapes import (
    ANYTHING,
    COUNT,
    FLAG,
    NAME,
    OBJECT,
    TEXT,
    TIME,
    Check,
    Shape,
    Unreadable,
    list_of,
    mapping,
    members,
    one_of,
)
from shared.ticket.ticket import State
from shared.time.zones import zone_called

LONGEST = 10 * 20_000
"""Characters of a text: two people's words at once are both kept, and may be so again."""

LONGEST_SKEW = 10 * 366 * 24 * 3600 * 1000
"""Milliseconds that a clock may be wrong: ten years."""

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """A record as it may be read. `doc` and `entries` hold only what fits; `why` says what does
    not, and is empty where everything does."""

    doc: Doc
    entries: Mapping[str, Any]
    why: str = ""


def checked(record: str, id: str, doc: Any, entries: Any = None) -> Checked:
    """What of a record may be read. Never raises, whatever `doc` and `entries` are.

    Of a catalogue and a van the items that fit are left, of an asset, a customer, a site and the
    organisation the members; of any other record nothing, for half a ticket would be taken for a
    whole one.
    """
    try:
        plain({"doc": doc, "entries": entries})
        mapping(doc, record)
        return _CHECKS.get(record, _as_it_is)(id, doc, {} if entries is None else entries)
    except Unreadable as error:
        return _sifted_or_nothing(record, id, doc, str(error))


def check_record(record: str, id: str, doc: Any, entries: Any = None) -> None:
    """Raises Unreadable for a record of which anything does not fit."""
    why = checked(record, id, doc, entries).why
    if why:
        raise Unreadable(why)


def fit(shape: Shape, value: Any, where: str) -> None:
    """Like the check of the shape, but of texts that were put together: see LONGEST."""
    _check_of(shape)(value, where)


@cache
def _check_of(shape: Shape) -> Check:
    """That check, put together once: every member of every ticket that comes in goes through."""
    if shape.kind == "text":
        return _any_text
    if shape.kind == "members":
        return _members_fit(shape)
    if shape.kind == "list" and shape.item is not None:
        return _list_fits(_check_of(shape.item))
    return shape.check


def _any_text(value: Any, where: str) -> None:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise Unreadable(f"{where} is not text of at most {LONGEST} characters")


def _members_fit(shape: Shape) -> Check:
    checks = {member: _check_of(right) for member, right in shape.members.items()}

    def check(value: Any, where: str) -> None:
        mapping(value, where)
        for member, each in value.items():
            if each is not None and member in checks:
                checks[member](each, f"{where}.{member}")
        for member in shape.required:
            if value.get(member) is None:
                raise Unreadable(f"{where}.{member} is missing")

    return check


def _list_fits(right: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise Unreadable(f"{where} is not a list")
        for index, each in enumerate(value):
            right(each, f"{where}[{index}]")

    return check


def _label(value: Any, where: str) -> None:
    """Words of the office: in both languages as {es, en}, or in one."""
    if isinstance(value, str):
        return
    mapping(value, where)
    for language, words in value.items():
        if words is not None and not isinstance(words, str):
            raise Unreadable(f"{where}.{language} is not text")


def _code(value: Any, where: str) -> None:
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{where} is no code")


def _skew(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LONGEST_SKEW:
        raise Unreadable(f"{where} is not a difference of clocks in milliseconds")


def _zone(value: Any, where: str) -> None:
    if zone_called(value) is None:
        raise Unreadable(f"{where} is no zone of the time zone database")


def _paper(value: Any, where: str) -> None:
    if value not in ("letter", "a4"):
        raise Unreadable(f"{where} is neither letter nor a4")


def _losses(value: Any, where: str) -> None:
    mapping(value, where)
    for name, loss in value.items():
        fit(_LOSS, loss, f"{where}.{name[:40]}")


_LABEL, _CODE = Shape("label", _label), Shape("code", _code)
_LOSS = members(at=TIME, reason=TEXT, accepted=members(reason=TEXT))
_ZONE = Shape("zone", _zone)
_TEXTS = list_of(TEXT)
_FROM_TO = members(**{"from": TIME, "to": TIME})

_OF_COMMANDS: Mapping[str, Shape] = {
    "state": one_of(State),
    "flags": _TEXTS,
    "escalation": members(
        level=COUNT, acknowledged=TIME,
        events=list_of(members(("at",), at=TIME, level=COUNT, trigger=TEXT, reason=TEXT)),
    ),
    "question": TEXT,
    "rejection": TEXT,
    "paused": list_of(_FROM_TO),
    "finalised": members(at=TIME, by=TEXT),
    "finalise_missing": members(
        missing=list_of(members(
            rule=TEXT, field=TEXT, sentence=TEXT, sentences=members(es=TEXT, en=TEXT),
        )),
    ),
    "reopen_count": COUNT,
    "merged_into": TEXT,
    "clock_skew": Shape("skew", _skew),
    "bytes_lost": Shape("losses", _losses),
}  # fmt: skip
"""What commands write and somebody reads again; in the table of fields they have no shape, for no
tablet ever sends them."""

_FIELDS: Mapping[str, Shape] = {
    field.name: shape
    for field in FIELDS
    if (shape := _OF_COMMANDS.get(field.name, field.shape)) is not ANYTHING
}
_FIELD_CHECKS: Mapping[str, Check] = {name: _check_of(shape) for name, shape in _FIELDS.items()}
assert _OF_COMMANDS.keys() <= {f.name for f in FIELDS if f.owner is Owner.COMMAND}

_ENTRIES: Mapping[str, Shape] = {
    name: members(
        collection.required, by=TEXT, **{member.name: member.shape for member in collection.members}
    )
    for name, collection in COLLECTION.items()
}

_PAST_SERVICE = members(
    folio=TEXT, opened_at=TIME, closed_at=TIME, description=TEXT, root_cause=TEXT,
    final_classification=TEXT, solution=TEXT,
)  # fmt: skip

_DOCUMENTS: Mapping[str, Shape] = {
    "asset": members(
        serial=TEXT, make=TEXT, model=TEXT, colour=FLAG, location=TEXT, customer=TEXT, site=TEXT,
        meter=METER, history=list_of(_PAST_SERVICE), asks_meter=FLAG,
    ),
    "customer": members(name=TEXT, locale=TEXT, contract=_LABEL, email=TEXT),
    "site": members(name=TEXT, address=TEXT, customer=TEXT, zone=_ZONE),
    "answer": members(title=_LABEL, text=_LABEL, types=_TEXTS, codes=_TEXTS),
}  # fmt: skip

_ITEMS: Mapping[str, Shape] = {
    "root_causes": members(
        ("code",), code=_CODE, label=_LABEL, name=_LABEL, family=TEXT, classifications=_TEXTS,
        parts=_TEXTS, asks_text=FLAG, retired=FLAG,
    ),
    "final_classifications": members(
        ("code",), code=_CODE, label=_LABEL, name=_LABEL, by=TEXT, without_parts=FLAG, retired=FLAG
    ),
    "parts": members(
        ("code",), code=_CODE, label=_LABEL, name=_LABEL, special=FLAG, eta_days=COUNT,
        retired=FLAG,
    ),
    "people": members(("id",), id=_CODE, name=TEXT, role=TEXT),
}  # fmt: skip
"""Of a catalogue by its id: what each of its items is."""

_ORGANISATION: Mapping[str, Shape] = {
    "name": TEXT,
    "organisation": _LABEL,
    "support": members(phone=_LABEL, email=_LABEL, web=_LABEL, hours=_LABEL),
    "colours": members(light=OBJECT),
    "consent": _LABEL,
    "zone": _ZONE,
    "paper": Shape("paper", _paper),
    "verify_at": TEXT,
    "logo_jpeg": TEXT,
    "calendar": OBJECT,
    METERS: FLAG,
}
"""The members of the organisation's document that somebody reads."""


def _as_it_is(id: str, doc: Doc, entries: Any) -> Checked:
    return Checked(doc, entries)


def _ticket(id: str, doc: Doc, entries: Any) -> Checked:
    for name, value in doc.items():
        if value is not None and name in _FIELD_CHECKS:
            _FIELD_CHECKS[name](value, name)
    mapping(entries, "entries")
    for collection, rows in entries.items():
        if not isinstance(rows, list):
            raise Unreadable(f"{collection} is not a list")
        if collection in _ENTRIES:
            for index, entry in enumerate(rows):
                _entry(collection, entry, f"{collection}[{index}]")
    return Checked(doc, entries)


def _entry(collection: str, entry: Any, where: str) -> None:
    mapping(entry, where)
    if not isinstance(entry.get("id"), str) or not NAME.fullmatch(entry["id"]):
        raise Unreadable(f"{where}.id is not a name")
    fit(_ENTRIES[collection], entry, where)


def _document(record: str) -> Callable[[str, Doc, Any], Checked]:
    def check(id: str, doc: Doc, entries: Any) -> Checked:
        fit(_DOCUMENTS[record], doc, record)
        return Checked(doc, {})

    return check


def _stock(id: str, doc: Doc, entries: Any) -> Checked:
    items = doc.get("items")
    mapping({} if items is None else items, "stock.items")
    for code, quantity in (items or {}).items():
        fit(COUNT, quantity, f"stock.items.{code[:40]}")
    return Checked(doc, {})


def _catalogue(id: str, doc: Doc, entries: Any) -> Checked:
    if id == "organisation":
        for name, shape in _ORGANISATION.items():
            if doc.get(name) is not None:
                fit(shape, doc[name], name)
    elif id == "checklist":
        fit(COUNT, doc.get("version"), "checklist.version")
    elif id in _ITEMS:
        fit(members(items=list_of(_ITEMS[id])), doc, id)
    return Checked(doc, {})


_CHECKS: Mapping[str, Callable[[str, Doc, Any], Checked]] = {
    "ticket": _ticket,
    "stock": _stock,
    "catalogue": _catalogue,
    **{record: _document(record) for record in _DOCUMENTS},
}


def _sifted_or_nothing(record: str, id: str, doc: Any, why: str) -> Checked:
    shapes = _ORGANISATION if (record, id) == ("catalogue", "organisation") else {}
    if record in _SIFTED:
        shapes = _DOCUMENTS[record].members
    if not isinstance(doc, dict):
        return Checked({}, {}, why)
    if shapes:
        return Checked(dict(_fitting(shapes, doc)), {}, why)
    items = doc.get("items")
    if record == "catalogue" and id in _ITEMS and isinstance(items, list):
        return Checked({"name": id, "items": _fitting_items(_ITEMS[id], items)}, {}, why)
    if record == "stock" and isinstance(items, dict):
        return Checked({"items": {k: v for k, v in items.items() if _fits(COUNT, v)}}, {}, why)
    return Checked({}, {}, why)


_SIFTED = ("asset", "customer", "site")


def _fitting(shapes: Mapping[str, Shape], doc: Doc) -> Iterator[tuple[str, Any]]:
    for name, shape in shapes.items():
        value = doc.get(name)
        if shape.item is not None and isinstance(value, list):
            yield name, _fitting_items(shape.item, value)
        elif value is not None and _fits(shape, value):
            yield name, value


def _fitting_items(shape: Shape, items: list[Any]) -> list[Any]:
    return [item for item in items if item is not None and _fits(shape, item)]


def _fits(shape: Shape, value: Any) -> bool:
    try:
        plain(value)
        fit(shape, value, "")
    except Unreadable:
        return False
    return True
