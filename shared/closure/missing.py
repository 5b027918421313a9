"""What the closure checklist answers with, and what it has to know besides the ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.ticket.asset import Asset

WITHOUT_PARTS = frozenset({"FC12", "FC13"})
"""«Falsa alarma» and «Sin falla encontrada»: they go with any cause, but with no part used."""

OTHER_CAUSES = frozenset({"OTRA"})
"""Causes that say nothing without words."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a ticket open: its rule, the field to go to, a sentence in es and en.

    `waits` is True when nothing is to be corrected: the bytes are only still on their way. `new`
    when the rule came after the version of the checklist that was asked by.
    """

    rule: str
    field: str
    es: str
    en: str
    waits: bool = False
    new: bool = False

    def sentence(self, language: str) -> str:
        """The sentence in `language`; anything but Spanish reads English."""
        return self.es if language == "es" else self.en

    def on_the_wire(self) -> dict[str, Any]:
        """{rule, field, sentence, sentences: {es, en}}, and waits, new where it is so."""
        return {
            "rule": self.rule,
            "field": self.field,
            "sentence": self.es,
            "sentences": {"es": self.es, "en": self.en},
            **({"waits": True} if self.waits else {}),
            **({"new": True} if self.new else {}),
        }


@dataclass(frozen=True, slots=True)
class Authorship:
    """A piece of work: which engineer captured it, and when (zoned)."""

    engineer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What only the server knows. `received`: sha256 of each verified blob → whether it decodes."""

    received: Mapping[str, bool] = field(default_factory=dict)
    report_findings: tuple[tuple[str, str], ...] = ()
    """What is wrong with the report that arrived, each in Spanish and English; CL19."""
    open_conflicts: int = 0


@dataclass(frozen=True, slots=True)
class ChecklistFacts:
    """What the checklist needs besides the ticket, alike on the tablet and on the server.

    `compatible` maps a root cause's code to the final classifications that go with it, none where
    all do; `without_parts` are those that go with no part, `asks_text` the causes to be described;
    `clock_offset` is server time minus tablet time; `office` is None on the tablet.
    """

    asset: Asset | None = None
    compatible: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    stock: Mapping[str, int] = field(default_factory=dict)
    can_classify: bool = True
    """False where the office has no classification that an engineer may give."""
    without_parts: frozenset[str] = WITHOUT_PARTS
    asks_text: frozenset[str] = OTHER_CAUSES
    asks_meter: bool = True
    authors: tuple[Authorship, ...] = ()
    clock_offset: timedelta = timedelta(0)
    office: OfficeFacts | None = None
