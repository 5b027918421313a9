"""May this move be made, by whom, and to which state? The table of PROCESS.md, States."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.ticket.people import Actor, Role
from shared.ticket.ticket import TERMINAL, State, Ticket

ACTIVE = frozenset(State) - TERMINAL
_ANALYSIS = frozenset({State.IN_ANALYSIS, State.JOINT_ANALYSIS})
_OFFICE = frozenset({Role.CALL_CENTRE, Role.SUPERVISOR})
_FIELD = frozenset({Role.ENGINEER, Role.SUPERVISOR})
_FINALISED = frozenset({State.CUSTOMER_VALIDATION, State.CLOSE_REQUESTED})
_DECIDING = frozenset({Role.SUPERVISOR, Role.MANAGER})


REPORT_DIFFERS = "report_differs"
"""The flag of a finalised ticket whose report says something else than its record: a person
decides, and until then it stays where it is and its clocks stand."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that may not be made: a code for programs, and the sentence's values for people."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from where, to where, who, and which words must come with it."""

    sources: frozenset[State]
    target: State | None
    roles: frozenset[Role]
    needs: tuple[str, ...] = ()
    only_assignee: bool = False
    flag: str = ""
    """Only of a ticket that has this flag."""


MOVES: Mapping[str, Move] = {
    "classify": Move(frozenset({State.NEW, State.CLASSIFIED}), State.CLASSIFIED, _OFFICE),
    "merge_into": Move(
        frozenset({State.NEW, State.CLASSIFIED}), State.MERGED,
        frozenset({Role.SUPERVISOR}), ("folio",),
    ),
    "refer": Move(
        frozenset({State.NEW, State.CLASSIFIED}), State.REFERRED,
        frozenset({Role.SUPERVISOR}), ("reason",),
    ),
    "assign": Move(
        ACTIVE - {State.NEW, State.CUSTOMER_VALIDATION, State.CLOSE_REQUESTED}, None,
        frozenset({Role.SUPERVISOR}), ("assignee",),
    ),
    "start": Move(
        frozenset({State.ASSIGNED}), State.IN_ANALYSIS, frozenset({Role.ENGINEER}),
        only_assignee=True,
    ),
    "joint": Move(
        frozenset({State.IN_ANALYSIS}), State.JOINT_ANALYSIS, _FIELD, ("area",), only_assignee=True
    ),
    "ask_customer": Move(
        frozenset({State.IN_ANALYSIS}), State.WAITING_CUSTOMER,
        frozenset({Role.ENGINEER, Role.CALL_CENTRE}), ("question",), only_assignee=True,
    ),
    "answer": Move(
        frozenset({State.WAITING_CUSTOMER}), State.IN_ANALYSIS,
        frozenset({Role.CUSTOMER, Role.CALL_CENTRE, Role.SYSTEM}),
    ),
    "await_solution": Move(
        _ANALYSIS, State.WAITING_FINAL_SOLUTION, frozenset({Role.ENGINEER}), ("awaiting",),
        only_assignee=True,
    ),
    "resume": Move(
        frozenset({State.JOINT_ANALYSIS, State.WAITING_FINAL_SOLUTION}), State.IN_ANALYSIS, _FIELD,
        only_assignee=True,
    ),
    "escalate": Move(
        ACTIVE - {State.ESCALATED, State.CUSTOMER_VALIDATION, State.CLOSE_REQUESTED},
        State.ESCALATED,
        frozenset({Role.ENGINEER, Role.SUPERVISOR, Role.MANAGER, Role.SYSTEM}), ("reason",),
        only_assignee=True,
    ),
    "raise_escalation": Move(ACTIVE, None, frozenset({Role.SYSTEM}), ("reason",)),
    "acknowledge_escalation": Move(
        ACTIVE, None, frozenset({Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
    ),
    "bytes_lost": Move(ACTIVE, None, frozenset({Role.ENGINEER}), ("sha256", "reason")),
    "accept_loss": Move(ACTIVE, None, frozenset({Role.SUPERVISOR}), ("sha256", "reason")),
    "finalise": Move(
        _ANALYSIS | {State.WAITING_FINAL_SOLUTION, State.CLOSE_REQUESTED},
        State.CUSTOMER_VALIDATION, frozenset({Role.ENGINEER}), only_assignee=True,
    ),
    "confirm_solution": Move(
        frozenset({State.CUSTOMER_VALIDATION}), None,
        frozenset({Role.CUSTOMER, Role.CALL_CENTRE, Role.SUPERVISOR}), ("proof",),
    ),
    "reject_solution": Move(
        frozenset({State.CUSTOMER_VALIDATION}), State.IN_ANALYSIS,
        frozenset({Role.CUSTOMER, Role.CALL_CENTRE, Role.SUPERVISOR}), ("reason",),
    ),
    "accept_report": Move(
        _FINALISED, None, _DECIDING, ("report", "reason"), flag=REPORT_DIFFERS
    ),
    "return_report": Move(
        _FINALISED, State.IN_ANALYSIS, _DECIDING, ("report", "reason"), flag=REPORT_DIFFERS
    ),
    "request_close": Move(
        ACTIVE - {State.CLOSE_REQUESTED}, State.CLOSE_REQUESTED,
        frozenset({Role.CUSTOMER, Role.CALL_CENTRE}), ("proof",),
    ),
    "close": Move(
        frozenset({State.CUSTOMER_VALIDATION, State.CLOSE_REQUESTED, State.WAITING_CUSTOMER}),
        State.CLOSED, frozenset({Role.SYSTEM}),
    ),
}  # fmt: skip
"""Every command that moves a ticket or touches its escalation, by the name it has on the wire."""


def move(ticket: Ticket, command: str, actor: Actor, body: Mapping[str, Any]) -> State | Refused:
    """The state after `command`, or why it may not be. The checklist is asked elsewhere."""
    row = MOVES[command]
    if actor.role not in row.roles:
        return Refused("role", {"command": command, "role": actor.role})
    if ticket.state not in row.sources:
        return Refused("state", {"command": command, "state": ticket.state})
    if row.flag and row.flag not in ticket.flags:
        return Refused("flag", {"command": command, "flag": row.flag})
    if row.only_assignee and actor.role is Role.ENGINEER and ticket.assignee != actor.id:
        return Refused("assignee", {"command": command})
    for name in row.needs:
        if not str(body.get(name) or "").strip():
            return Refused("words", {"command": command, "field": name})
    return row.target if row.target is not None else _unnamed_target(ticket, command)


def _unnamed_target(ticket: Ticket, command: str) -> State:
    # A reassignment leaves work under way where it stands; a fresh or escalated one starts again.
    if command == "assign" and ticket.state in {State.CLASSIFIED, State.ESCALATED, State.ASSIGNED}:
        return State.ASSIGNED
    return ticket.state


def legal(ticket: Ticket, actor: Actor) -> list[str]:
    """The commands that this actor may give now, words still to be asked for."""
    filled = {name: "·" for row in MOVES.values() for name in row.needs}
    return [name for name in MOVES if isinstance(move(ticket, name, actor, filled), State)]
