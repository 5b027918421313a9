"""What the closure checklist needs besides the ticket, put together in one way on both sides.

Each side fetches in its own manner, and hands in the documents that it found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.closure.missing import (
    OTHER_CAUSES,
    WITHOUT_PARTS,
    Authorship,
    ChecklistFacts,
    OfficeFacts,
)
from shared.operations.operation import Kind
from shared.ticket.asset import Asset
from shared.ticket.profile import ASKS_METER, asks_meter
from shared.ticket.ticket import Ticket

WORK = frozenset({Kind.SET, Kind.APPEND, Kind.SIGN})
"""The kinds of operation by which work is captured; a command moves the ticket, a void strikes
out."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The documents around a ticket, empty where there is none: its asset, the engineer's stock,
    the organisation, and the catalogues of root causes, of classifications and of parts."""

    asset: Document = field(default_factory=dict)
    stock: Document = field(default_factory=dict)
    root_causes: Document = field(default_factory=dict)
    parts: Document = field(default_factory=dict)
    final_classifications: Document | None = None
    organisation: Document = field(default_factory=dict)


Captured = tuple[Kind, str, datetime]
"""An operation of an engineer: its kind, whose it is, and when by the clock of the tablet that
finalises (zoned)."""


def checklist_facts(
    ticket: Ticket,
    fetched: Fetched,
    captured: Iterable[Captured] = (),
    clock_offset: timedelta = timedelta(),
    office: OfficeFacts | None = None,
) -> ChecklistFacts:
    """What the checklist asks for. `clock_offset` is server time minus tablet time; `office` is
    what only the server knows, None on the tablet. PROCESS.md, Closure checklist."""
    return ChecklistFacts(
        asset=Asset.of(ticket.asset, fetched.asset) if ticket.asset and fetched.asset else None,
        compatible={
            cause["code"]: frozenset(cause.get("classifications") or ())
            for cause in fetched.root_causes.get("items") or ()
        },
        can_classify=_can_classify(fetched.final_classifications),
        without_parts=without_parts(fetched.final_classifications or {}),
        asks_text=asks_text(fetched.root_causes),
        asks_meter=asks_meter(fetched.organisation, fetched.asset.get(ASKS_METER)),
        parts=frozenset(part["code"] for part in fetched.parts.get("items") or ()),
        stock=dict(fetched.stock.get("items") or {}),
        authors=tuple(Authorship(engineer, at) for kind, engineer, at in captured if kind in WORK),
        clock_offset=clock_offset,
        office=office,
    )


def without_parts(classifications: Document) -> frozenset[str]:
    """The classifications that go with no part: those the catalogue marks, else the usual two."""
    items = classifications.get("items") or ()
    return frozenset(item["code"] for item in items if item.get("without_parts")) or WITHOUT_PARTS


def asks_text(root_causes: Document) -> frozenset[str]:
    """The causes that are to be described in words."""
    items = root_causes.get("items") or ()
    return OTHER_CAUSES | {item["code"] for item in items if item.get("asks_text")}


def _can_classify(classifications: Document | None) -> bool:
    """Whether there is any that an engineer may give: nobody is asked what cannot be answered."""
    if classifications is None:
        return True
    return any(item.get("by") != "system" for item in classifications.get("items") or ())
