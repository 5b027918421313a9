"""A finished visit, in words of the record: what an engineer captures, and in which order.

The words are those of the finished record in `tests.shared.records`. Whoever captures them is a
`Hand`: `OnTablet` for a real tablet's session, `tests.sync_server.visit.Visit` for a tablet that
tells it by the contract alone, `tests.faults.field.Field` for one that keeps a notebook.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from field_app.session.session import Session
from tests.pictures import photo
from tests.shared.records import ENTRIES, FIELDS, SIGN_OFF

FOUND: Mapping[str, Any] = {
    name: FIELDS[name]
    for name in (
        "history_reviewed", "serial_matched", "meter", "diagnosis", "root_cause", "solution",
        "final_classification",
    )
}  # fmt: skip
"""What the engineer found and did, as fields."""

FOUND_WITHOUT_METER: Mapping[str, Any] = {
    **{name: value for name, value in FOUND.items() if name != "meter"},
    "meter_exception": "El equipo no enciende: no hay contador que leer.",
}


def _said(collection: str) -> Mapping[str, Any]:
    """The first entry of a collection, without what each tablet fills in itself."""
    return {n: v for n, v in ENTRIES[collection][0].items() if n not in ("id", "at")}


CONTACT, ACTION, PART = (_said(name) for name in ("contacts", "actions", "parts_used"))

SIGNER: Mapping[str, Any] = {name: SIGN_OFF[name] for name in ("name", "position")}
"""Who signs for the customer."""


class Hand(Protocol):
    """Who captures a visit to one ticket."""

    def now(self) -> datetime:
        """The tablet's clock."""

    def arrive(self) -> None:
        """On site, now; an assigned ticket starts."""

    def set(self, **fields: Any) -> None:
        """Fields, one operation."""

    def append(self, collection: str, **entry: Any) -> object:
        """An entry, one operation."""

    def photo(self, kind: str, number: int, caption: str) -> object:
        """A photo of its own, one operation."""


def work_on_site(hand: Hand, **fields: Any) -> None:
    """Everything that the checklist wants but the signature; `fields` go with the departure."""
    hand.arrive()
    hand.append("contacts", **CONTACT)
    began = hand.now()
    hand.set(**FOUND)
    hand.photo("before", 1, "Código C6000")
    hand.append("actions", **ACTION)
    hand.append("parts_used", **PART)
    hand.photo("after", 2, "Imprime bien")
    _tested(hand)
    _worked(hand, began)
    hand.set(departed_at=hand.now().isoformat(), **fields)


def work_without_photos(hand: Hand, began: datetime, mode: str) -> None:
    """What the checklist wants of a machine that does not start; it asks for evidence besides."""
    hand.append("contacts", **CONTACT)
    hand.set(mode=mode, **FOUND_WITHOUT_METER)
    hand.append("actions", **ACTION)
    _worked(hand, began)
    _tested(hand)


def _worked(hand: Hand, began: datetime) -> None:
    end = hand.now()
    start = min(began, end - timedelta(seconds=1))  # the clock of a test may stand still
    hand.append("time_entries", kind="work", start=start.isoformat(), end=end.isoformat())


def _tested(hand: Hand) -> None:
    hand.set(test_result="passed", tested_at=hand.now().isoformat())


@dataclass(frozen=True)
class OnTablet:
    """A real tablet's session at work on a ticket."""

    session: Session
    ticket: str

    def now(self) -> datetime:
        return self.session.now()

    def arrive(self) -> None:
        self.session.arrive(self.ticket)

    def set(self, **fields: Any) -> None:
        self.session.set_field(self.ticket, **fields)

    def append(self, collection: str, **entry: Any) -> object:
        return self.session.append(self.ticket, collection, **entry)

    def photo(self, kind: str, number: int, caption: str) -> object:
        return self.session.keep_photo(self.ticket, kind, photo(number), caption=caption)
