"""The work on a ticket: what the engineer did, with what, for how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.time.timestamps import instant


def not_voided(
    entries: Mapping[str, Iterable[Mapping[str, Any]]], collection: str
) -> tuple[Mapping[str, Any], ...]:
    """The entries of a collection that nobody voided, in order of capture (their UUIDv7 ids)."""
    rows = (entry for entry in entries.get(collection, ()) if "voided" not in entry)
    return tuple(sorted(rows, key=lambda entry: str(entry["id"])))


@dataclass(frozen=True, slots=True)
class Meter:
    """Page counts as the device shows them; `bw` and `colour` are None on a device with one."""

    total: int
    bw: int | None = None
    colour: int | None = None

    @classmethod
    def of(cls, doc: Mapping[str, Any] | None) -> "Meter | None":
        if not doc or doc.get("total") is None:
            return None
        return cls(int(doc["total"]), doc.get("bw"), doc.get("colour"))


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with the customer: when, how (`phone`, `in_person`, …), with whom. R033."""

    id: str
    at: datetime | None
    how: str
    whom: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Contact":
        return cls(
            entry["id"], instant(entry.get("at")), entry.get("how") or "", entry.get("with") or ""
        )


@dataclass(frozen=True, slots=True)
class Action:
    """One thing done, in words. R037."""

    id: str
    at: datetime | None
    text: str
    by: str | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Action":
        return cls(entry["id"], instant(entry.get("at")), entry.get("text") or "", entry.get("by"))


@dataclass(frozen=True, slots=True)
class PartUsed:
    """A part put in: catalogue code, pieces, serial where it has one, why beyond van stock."""

    id: str
    code: str
    quantity: int
    serial: str = ""
    justification: str = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "PartUsed":
        return cls(
            entry["id"],
            entry.get("code") or "",
            int(entry.get("quantity") or 0),
            entry.get("serial") or "",
            entry.get("justification") or "",
        )


@dataclass(frozen=True, slots=True)
class PartPending:
    """A part still to come; `blocking` keeps the ticket open, `special` escalates. R038, R041."""

    id: str
    code: str
    quantity: int
    blocking: bool = False
    special: bool = False
    eta: str | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "PartPending":
        return cls(
            entry["id"],
            entry.get("code") or "",
            int(entry.get("quantity") or 0),
            bool(entry.get("blocking")),
            bool(entry.get("special")),
            entry.get("eta"),
        )


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """A stretch of time, zoned: `travel`, `work` or `wait`. R133."""

    id: str
    start: datetime
    end: datetime
    kind: str = "work"

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "TimeEntry":
        return cls(
            entry["id"], instant(entry["start"]), instant(entry["end"]), entry.get("kind") or "work"
        )

    @property
    def hours(self) -> float:
        """Length in hours; negative when the ends are swapped, which CL14 catches."""
        return (self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that is nobody's field."""

    id: str
    at: datetime | None
    text: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Note":
        return cls(entry["id"], instant(entry.get("at")), entry.get("text") or "")


@dataclass(frozen=True, slots=True)
class Reading:
    """A meter read at a moment."""

    id: str
    at: datetime | None
    meter: Meter | None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Reading":
        return cls(entry["id"], instant(entry.get("at")), Meter.of(entry.get("meter")))
