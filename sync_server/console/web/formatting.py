"""Values of the record as a person reads them: codes as words, ids as names, times by the clock."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import select

from shared.report.phrases import Phrases, joined
from shared.ticket.fields import FIELD
from shared.ticket.shapes import TIME
from shared.time.timestamps import NotAnInstant, instant
from shared.words import NoWords
from sync_server.console.web.page import Page
from sync_server.database.tables import user
from sync_server.database.transactions import Transaction
from sync_server.identity.audit_log import COMMAND_LINE, NOBODY
from sync_server.records import records

LONGEST = 2_000


class Formatting:
    """One reading's view of codes and ids; what it looks up, it looks up once."""

    def __init__(self, tx: Transaction, page: Page) -> None:
        self._tx = tx
        self._page = page
        self._people: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}

    @cached_property
    def phrases(self) -> Phrases:
        """Words, figures and names of the catalogues in the visitor's language."""
        catalogues = {stored.id: stored.doc for stored in records.all_of(self._tx, "catalogue")}
        return Phrases(self._page.language, self._page.zone, catalogues)

    def field(self, name: str) -> str:
        """What a field or a collection is called; its own name when it has none."""
        try:
            return self._page.t(f"process.field.{name}")
        except NoWords:
            return name

    def person(self, id: str | None) -> str:
        """Somebody's name; Folio's own for the system."""
        if not id:
            return ""
        if id == "system":
            return self._page.t("process.role.system")
        if id == COMMAND_LINE:
            return self._page.t("access.command_line")
        if id == NOBODY.id:
            return self._page.t("access.nobody")
        if id not in self._people:
            found = self._tx.scalar(select(user.c.name).where(user.c.id == id))
            self._people[id] = found or id[:8]
        return self._people[id]

    def record(self, kind: str, id: str | None) -> str:
        """The name of a customer or site; make, model and serial of an asset."""
        if not id:
            return ""
        if (kind, id) not in self._names:
            stored = records.get(self._tx, kind, id)
            self._names[kind, id] = _record_name(kind, stored.doc) if stored else id[:8]
        return self._names[kind, id]

    def value(self, name: str, value: Any) -> str:
        """A field's value in words; a dash when there is none."""
        if value is None or value == "" or value == [] or value == {}:
            return "–"
        if isinstance(value, bool):
            return self._page.t("process.yes" if value else "process.no")
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, Mapping) and name in _COMPOUND:
            return _COMPOUND[name](self, value)
        return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST]

    def entry(self, collection: str, entry: Mapping[str, Any]) -> str:
        """An entry of a collection in one line."""
        tell = _ENTRIES.get(collection)
        return tell(self, entry) if tell else json.dumps(entry, ensure_ascii=False)[:LONGEST]

    def time(self, text: Any) -> str:
        """An instant out of the record; one that cannot be read stays as it was written."""
        try:
            return self._page.moment(instant(text)) if text else ""
        except NotAnInstant:
            return str(text)[:80]

    def _text(self, name: str, text: str) -> str:
        field = FIELD.get(name)
        if field is None:
            return text[:LONGEST]
        if field.words:
            return self.phrases.code(field.words, text)
        if field.catalogue:
            return self.phrases.named(field.catalogue, text, show_code=True)
        if field.record:
            return self.person(text) if field.record == "user" else self.record(field.record, text)
        if field.shape is TIME:
            return self.time(text)
        return text[:LONGEST]

    def _meter(self, doc: Mapping[str, Any]) -> str:
        shown = [
            f"{self._page.t(f'meter.{name}')} {self.phrases.figure(doc.get(name))}"
            for name in ("total", "bw", "colour")
            if isinstance(doc.get(name), int)
        ]
        return joined(*shown)

    def _requester(self, doc: Mapping[str, Any]) -> str:
        return joined(str(doc.get("name") or ""), str(doc.get("contact") or ""))

    def _sign_off(self, doc: Mapping[str, Any]) -> str:
        said = self.phrases.code("signoff", str(doc.get("outcome") or ""))
        return joined(
            said, *(str(doc.get(n) or "") for n in ("name", "position", "reason", "remarks"))
        )

    def _satisfaction(self, doc: Mapping[str, Any]) -> str:
        rating = doc.get("rating")
        stars = "★" * int(rating) if isinstance(rating, int) and 0 < rating <= 5 else ""
        return joined(stars, str(doc.get("comment") or ""))

    def _due(self, doc: Mapping[str, Any]) -> str:
        shown = [
            f"{self._page.t(f'process.clock.{name}')}: {self.time(doc[name])}"
            for name in ("response", "on_site", "resolution")
            if doc.get(name)
        ]
        return joined(*shown)

    def _escalation(self, doc: Mapping[str, Any]) -> str:
        level = doc.get("level")
        return self._page.t("level", level=level) if level else "–"

    def _part(self, entry: Mapping[str, Any]) -> str:
        quantity = entry.get("quantity")
        name = self.phrases.named("parts", str(entry.get("code") or ""), show_code=True)
        serial = f"{self._page.t('serial')} {entry['serial']}" if entry.get("serial") else ""
        return joined(f"{quantity} × {name}", serial, str(entry.get("justification") or ""))

    def _pending(self, entry: Mapping[str, Any]) -> str:
        words = [
            self._page.t(f"pending.{name}") for name in ("blocking", "special") if entry.get(name)
        ]
        return joined(self._part(entry), *words, str(entry.get("eta") or ""))

    def _hours(self, entry: Mapping[str, Any]) -> str:
        kind = self.phrases.code("time", str(entry.get("kind") or "work"))
        return f"{kind}: {self.time(entry.get('start'))} → {self.time(entry.get('end'))}"

    def _contact(self, entry: Mapping[str, Any]) -> str:
        how = self.phrases.code("contact", str(entry.get("how") or ""))
        return joined(how, str(entry.get("with") or ""), self.time(entry.get("at")))

    def _evidence(self, entry: Mapping[str, Any]) -> str:
        kind = self.phrases.code("evidence", str(entry.get("kind") or ""))
        return joined(kind, str(entry.get("caption") or ""))

    def _words(self, entry: Mapping[str, Any]) -> str:
        return str(entry.get("text") or "")

    def _reading(self, entry: Mapping[str, Any]) -> str:
        return joined(self._meter(entry.get("meter") or {}), self.time(entry.get("at")))


_COMPOUND: Mapping[str, Callable[[Formatting, Mapping[str, Any]], str]] = {
    "meter": Formatting._meter,
    "requester": Formatting._requester,
    "sign_off": Formatting._sign_off,
    "satisfaction": Formatting._satisfaction,
    "due": Formatting._due,
    "escalation": Formatting._escalation,
}

_ENTRIES: Mapping[str, Callable[[Formatting, Mapping[str, Any]], str]] = {
    "contacts": Formatting._contact,
    "actions": Formatting._words,
    "notes": Formatting._words,
    "parts_used": Formatting._part,
    "parts_pending": Formatting._pending,
    "time_entries": Formatting._hours,
    "evidence": Formatting._evidence,
    "readings": Formatting._reading,
}


def _record_name(kind: str, doc: Mapping[str, Any]) -> str:
    if kind != "asset":
        return str(doc.get("name") or "")
    return joined(
        f"{doc.get('make') or ''} {doc.get('model') or ''}".strip(), str(doc.get("serial") or "")
    )
