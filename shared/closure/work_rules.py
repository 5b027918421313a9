"""The checklist's rules about the work itself: who, what was wrong, what was done, with what."""

import re
from collections.abc import Iterator

from shared.closure.missing import ChecklistFacts
from shared.closure.rule import Lack, lacks, lacks_some, rule
from shared.ticket.ticket import Mode, Nature, Priority, Ticket, Type
from shared.ticket.work import PartUsed
from shared.time.timestamps import instant

LEAST_DIAGNOSIS = 20
UNDEFINED = "HD1"


@rule("CL01", "nature", "type", "priority", since=1)
def cl01_classification(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Nature, type and priority are valid, and equipment down is high priority. R021–R025."""
    for field, value, codes in (
        ("nature", ticket.nature, Nature),
        ("type", ticket.type, Type),
        ("priority", ticket.priority, Priority),
    ):
        if value not in set(codes):
            yield lacks(field, field)
    if ticket.type == Type.EQUIPMENT_DOWN and ticket.priority in ("medium", "low"):
        yield lacks("priority", "equipment_down")


@rule("CL02", "assignee", since=1)
def cl02_authors(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Whoever captured work had the ticket at that time. R099."""
    for work in known.authors:
        terms = (a for a in ticket.assignments if a.engineer == work.engineer)
        at = work.at + known.clock_offset
        if not any(a.since <= at and (a.until is None or at <= a.until) for a in terms):
            yield lacks("assignee", "author")
            return


@rule("CL03", "contacts", since=1)
def cl03_contact(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """A contact with the customer: when, how and with whom. R033."""
    if not any(c.at and c.how.strip() and c.whom.strip() for c in ticket.contacts):
        yield lacks("contacts", "contact")


@rule("CL04", "mode", since=1)
def cl04_mode(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """On site or remote. R034."""
    if ticket.mode not in set(Mode):
        yield lacks("mode", "mode")


@rule("CL05", "history_reviewed", since=1)
def cl05_history(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """The asset's history was looked at. R035."""
    if ticket.asset and not ticket.history_reviewed:
        yield lacks("history_reviewed", "history")


@rule("CL06", "diagnosis", since=1)
def cl06_diagnosis(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """A diagnosis that says something. R030, R064."""
    if not says_something(ticket.diagnosis, LEAST_DIAGNOSIS):
        yield lacks("diagnosis", "diagnosis", least=LEAST_DIAGNOSIS)


def says_something(text: str, least: int) -> bool:
    """Long enough, and neither one key held down nor one word repeated."""
    words = re.findall(r"\w+", text.lower())
    letters = set("".join(words))
    return len(text.strip()) >= least and len(set(words)) >= 3 and len(letters) >= 6


@rule("CL07", "root_cause", "root_cause_text", since=1)
def cl07_root_cause(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """A root cause of the catalogue; «otra» says which, and so does an empty catalogue. R036."""
    has_text = bool(ticket.root_cause_text.strip())
    if not known.compatible:
        if not has_text:
            yield lacks("root_cause_text", "root_cause_in_words")
    elif ticket.root_cause not in known.compatible:
        yield lacks("root_cause", "root_cause")
    elif ticket.root_cause in known.asks_text and not has_text:
        yield lacks("root_cause_text", "root_cause_text")


@rule("CL08", "actions", "solution", since=1)
def cl08_actions_and_solution(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """At least one action, and the solution in words. R037, R113."""
    if not any(action.text.strip() for action in ticket.actions):
        yield lacks("actions", "action")
    if not ticket.solution.strip():
        yield lacks("solution", "solution")


@rule("CL10", "parts_pending", since=1)
def cl10_pending_parts(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """No part pending that keeps the asset from working. R038."""
    blocking = [part.code for part in ticket.parts_pending if part.blocking]
    if blocking:
        codes = ", ".join(blocking)
        yield lacks_some("parts_pending", "parts_pending", len(blocking), codes=codes)


@rule("CL11", "parts_used", since=1)
def cl11_parts(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Every part has a code and a quantity, within the van's stock or justified. R125, R135."""
    taken: dict[str, int] = {}
    for part in ticket.parts_used:
        taken[part.code] = taken.get(part.code, 0) + part.quantity
        yield from _part(part, taken[part.code], known)


def _part(part: PartUsed, taken: int, known: ChecklistFacts) -> Iterator[Lack]:
    if part.code not in known.parts:
        yield lacks("parts_used", "part_unknown", code=part.code)
    elif part.quantity <= 0:
        yield lacks("parts_used", "quantity", code=part.code)
    elif taken > known.stock.get(part.code, 0) and not part.justification.strip():
        yield lacks("parts_used", "justification", code=part.code)


@rule("CL20", "final_classification", since=1)
def cl20_final_classification(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """A final classification that goes with the cause and is not HD1. R051."""
    final, cause = ticket.final_classification, ticket.root_cause
    fitting = known.compatible.get(cause or "") or {final}
    if not final:
        if known.can_classify:
            yield lacks("final_classification", "final_classification")
    elif final == UNDEFINED:
        yield lacks("final_classification", "undefined")
    elif final in known.without_parts and ticket.parts_used:
        yield lacks("final_classification", "without_parts", final=final)
    elif final not in known.without_parts and final not in fitting:
        yield lacks("final_classification", "not_of_cause", final=final, cause=cause)


@rule("CL21", "escalation", since=1)
def cl21_escalations(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Whoever it was escalated to has seen it. R040–R047."""
    events = ticket.escalation.get("events") or ()
    acknowledged = instant(ticket.escalation.get("acknowledged"))
    if any(acknowledged is None or instant(event["at"]) > acknowledged for event in events):
        yield lacks("escalation", "escalation")
