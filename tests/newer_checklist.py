"""A checklist of version 2, for tests: today's rules and one that nobody has asked for yet."""

from collections.abc import Iterator

import pytest

from shared.closure import rule
from shared.closure.missing import ChecklistFacts
from shared.closure.rule import Lack
from shared.ticket.ticket import Ticket


def declare_a_rule_of_version_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now until the end of the test: some note says «lista 2»."""
    monkeypatch.setattr(rule, "RULES", dict(rule.RULES))

    @rule.rule("CL90", "notes", since=2)
    def cl90_note(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
        """A note that says «lista 2»."""
        if not any("lista 2" in note.text for note in ticket.notes):
            yield Lack("notes", "Falta la nota «lista 2».", "The note «lista 2» is missing.")
