"""What one chooses from in the field: causes, classifications, parts and stock, people, answers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from field_app.store.database import Database
from field_app.store.documents import document
from shared.closure.facts import without_parts
from shared.closure.missing import OTHER_CAUSES
from shared.words.folding import folded, joined


@dataclass(frozen=True, slots=True)
class RootCause:
    """A cause by its code; `classifications` are those that go with it. CL20."""

    code: str
    labels: Mapping[str, str]
    family: str
    classifications: frozenset[str]
    parts: tuple[str, ...]
    asks_text: bool = False
    retired: bool = False

    def label(self, language: str) -> str:
        return _in(self.labels, language, self.code)


@dataclass(frozen=True, slots=True)
class Classification:
    """A final classification by its code; `engineers` may give it."""

    code: str
    labels: Mapping[str, str]
    engineers: bool = True
    without_parts: bool = False

    def label(self, language: str) -> str:
        return _in(self.labels, language, self.code)


@dataclass(frozen=True, slots=True)
class Part:
    """A part by its SKU; `special` ones are ordered and raise an escalation. E3."""

    code: str
    labels: Mapping[str, str]
    special: bool
    eta_days: int | None
    retired: bool = False

    def label(self, language: str) -> str:
        return _in(self.labels, language, self.code)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A ready answer for a common problem. R122."""

    id: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    types: frozenset[str]
    codes: tuple[str, ...]

    def title(self, language: str) -> str:
        return _in(self.titles, language, self.id)

    def text(self, language: str) -> str:
        return _in(self.texts, language, "")

    def speaks_to(self, words: str, type: str) -> bool:
        """Whether it fits a description that names one of its error codes, or a type."""
        told = folded(words)
        return type in self.types or any(
            spelled and spelled in told
            for code in self.codes
            for spelled in (folded(code), joined(code))
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything at once: a few hundred rows, read when a screen opens."""

    root_causes: tuple[RootCause, ...]
    classifications: tuple[Classification, ...]
    parts: tuple[Part, ...]
    stock: Mapping[str, int]
    people: Mapping[str, Person]
    organisation: Mapping[str, Any]
    answers: tuple[Answer, ...]

    @property
    def compatible(self) -> Mapping[str, frozenset[str]]:
        """Cause code → classification codes, as the checklist wants it."""
        return {cause.code: cause.classifications for cause in self.root_causes}

    @property
    def asks_text(self) -> frozenset[str]:
        """The causes that are to be described in words."""
        return OTHER_CAUSES | {cause.code for cause in self.root_causes if cause.asks_text}

    def classifications_for(self, cause: str | None) -> tuple[Classification, ...]:
        """Those that go with a cause; all of them while there is none."""
        codes = self.compatible.get(cause or "")
        return tuple(c for c in self.classifications if not codes or c.code in codes)

    def answers_for(self, words: str, type: str = "") -> tuple[Answer, ...]:
        """The ready answers for a ticket's description and type."""
        return tuple(answer for answer in self.answers if answer.speaks_to(words, type))


def catalogue(database: Database, user: str) -> Catalogue:
    """What the office last sent; empty parts before the first pull."""
    return Catalogue(
        root_causes=tuple(map(_root_cause, _items(database, "root_causes"))),
        classifications=_classifications(document(database, "catalogue", "final_classifications")),
        parts=tuple(map(_part, _items(database, "parts"))),
        stock=dict(document(database, "stock", user).get("items") or {}),
        people={item["id"]: _person(item) for item in _items(database, "people")},
        organisation=document(database, "catalogue", "organisation"),
        answers=tuple(_answers(database)),
    )


def _items(database: Database, id: str) -> Iterable[Mapping[str, Any]]:
    return document(database, "catalogue", id).get("items") or ()


def _root_cause(item: Mapping[str, Any]) -> RootCause:
    return RootCause(
        item["code"],
        _labels(item),
        item.get("family") or "",
        frozenset(item.get("classifications") or ()),
        tuple(item.get("parts") or ()),
        bool(item.get("asks_text")),
        bool(item.get("retired")),
    )


def _classifications(doc: Mapping[str, Any]) -> tuple[Classification, ...]:
    alone = without_parts(doc)
    return tuple(
        Classification(
            item["code"], _labels(item), item.get("by") != "system" and not item.get("retired"),
            item["code"] in alone,
        )
        for item in doc.get("items") or ()
    )  # fmt: skip


def _part(item: Mapping[str, Any]) -> Part:
    return Part(
        item["code"], _labels(item), bool(item.get("special")), item.get("eta_days"),
        bool(item.get("retired")),
    )  # fmt: skip


def _person(item: Mapping[str, Any]) -> Person:
    return Person(item["id"], item.get("name") or "", item.get("role") or "")


def _answers(database: Database) -> Iterable[Answer]:
    for row in database.rows("SELECT id, doc FROM base WHERE record = 'answer' ORDER BY id"):
        doc = json.loads(row["doc"])
        yield Answer(
            row["id"],
            _labels({"label": doc.get("title")}),
            _labels({"label": doc.get("text")}),
            frozenset(doc.get("types") or ()),
            tuple(doc.get("codes") or ()),
        )


def _labels(item: Mapping[str, Any]) -> Mapping[str, str]:
    label = item.get("label") or item.get("name") or ""
    return label if isinstance(label, Mapping) else {"es": str(label)}


def _in(labels: Mapping[str, str], language: str, code: str) -> str:
    return labels.get(language) or labels.get("es") or code
