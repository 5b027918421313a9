"""The next version of the checklist, for tests: today's rules and one nobody asked for yet."""

from collections.abc import Iterator

import pytest

from shared.closure import rule
from shared.closure.checklist import current_version
from shared.closure.missing import ChecklistFacts
from shared.closure.rule import Lack
from shared.ticket.ticket import Ticket

EARLIER = current_version()
NEWER = EARLIER + 1
INVENTED = f"CL{90}"


def declare_a_newer_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now until the end of the test: some note says «lista 2»."""
    monkeypatch.setattr(rule, "RULES", dict(rule.RULES))

    @rule.rule(INVENTED, "notes", since=NEWER)
    def cl90_note(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
        """A note that says «lista 2»."""
        if not any("lista 2" in note.text for note in ticket.notes):
            yield Lack("notes", "Falta la nota «lista 2».", "The note «lista 2» is missing.")
