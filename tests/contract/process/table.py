"""A table as the page carries it, and the words that several tables share."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from shared.ticket.people import Role
from shared.words import t

NOT_RAISED = "not raised by this version"
NOBODY = "nobody in this version"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """GitHub's Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def called(role: Role) -> str:
    """A role in English, as it stands in a sentence."""
    return "the system" if role is Role.SYSTEM else t(f"process.role.{role}", "en").lower()


def hours(span: timedelta | None) -> str:
    """So many hours, or a dash."""
    return f"{span.total_seconds() / 3600:g} h" if span is not None else "–"
