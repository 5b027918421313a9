"""The texts of a visit by name: kept as drafts while they are typed, then where each belongs.

`diagnosis` is a field, `meter.total` a figure of the meter, `justification.REF-1` the reason beside
a part, `caption.0190…` the words under the photo that was captured under this id. What has no place
of its own yet (`action`, `contact`) stays a draft until it is added, and so does a search.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from field_app.device.device import Device
from field_app.device.trouble import Trouble
from field_app.store import drafts, tickets, view
from field_app.store.database import Database
from field_app.visit import work
from shared.ticket import fields
from shared.ticket.asset import Asset
from shared.ticket.evidence import Evidence
from shared.ticket.work import not_voided
from shared.words.figures import NotWhole, whole_figure

PREFIX = "text:"
SEARCH = "search."


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is no operation yet; `base` is what the record said when it was begun."""

    ticket: str
    name: str
    text: str
    base: str


class NotAdded(Trouble):
    """Words that were typed and are in no place yet: they would not be in the report."""

    key = "sync.trouble.not_added"


class NotACount(Trouble):
    """What was typed for a meter is no count."""

    key = "sync.trouble.not_a_count"


@dataclass(frozen=True, slots=True)
class Scribe:
    """What writing needs: the machine, the locale of typed figures, the reason of a correction."""

    device: Device
    locale: str
    reason: str


def save(database: Database, ticket: str, name: str, text: str, base: str) -> None:
    """Keep a draft; durable when this returns. It remembers the revision that was seen first."""
    with database.transaction():
        before = drafts.draft(database, ticket, PREFIX + name) or {}
        rev = before.get("rev", work.base_revision(database, ticket))
        drafts.save_draft(database, ticket, PREFIX + name, {"text": text, "base": base, "rev": rev})


def draft(database: Database, ticket: str, name: str) -> Draft | None:
    """The draft of one text."""
    found = drafts.draft(database, ticket, PREFIX + name)
    return Draft(ticket, name, found["text"], found["base"]) if found else None


def drop(database: Database, ticket: str, name: str) -> None:
    """Forget a draft: it was added, or thrown away."""
    drafts.drop_draft(database, ticket, PREFIX + name)


def keep(database: Database, scribe: Scribe, ticket: str, name: str, text: str) -> None:
    """Write the text where it belongs, and end its draft: one transaction. Text that the record
    has already makes no operation. Raises NotACount, and what `work` raises."""
    with database.transaction():
        seen = (drafts.draft(database, ticket, PREFIX + name) or {}).get("rev")
        _write(database, scribe, ticket, name, text.strip(), seen)
        drop(database, ticket, name)


def keep_all(database: Database, scribe: Scribe, ticket: str | None) -> None:
    """Make an operation of every draft that has a place; what cannot be written stays a draft."""
    for each in _all(database, ticket):
        if _has_a_place(each.name):
            try:
                keep(database, scribe, each.ticket, each.name, each.text)
            except Trouble:
                continue  # `unadded` names it, and whoever hands the ticket over is told.


def unadded(database: Database, ticket: str) -> list[Draft]:
    """The texts of a ticket that are only drafts, searches aside."""
    return [
        each
        for each in _all(database, ticket)
        if each.text.strip() and not each.name.startswith(SEARCH)
    ]


def _all(database: Database, ticket: str | None) -> list[Draft]:
    return [
        Draft(of, name.removeprefix(PREFIX), value["text"], value["base"])
        for of, name, value in drafts.drafts_of(database, ticket, PREFIX)
    ]


def _has_a_place(name: str) -> bool:
    return _is_field(name) or name.split(".")[0] in ("meter", "justification", "caption")


def _is_field(name: str) -> bool:
    return any(each.name == name and each.shape.kind == "text" for each in fields.FIELDS)


def _write(
    database: Database, scribe: Scribe, ticket: str, name: str, text: str, seen: int | None
) -> None:
    kind, _, rest = name.partition(".")
    if _is_field(name):
        work.set_fields(database, scribe.device, ticket, {name: text}, seen)
    elif kind == "meter":
        _write_meter(database, scribe, ticket, rest, text, seen)
    elif kind == "justification":
        _justify(database, scribe, ticket, rest, text)
    elif kind == "caption":
        _caption(database, scribe, ticket, rest, text)
    else:
        raise KeyError(name)


def _write_meter(
    database: Database, scribe: Scribe, ticket: str, which: str, text: str, seen: int | None
) -> None:
    # Either figure may come first: what was read of the other stays.
    detail = tickets.detail(database, ticket)
    try:
        figure = whole_figure(text, scribe.locale) if text else None
    except NotWhole as error:
        raise NotACount from error
    read = {**(detail.ticket.record.fields.get("meter") or {}), which: figure}
    meter = reading(read, detail.asset)
    work.set_fields(database, scribe.device, ticket, {"meter": meter}, seen)


def reading(read: Mapping[str, int | None], asset: Asset | None) -> dict[str, int] | None:
    """The meter of an operation. On a colour machine colour is what black leaves of the total."""
    figures = {name: figure for name in ("total", "bw") if (figure := read.get(name)) is not None}
    if asset and asset.colour and len(figures) == 2:
        figures["colour"] = max(figures["total"] - figures["bw"], 0)
    return figures or None


def _justify(database: Database, scribe: Scribe, ticket: str, code: str, text: str) -> None:
    for row in _rows(database, ticket, "parts_used"):
        if row["code"] == code and (row.get("justification") or "") != text:
            entry = {**_anew(row), "justification": text or None}
            _replace(database, scribe, ticket, "parts_used", [row], entry)


def _caption(database: Database, scribe: Scribe, ticket: str, first: str, text: str) -> None:
    """An entry is never changed: the same bytes under another caption, and the old struck out.

    `first` is the id under which the photo was captured: two photos may be equal to the byte.
    """
    rows = _rows(database, ticket, "evidence")
    old = [row for row in rows if Evidence.of(row).first == first]
    if old and (old[-1].get("caption") or "") != text:
        entry = {**_anew(old[-1]), "caption": text, "replaces": first}
        _replace(database, scribe, ticket, "evidence", old, entry)


def _rows(database: Database, ticket: str, collection: str) -> list[Mapping[str, Any]]:
    record = view.viewed(database, ticket)
    return list(not_voided(record.entries, collection)) if record else []


def _anew(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("id", "late")}


def _replace(
    database: Database,
    scribe: Scribe,
    ticket: str,
    collection: str,
    old: list[Mapping[str, Any]],
    entry: Mapping[str, Any],
) -> None:
    kept = {name: value for name, value in entry.items() if value is not None}
    work.append(database, scribe.device, ticket, collection, kept)
    for row in old:
        work.void(database, scribe.device, ticket, collection, row["id"], scribe.reason)
