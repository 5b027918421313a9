"""The tables of docs/PROCESS.md: what an office does that is driven through each case."""

from collections.abc import Callable, Mapping

from tests.contract.process.checklist import checklist_rules
from tests.contract.process.escalation import escalation
from tests.contract.process.messages import messages
from tests.contract.process.moves import moves, states
from tests.contract.process.office import ProcessOffice
from tests.contract.process.terms import targets, timers

TABLES: Mapping[str, Callable[[ProcessOffice], str]] = {
    "states": states, "moves": moves, "checklist": checklist_rules, "targets": targets,
    "timers": timers, "escalation": escalation, "messages": messages,
}  # fmt: skip
"""By the name of the part of the page that each fills."""
