"""A rule of the closure checklist, declared where it is written: nothing else lists it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.closure.missing import ChecklistFacts, Missing
from shared.ticket.ticket import Ticket
from shared.words import LANGUAGES, t, tn

SOURCES = re.compile(r"\s*R\d{3}[^.]*\.$")
"""The numbers of requirements at the end of a docstring."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What a rule found missing: the field to go to, the sentence in Spanish and in English."""

    field: str
    es: str
    en: str
    waits: bool = False

    def of(self, rule: str) -> Missing:
        """The same, found by the rule of this id."""
        return Missing(rule, self.field, self.es, self.en, self.waits)


Check = Callable[[Ticket, ChecklistFacts], Iterator[Lack]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule: its id, the version since which it holds, the fields it may send to.

    `asks` is what its docstring says, for docs/PROCESS.md.
    """

    id: str
    since: int
    fields: tuple[str, ...]
    asks: str
    check: Check

    def __call__(self, ticket: Ticket, known: ChecklistFacts) -> list[Missing]:
        """All that this rule finds missing."""
        return [lack.of(self.id) for lack in self.check(ticket, known)]


class DeclaredTwice(Exception):
    """Two rules have the same id."""


RULES: dict[str, Rule] = {}
"""Every declared rule by its id."""


def rule(id: str, *fields: str, since: int) -> Callable[[Check], Rule]:
    """Declare the function below as the rule `id` (CL01 …), in force from version `since` on.

    `fields` are all that it may name: the screen that fills one in is where its finding leads; a
    field that no screen fills in is the office's to settle. Its docstring says what it asks, and
    which requirement asks for it. Raises DeclaredTwice.
    """

    def declared(check: Check) -> Rule:
        if id in RULES:
            raise DeclaredTwice(id)
        asks = SOURCES.sub("", (check.__doc__ or "").strip())
        made = Rule(id, since, fields, asks, check)
        RULES[id] = made
        return made

    return declared


def lacks(field: str, key: str, /, waits: bool = False, **values: Any) -> Lack:
    """Something is missing: `field` to go to, and the words `process.missing.<key>`."""
    es, en = (t(f"process.missing.{key}", language, **values) for language in LANGUAGES)
    return Lack(field, es, en, waits)


def lacks_some(field: str, key: str, count: int, /, **values: Any) -> Lack:
    """The same where the words depend on a number."""
    es, en = (tn(f"process.missing.{key}", count, language, **values) for language in LANGUAGES)
    return Lack(field, es, en)
