"""Vectors of the moves: which command may be given in which state, and by whom."""

from typing import Any

from shared.operations.states import MOVES, Refused, move
from shared.ticket.people import Actor, Role
from shared.ticket.ticket import Record, State, Ticket
from tests.snapshots.vector_file import Given, VectorFile

WORDS = {name: "·" for row in MOVES.values() for name in row.needs}


def answer(given: Given) -> Any:
    ticket = _ticket(given, "p1")
    targets: dict[str, Any] = {}
    for role in Role:
        state = move(ticket, given["command"], Actor("p1", role), WORDS)
        if not isinstance(state, Refused):
            targets[role] = state
    return {"to": targets, "words": list(MOVES[given["command"]].needs), "others": _others(given)}


def _others(given: Given) -> bool:
    """Whether an engineer may who does not have the ticket."""
    ticket = _ticket(given, "p2")
    return not isinstance(
        move(ticket, given["command"], Actor("p1", Role.ENGINEER), WORDS), Refused
    )


def _ticket(given: Given, assignee: str) -> Ticket:
    """A ticket that stands there, with the flag that the command asks for."""
    flags = [MOVES[given["command"]].flag]
    return Ticket.of(Record("t1", {"state": given["state"], "assignee": assignee, "flags": flags}))


MOVES_MADE = VectorFile(
    "moves",
    "Every command in every state: the roles that may give it and the state it leads to (`to`), "
    "the words that must come with it, and whether an engineer may give it who does not have the "
    "ticket. `finalise` leads there only when the checklist passes; `accept_report` and "
    "`return_report` are of tickets with the flag `report_differs` alone.",
    {
        f"{command} in {state}": {"command": command, "state": state.value}
        for command in MOVES
        for state in State
    },
    answer,
)
