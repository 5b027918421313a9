"""Hostile records from an office: valid JSON, wrong shapes in any member, and the tablet goes on.

`python -m tests.fuzz.records --count 20000 --seed 7`; `make soak` runs it before the simulation.
"""

import argparse
import gzip
import json
import logging
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx

from field_app.app.tablet import Tablet, open_tablet
from field_app.device.settings import read_settings
from field_app.store import base
from shared.operations.wire import content_digest
from shared.ticket.fields import COLLECTIONS, FIELDS
from shared.ticket.shapes import Shape
from tests.field_app.cast import TICKET, Clock, device, documents, ticket_fields
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SCOPES, SmallOffice
from tests.field_app.visits import run

AT_ONCE = 40
"""Records a round: each on a ticket of its own, but for those that everybody shares."""

DEEP = "deep \u0001 nesting"
LONG = "long \u0001 number"
"""Stand in a document for values that Python's own writer would not write."""

HALF = "\ud800"

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**53, 2**63, -(2**70), 10**400, 1e308, float("inf"), "", " ",
    "98,022", "no", "sí", "2026-02-30", "2026-02-10", "9999-12-31T23:59:59Z",
    "2026-03-09T10:00:00-06:00", "1900-01-01T00:00:00+23:59", HALF, "a\0b", "\u202e", "é" * 300,
    "x" * 30_000, [], [None], [[]], [1, "a", {}], {}, {"id": None}, {"": ""}, {"es": 7},
    {"total": "98,022"}, [{"at": "ayer"}], DEEP, LONG,
)  # fmt: skip

MOMENT = "2026-03-09T10:00:00-06:00"
SAMPLES: Mapping[str, Any] = {
    "text": "palabras", "flag": True, "number": 19.4, "count": 3, "time": MOMENT,
    "sha256": "ab" * 32, "object": {"lat": 19.4, "lon": -99.1}, "point": [1, 2, 3],
    "anything": "algo",
}  # fmt: skip

COMMANDED: Mapping[str, Any] = {
    "state": "in_analysis", "flags": ["urgent"], "question": "¿Sigue?", "rejection": "No",
    "escalation": {"level": 1, "events": [{"at": MOMENT, "level": 1, "trigger": "E1"}]},
    "paused": [{"from": MOMENT, "to": "2026-03-09T11:00:00-06:00"}], "clock_skew": 1200,
    "finalised": None, "reopen_count": 1, "merged_into": None, "referred_to": None,
    "finalise_missing": {"missing": [{"rule": "CL05", "field": "solution", "sentence": "Falta"}]},
    "closed_at": None, "validated_at": None,
    "bytes_lost": {"ab" * 32: {"at": MOMENT, "reason": "gone", "accepted": {"reason": "Sí"}}},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hostile:
    """A record as an office might send it; `ticket` is the one that shows it."""

    ticket: str
    record: str
    id: str
    doc: Any
    entries: Any


def hostile(seed: int) -> Hostile:
    """The record of a seed: a good one, of which one to three members are something else."""
    chance = Random(seed)
    ticket = f"018f0000-0000-7000-9000-{seed % 10**12:012d}"
    record, id, doc, entries = chance.choice([_ticket(ticket)] * 6 + list(_around(ticket)))
    whole = {"doc": doc, "entries": entries}
    for _ in range(chance.choice((1, 1, 2, 3))):
        _spoil(chance, whole)
    return Hostile(ticket, record, id, whole["doc"], whole["entries"])


def _ticket(id: str) -> tuple[str, str, Any, Any]:
    doc = {field.name: _sample(field.shape) for field in FIELDS}
    doc |= {**ticket_fields(), **COMMANDED, "folio": f"SEI-{id[-8:]}"}
    doc |= {name: f"{name}-{id[-12:]}" for name in ("customer", "site", "asset")}
    entries = {
        each.name: [{"id": f"entry-{n}", **{m.name: _sample(m.shape) for m in each.members}}
                    for n in (1, 2)]
        for each in COLLECTIONS
    }  # fmt: skip
    for entry in entries["evidence"]:
        entry["kind"] = "before"
    return "ticket", id, *json.loads(json.dumps([doc, entries]))


def _around(ticket: str) -> Iterator[tuple[str, str, Any, Any]]:
    for record, id, doc in documents():
        own = f"{record}-{ticket[-12:]}" if record in ("customer", "site", "asset") else id
        yield record, own, json.loads(json.dumps(doc)), {}
        if own != id:
            yield record, own, json.loads(json.dumps(doc)), {}


def _sample(shape: Shape) -> Any:
    if shape.codes:
        return shape.codes[0]
    if shape.members:
        return {name: _sample(each) for name, each in shape.members.items()}
    if shape.item is not None:
        return [_sample(shape.item)]
    return SAMPLES[shape.kind]


def _spoil(chance: Random, whole: dict[str, Any]) -> None:
    """Something else in one place: a value, a member more, or a member less."""
    place, key = chance.choice(list(_places(whole)))
    if isinstance(place, dict) and chance.random() < 0.1:
        del place[key]
    elif isinstance(place[key], dict) and chance.random() < 0.2:
        place[key][chance.choice(("id", "items", "voided", "at", "x", HALF))] = _value(chance)
    else:
        place[key] = _value(chance)
    whole.setdefault("doc", None)
    whole.setdefault("entries", None)


def _value(chance: Random) -> Any:
    return chance.choice(VALUES)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(below):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)


