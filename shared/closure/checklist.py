"""May this ticket be closed? One question, asked on the tablet and again on the server.

The answer is everything that is missing, never only the first thing. PROCESS.md, Closure checklist.
"""

from collections.abc import Iterable

from shared.closure.missing import ChecklistFacts, Missing
from shared.closure.time_rules import cl09_verification, cl14_time_entries, cl23_order_of_times
from shared.closure.visit_rules import (
    cl12_photos,
    cl13_captures,
    cl15_serial,
    cl16_meter,
    cl17_sign_off,
    cl19_report,
    cl22_nothing_open,
)
from shared.closure.work_rules import (
    cl01_classification,
    cl02_authors,
    cl03_contact,
    cl04_mode,
    cl05_history,
    cl06_diagnosis,
    cl07_root_cause,
    cl08_actions_and_solution,
    cl10_pending_parts,
    cl11_parts,
    cl20_final_classification,
    cl21_escalations,
)
from shared.ticket.ticket import Ticket

VERSION = 1
"""Of the checklist; it is printed on the report."""

RULES = (
    cl01_classification, cl02_authors, cl03_contact, cl04_mode, cl05_history, cl06_diagnosis,
    cl07_root_cause, cl08_actions_and_solution, cl09_verification, cl10_pending_parts, cl11_parts,
    cl12_photos, cl13_captures, cl14_time_entries, cl15_serial, cl16_meter, cl17_sign_off,
    cl19_report, cl20_final_classification, cl21_escalations, cl22_nothing_open,
    cl23_order_of_times,
)  # fmt: skip
"""CL18 is the absence of a rule: remote work needs no signature."""


def closure_checklist(ticket: Ticket, known: ChecklistFacts) -> list[Missing]:
    """All that is missing before `ticket` may be closed, in the order of the rules."""
    return [missing for rule in RULES for missing in rule(ticket, known)]


def unanswered_checklist(ticket: Ticket, reminders_sent: int) -> list[Missing]:
    """What is missing before the system closes as HD1, for lack of information. R075–R077."""
    missing: list[Missing] = list(cl01_classification(ticket, ChecklistFacts()))
    if not ticket.question.strip():
        missing.append(
            Missing("HD1", "question", "Falta la pregunta específica al cliente.",
                    "The specific question to the customer is missing.")
        )  # fmt: skip
    if reminders_sent < 2:
        missing.append(
            Missing("HD1", "reminders", "Faltan los dos recordatorios al cliente.",
                    "The two reminders to the customer have not been sent.")
        )  # fmt: skip
    return missing


def only_waits(missing: Iterable[Missing]) -> bool:
    """Whether nothing is to be corrected: only bytes are still on their way."""
    return all(item.waits for item in missing)
