"""The shape of every field and entry: what an operation from outside is checked against."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from shared.ticket.evidence import EvidenceKind
from shared.ticket.sign_off import SignOffOutcome
from shared.ticket.ticket import Channel, Mode, Nature, Priority, Type
from shared.time.timestamps import NotAnInstant, instant


class Unreadable(ValueError):
    """This body says something that no version of the contract means; the sentence says where."""


Shape = Callable[[Any, str], None]

LONGEST_TEXT = 20_000
NAME = re.compile(r"[!-~]{1,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")


def _is(kind: type | tuple[type, ...], said: str) -> Shape:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise Unreadable(f"{where} is not {said}")

    return check


flag = _is(bool, "true or false")
mapping = _is(dict, "an object")
_number = _is((int, float), "a number")
_whole = _is(int, "a whole number")
_words = _is(str, "text")
_moment = _is(str, "a time")
_list = _is(list, "a list")


def text(value: Any, where: str) -> None:
    _words(value, where)
    if len(value) > LONGEST_TEXT:
        raise Unreadable(f"{where} is longer than {LONGEST_TEXT} characters")


def name(value: Any, where: str) -> None:
    """An id, or the name of a field: something that has to fit where names are looked up."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise Unreadable(f"{where} is not a name of 1 to 64 visible ASCII characters")


def count(value: Any, where: str) -> None:
    _whole(value, where)
    if not 0 <= value <= 2**53:
        raise Unreadable(f"{where} is out of range")


def time(value: Any, where: str) -> None:
    try:
        _moment(value, where)
        instant(value)
    except NotAnInstant as error:
        raise Unreadable(f"{where}: {error}") from error


def sha256_hex(value: Any, where: str) -> None:
    if not isinstance(value, str) or not SHA256.fullmatch(value):
        raise Unreadable(f"{where} is not a sha256 in hex")


def one_of(codes: type[StrEnum]) -> Shape:
    return code_in(*(code.value for code in codes))


def code_in(*codes: str) -> Shape:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in codes:
            raise Unreadable(f"{where} is none of {', '.join(codes)}")

    return check


def members(**shapes: Shape) -> Shape:
    """An object whose known members have these shapes; unknown members stay as they are."""

    def check(value: Any, where: str) -> None:
        mapping(value, where)
        for member, shape in shapes.items():
            if value.get(member) is not None:
                shape(value[member], f"{where}.{member}")

    return check


def list_of(shape: Shape, most: int = 10_000) -> Shape:
    def check(value: Any, where: str) -> None:
        _list(value, where)
        if len(value) > most:
            raise Unreadable(f"{where} has more than {most} items")
        for index, item in enumerate(value):
            shape(item, f"{where}[{index}]")

    return check


def _point(value: Any, where: str) -> None:
    if not isinstance(value, list) or len(value) != 3:
        raise Unreadable(f"{where} is not a point [x, y, ms]")
    for number in value:
        _number(number, where)


_SPAN = members(engineer=text, since=time, until=time)


def _term(value: Any, where: str) -> None:
    _SPAN(value, where)
    for member in ("engineer", "since"):
        if value.get(member) is None:
            raise Unreadable(f"{where}.{member} is missing")


METER = members(total=count, bw=count, colour=count)
POSITION = members(lat=_number, lon=_number, accuracy=_number)

SIGN_OFF = members(
    id=text, outcome=one_of(SignOffOutcome), name=text, position=text, reason=text, remarks=text,
    strokes=list_of(list_of(_point)), typed=text, witness=text, signed_at=time, place=mapping,
    locale=text, text=text, digest=sha256_hex,
)  # fmt: skip

FIELDS: Mapping[str, Shape] = {
    "folio": text, "provisional_folio": text, "channel": one_of(Channel),
    "nature": one_of(Nature), "type": one_of(Type), "priority": one_of(Priority),
    "requester": members(
        name=text, contact=text, kind=code_in("customer", "channel", "consultant")
    ),
    "customer": text, "site": text, "asset": text, "description": text, "impact": text,
    "warranty": flag, "billable": flag, "group": text, "watchers": list_of(text),
    "assignee": text, "provisional_classification": text, "created_at": time, "created_by": text,
    "due": members(response=time, on_site=time, resolution=time), "follow_up_of": text,
    "assignments": list_of(_term),
    "mode": one_of(Mode), "arrived_at": time, "departed_at": time,
    "history_reviewed": flag, "serial_matched": flag, "meter": METER, "meter_exception": text,
    "diagnosis": text, "root_cause": text, "root_cause_text": text, "solution": text,
    "test_result": code_in("passed", "failed"), "tested_at": time, "final_classification": text,
    "satisfaction": members(rating=count, comment=text), "sign_off": SIGN_OFF,
}  # fmt: skip

ENTRIES: Mapping[str, Mapping[str, Shape]] = {
    "contacts": {"at": time, "how": text, "with": text},
    "actions": {"at": time, "text": text},
    "parts_used": {"code": text, "quantity": count, "serial": text, "justification": text},
    "parts_pending": {
        "code": text, "quantity": count, "blocking": flag, "special": flag, "eta": text,
    },
    "time_entries": {"start": time, "end": time, "kind": code_in("travel", "work", "wait")},
    "evidence": {
        "sha256": sha256_hex, "mime": text, "size": count, "kind": one_of(EvidenceKind),
        "caption": text, "taken_at": time, "position": POSITION,
    },
    "notes": {"at": time, "text": text},
    "readings": {"at": time, "meter": METER},
}  # fmt: skip

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "time_entries": ("start", "end"),
    "evidence": ("sha256", "kind"),
}
"""Members without which an entry means nothing."""


def check_fields(fields: Any) -> None:
    """Every known field has its shape; unknown ones are kept. null clears. Raises Unreadable."""
    mapping(fields, "fields")
    if not fields:
        raise Unreadable("fields is empty")
    for field, value in fields.items():
        name(field, "the name of a field")
        if value is not None and field in FIELDS:
            FIELDS[field](value, field)


def check_collection(collection: Any) -> None:
    """One of the collections of a ticket. Raises Unreadable."""
    if not isinstance(collection, str) or collection not in ENTRIES:
        raise Unreadable(f"there is no collection {str(collection)[:60]!r}")


def check_entry(collection: Any, entry: Any) -> None:
    """The entry has an id and its known members their shapes. Raises Unreadable."""
    check_collection(collection)
    mapping(entry, collection)
    name(entry.get("id"), f"{collection}.id")
    for member in REQUIRED.get(collection, ()):
        if entry.get(member) is None:
            raise Unreadable(f"{collection}.{member} is missing")
    members(**ENTRIES[collection])(entry, collection)