class HostileOffice(SmallOffice):
    """The small office, whose pages hold what Python's own writer refuses to write."""

    def _pull(self, message: dict[str, Any], seat: Any) -> httpx.Response:
        whole = super()._pull(message, seat)
        text = whole.read().decode().replace(json.dumps(DEEP), "[" * 3000 + "]" * 3000)
        raw = gzip.compress(text.replace(json.dumps(LONG), "9" * 5000).encode())
        headers = {"Content-Encoding": "gzip", "Content-Digest": content_digest(raw)}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(raw))


class Faults(logging.Handler):
    """What the product itself noted as a fault of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.noted: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.noted.append(logging.Formatter().format(record))


@dataclass
class Bench:
    """One tablet before a hostile office, and a hand at it."""

    office: HostileOffice
    tablet: Tablet
    hand: Hand
    faults: Faults

    def wrong(self, seeds: range) -> Iterator[tuple[int, str]]:
        """Each seed that did harm, with what harm."""
        cases = {seed: hostile(seed) for seed in seeds}
        for case in cases.values():
            self._send(case)
        run(self.tablet)
        run(self.tablet)
        scopes = [s for s in SCOPES if base.digest(self.tablet.session.database, s)
                  != self.office._digest(s)]  # fmt: skip
        if scopes:
            yield seeds[0], f"the digest of {scopes} is never the office's"
        told = {(each["record"], each["id"]) for each in self.office.unreadable}
        for seed, case in cases.items():
            harm = self._harm(case)
            if not harm and self._is_unfit(case) and (case.record, case.id) not in told:
                harm = f"{case.record} {case.id} does not fit, and the office was not told"
            if harm:
                yield seed, harm
        for record, id, doc in documents():
            self._publish(record, id, doc)
        run(self.tablet)
        if not self._opens(TICKET, "screen-visit"):
            yield seeds[0], f"the neighbour does not open: {self._said()}"

    def _send(self, case: Hostile) -> None:
        number = case.ticket[-12:]
        for record, _, doc in documents():
            if record in ("customer", "site", "asset"):
                self._publish(record, f"{record}-{number}", doc)
        self._publish(*_ticket(case.ticket))
        self._publish(case.record, case.id, case.doc, case.entries)

    def _publish(self, record: str, id: str, doc: Any, entries: Any = None) -> None:
        scope = "org" if record in ("catalogue", "answer") else SCOPES[0]
        known = self.office.feed.get((scope, record, id))
        rev = known[1]["rev"] + 1 if known else 1
        self.office.publish(scope, record, id, rev, doc, entries)
        self.office.feed[scope, record, id][1]["entries"] = entries

    def _harm(self, case: Hostile) -> str:
        for step in ("", Random(case.ticket).choice(("/asset", "/diagnosis", "/review", "/done"))):
            screen = f"screen-{step.strip('/') or 'visit'}"
            if not self._opens(case.ticket + step, screen, "screen-unfit"):
                return f"{case.record}: {screen} is not shown: {self._said()}"
            if self.hand.has("screen-unfit"):
                break
        if case.record != "ticket" and not self._opens(TICKET, "screen-visit"):
            return f"{case.record}: the neighbour does not open: {self._said()}"
        return f"{case.record}: {self._said()}" if self.faults.noted else ""

    def _opens(self, path: str, *screens: str) -> bool:
        try:
            self.hand.go(f"/tickets/{path}")
        except AssertionError as crash:
            self.faults.noted.append(str(crash))
            self.hand.client.crashes.clear()
        return any(map(self.hand.has, screens))

    def _said(self) -> str:
        noted = "\n".join(self.faults.noted) or str(self.hand.words()[:20])
        self.faults.noted.clear()
        return noted

    def _is_unfit(self, case: Hostile) -> bool:
        query = "SELECT unfit FROM base WHERE record = ? AND id = ?"
        return bool(self.tablet.session.database.value(query, case.record, case.id))


def bench(folder: Path) -> Bench:
    """A tablet, enrolled and unlocked, before a hostile office with one good ticket."""
    office = HostileOffice()
    office.assign(TICKET)
    tablet = open_tablet(device(folder, Clock(), 1), read_settings(), transport=office)
    tablet.session.enrol("https://office.example", "GOOD-CODE")
    tablet.session.set_pin("2580")
    run(tablet)
    faults = Faults()
    logging.getLogger().addHandler(faults)
    return Bench(office, tablet, Hand(tablet, 390, 844), faults)


def close(opened: Bench) -> None:
    logging.getLogger().removeHandler(opened.faults)
    opened.hand.close()
    opened.tablet.close()


def faults(seeds: range) -> Iterator[tuple[int, str]]:
    """Each seed that went wrong, with what was wrong."""
    for first in range(seeds.start, seeds.stop, 10 * AT_ONCE):
        with tempfile.TemporaryDirectory() as folder:
            opened = bench(Path(folder))
            try:
                for begin in range(first, min(first + 10 * AT_ONCE, seeds.stop), AT_ONCE):
                    yield from opened.wrong(range(begin, min(begin + AT_ONCE, seeds.stop)))
            finally:
                close(opened)


def main(arguments: list[str] | None = None) -> int:
    """The number of records that did harm."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.records", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args(arguments)
    first = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    wrong = 0
    for seed, why in faults(range(first, first + asked.count)):
        wrong += 1
        sys.stdout.write(f"seed {seed}: {why}\n")
        sys.stdout.flush()
    sys.stdout.write(f"records {first} to {first + asked.count - 1}: {wrong} did harm\n")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
