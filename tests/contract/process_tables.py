"""The tables of docs/PROCESS.md, made from the code that carries them out."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from shared.closure import checklist
from shared.operations.states import ACTIVE, MOVES
from shared.sla.escalation import LIMITS, Escalation, Facts, escalations
from shared.sla.sla import TARGETS
from shared.sla.timers import STEPS, Step
from shared.ticket.people import Role
from shared.ticket.ticket import TERMINAL, State
from shared.words import t


def states() -> str:
    rows = [
        (f"`{s}`", t(f"process.state.{s}"), t(f"process.state.{s}", "en"),
         "ends there" if s in TERMINAL else "")
        for s in State
    ]  # fmt: skip
    return _table(("code", "Spanish", "English", ""), rows)


def moves() -> str:
    rows = []
    for name, row in MOVES.items():
        who = ", ".join(_called(role) for role in Role if role in row.roles)
        only = "; only the engineer who has it" if row.only_assignee else ""
        target = f"`{row.target}`" if row.target else "–"
        rows.append((f"`{name}`", _sources(row.sources), target, who + only, ", ".join(row.needs)))
    return _table(("command", "from", "to", "who", "with"), rows)


def checklist_rules() -> str:
    rows = []
    for rule in checklist.RULES:
        said = re.sub(r"\s*R\d{3}[^.]*\.$", "", (rule.__doc__ or "").strip())
        rows.append((rule.__name__[:4].upper(), said))
    return _table(("rule", "asks"), rows)


def targets() -> str:
    rows = [
        (t(f"process.priority.{priority}", "en").lower(), _hours(goal.response),
         _hours(goal.on_site), _hours(goal.resolution))
        for priority, goal in TARGETS.items()
    ]  # fmt: skip
    return _table(("priority", "first response", "on site", "resolution"), rows)


def timers() -> str:
    rows = [
        (f"`{state}`", " · ".join(_when(step) for step in steps if step.action == "remind"),
         " · ".join(_when(step) for step in steps if step.action == "close"))
        for state, steps in STEPS.items()
    ]  # fmt: skip
    return _table(("state", "reminders", "closes"), rows)


OPENED = datetime(2026, 3, 9, 9, tzinfo=UTC)


def escalation() -> str:
    """What is raised for each cause alone, as the function itself answers."""
    first, second, third = LIMITS.first, LIMITS.second, LIMITS.third_when_high
    soon = OPENED + timedelta(hours=1)

    def after(span: timedelta, priority: str = "medium") -> Facts:
        return Facts(OPENED, OPENED + span + timedelta(seconds=1), priority)

    cases = (
        (f"unresolved for more than {_hours(first)} by the wall clock", after(first)),
        (f"for more than {_hours(second)}", after(second)),
        (f"for more than {_hours(third)}, high priority", after(third, "high")),
        ("first response late", Facts(OPENED, soon, "medium", response_breached=True)),
        ("resolution late", Facts(OPENED, soon, "medium", resolution_breached=True)),
        ("a special part is needed", Facts(OPENED, soon, "medium", special_part_needed=True)),
        ("the first diagnosis did not solve it",
         Facts(OPENED, soon, "medium", first_diagnosis_failed=True)),
        ("the customer is dissatisfied",
         Facts(OPENED, soon, "medium", customer_dissatisfied=True)),
        ("dissatisfied, high priority or once more",
         Facts(OPENED, soon, "high", customer_dissatisfied=True)),
        ("critical", Facts(OPENED, soon, "medium", critical=True)),
    )  # fmt: skip
    rows = [(*_raised(escalations(facts)), cause) for cause, facts in cases]
    return _table(("trigger", "level", "also", "when"), [(t, lv, a, c) for t, lv, a, c in rows])


TABLES = {
    "states": states, "moves": moves, "checklist": checklist_rules, "targets": targets,
    "timers": timers, "escalation": escalation,
}  # fmt: skip
"""By the name of the part of the page that each fills."""


def _raised(found: Sequence[Escalation]) -> tuple[str, str, str]:
    [one] = found
    also = ["the state becomes `escalated`"] if one.moves_to_escalated else []
    also += ["the account executive is told"] if one.tells_account_executive else []
    return one.trigger, str(one.level), ", ".join(also)


def _called(role: Role) -> str:
    return "the system" if role is Role.SYSTEM else t(f"process.role.{role}", "en").lower()


def _sources(sources: frozenset[State]) -> str:
    if len(sources) > len(ACTIVE) / 2:
        but = ", ".join(f"`{s}`" for s in State if s in ACTIVE - sources)
        return f"any active but {but}" if but else "any active"
    return ", ".join(f"`{s}`" for s in State if s in sources)


def _when(step: Step) -> str:
    days = "business day" if step.business_days == 1 else "business days"
    when = f"{step.business_days} {days}" if step.business_days else f"{step.hours} h"
    how = f", as {step.final_classification}" if step.final_classification else ""
    return f"after {when}{how}"


def _hours(span: timedelta | None) -> str:
    return f"{span.total_seconds() / 3600:g} h" if span else "–"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)
