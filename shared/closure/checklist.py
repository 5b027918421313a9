"""May this ticket be closed? One question, asked on the tablet and again on the server.

The answer is everything that is missing, never only the first thing. PROCESS.md, Closure checklist.
A rule is declared where it is written (`rule.py`); CL18 is the absence of one: remote work needs
no signature.
"""

from collections.abc import Iterable
from dataclasses import replace

from shared.closure import rule, time_rules, visit_rules, work_rules
from shared.closure.missing import ChecklistFacts, Missing
from shared.closure.rule import Rule, lacks
from shared.ticket.ticket import Ticket

MODULES = (time_rules, visit_rules, work_rules)
"""Where rules are written: importing them declares what is in them."""

FIRST_VERSION = 1
"""What a tablet asked by that does not say which."""

UNANSWERED = "HD1"
"""What the findings of a closing for lack of information are called."""


def current_version() -> int:
    """The version of today's checklist; it is printed on the report."""
    return max(each.since for each in rule.RULES.values())


def rules(version: int | None = None) -> list[Rule]:
    """The rules in force in a version, today's when none is named, in the order of their ids."""
    asked = current_version() if version is None else version
    return [each for _, each in sorted(rule.RULES.items()) if each.since <= asked]


def closure_checklist(
    ticket: Ticket, known: ChecklistFacts, version: int | None = None
) -> list[Missing]:
    """All that is missing before `ticket` may be closed, in the order of the rules.

    `version` is that of the checklist under which it was asked; None means today's.
    """
    return [missing for rule in rules(version) for missing in rule(ticket, known)]


def marked_new(missing: Iterable[Missing], asked: int) -> list[Missing]:
    """The same, those marked whose rule came after the version `asked`."""
    return [replace(m, new=rule.RULES[m.rule].since > asked) for m in missing]


def unanswered_checklist(ticket: Ticket, reminders_sent: int) -> list[Missing]:
    """What is missing before the system closes as HD1, for lack of information. R075–R077."""
    missing = work_rules.cl01_classification(ticket, ChecklistFacts())
    lacking = [] if ticket.question.strip() else [lacks("question", "question")]
    if reminders_sent < 2:
        lacking.append(lacks("reminders", "reminders"))
    return missing + [lack.of(UNANSWERED) for lack in lacking]


def only_waits(missing: Iterable[Missing]) -> bool:
    """Whether nothing is to be corrected: only bytes are still on their way."""
    return all(item.waits for item in missing)
