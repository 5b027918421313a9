"""The table of moves: every legal one, and everything else refused."""

import pytest

from shared.operations.states import ACTIVE, MOVES, REPORT_DIFFERS, Refused, legal, move
from shared.ticket.people import SYSTEM, Actor, Role
from shared.ticket.ticket import TERMINAL, Record, State, Ticket

ENGINEER = Actor("e1", Role.ENGINEER)
SUPERVISOR = Actor("s1", Role.SUPERVISOR)
WORDS = {name: "con palabras" for row in MOVES.values() for name in row.needs}


def ticket(state: State, assignee: str = "e1", *flags: str) -> Ticket:
    fields = {"state": state.value, "assignee": assignee, "flags": list(flags)}
    return Ticket.of(Record("t", fields))


_ALL = (
    "new classified assigned in_analysis waiting_customer waiting_final_solution joint_analysis"
    " escalated customer_validation close_requested"
)
_NOT_VALIDATED = _ALL.removesuffix(" customer_validation close_requested")
_STAYS = ""

WRITTEN = {
    "classify": ("new classified", "classified", "call_centre supervisor", ""),
    "merge_into": ("new classified", "merged", "supervisor", "folio"),
    "refer": ("new classified", "referred", "supervisor", "reason"),
    "assign": (_NOT_VALIDATED.removeprefix("new "), "assigned", "supervisor", "assignee"),
    "start": ("assigned", "in_analysis", "engineer", ""),
    "joint": ("in_analysis", "joint_analysis", "engineer supervisor", "area"),
    "ask_customer": ("in_analysis", "waiting_customer", "engineer call_centre", "question"),
    "answer": ("waiting_customer", "in_analysis", "customer call_centre system", ""),
    "await_solution": ("in_analysis joint_analysis", "waiting_final_solution", "engineer",
                       "awaiting"),
    "resume": ("joint_analysis waiting_final_solution", "in_analysis", "engineer supervisor", ""),
    "escalate": (_NOT_VALIDATED.replace(" escalated", ""), "escalated",
                 "engineer supervisor manager system", "reason"),
    "raise_escalation": (_ALL, _STAYS, "system", "reason"),
    "acknowledge_escalation": (_ALL, _STAYS, "supervisor manager director", ""),
    "bytes_lost": (_ALL, _STAYS, "engineer", "sha256 reason"),
    "accept_loss": (_ALL, _STAYS, "supervisor", "sha256 reason"),
    "finalise": ("in_analysis joint_analysis waiting_final_solution close_requested",
                 "customer_validation", "engineer", ""),
    "confirm_solution": ("customer_validation", _STAYS, "customer call_centre supervisor",
                         "proof"),
    "reject_solution": ("customer_validation", "in_analysis", "customer call_centre supervisor",
                        "reason"),
    "accept_report": ("customer_validation close_requested", _STAYS, "supervisor manager",
                      "report reason"),
    "return_report": ("customer_validation close_requested", "in_analysis", "supervisor manager",
                      "report reason"),
    "request_close": (_ALL.removesuffix(" close_requested"), "close_requested",
                      "customer call_centre", "proof"),
    "close": ("customer_validation close_requested waiting_customer", "closed", "system", ""),
}  # fmt: skip
"""From where, to where, by whom, with which words: PROCESS.md's table, written out by hand."""

FLAGGED = {"accept_report": REPORT_DIFFERS, "return_report": REPORT_DIFFERS}
"""Moves of tickets that have this flag, and of no other."""


def flagged(state: State, command: str) -> Ticket:
    """A ticket with the flag that this move wants, if it wants one."""
    return ticket(state, "e1", *filter(None, [FLAGGED.get(command)]))


WORK_GOES_ON = frozenset({"in_analysis", "waiting_customer", "waiting_final_solution",
                          "joint_analysis"})  # fmt: skip
"""Where a ticket stays when it is given to somebody else."""


@pytest.mark.parametrize("command", WRITTEN)
def test_a_move_is_made_only_as_it_is_written(command):
    sources, target, roles, needs = WRITTEN[command]
    words = dict.fromkeys(needs.split(), "con palabras")
    for role in Role:
        for state in State:
            answer = move(flagged(state, command), command, Actor("e1", role), words)
            if role in roles.split() and state in sources.split():
                stays = not target or (command == "assign" and state in WORK_GOES_ON)
                assert answer is (state if stays else State(target)), (role, state)
            else:
                assert isinstance(answer, Refused), (role, state)


@pytest.mark.parametrize("command", WRITTEN)
def test_a_move_wants_each_of_its_words(command):
    sources, _, roles, needs = WRITTEN[command]
    state, actor = State(sources.split()[0]), Actor("e1", Role(roles.split()[0]))
    for left_out in needs.split():
        for said in ({}, {left_out: " "}):
            words = {**dict.fromkeys(needs.split(), "con palabras"), left_out: None, **said}
            expected = Refused("words", {"command": command, "field": left_out})
            assert move(flagged(state, command), command, actor, words) == expected


@pytest.mark.parametrize("command", FLAGGED)
def test_nobody_decides_about_a_report_that_does_not_differ(command):
    words = {"report": "a" * 64, "reason": "con palabras"}
    for state in (State.CUSTOMER_VALIDATION, State.CLOSE_REQUESTED):
        answer = move(ticket(state), command, SUPERVISOR, words)
        assert answer == Refused("flag", {"command": command, "flag": REPORT_DIFFERS})


def test_every_move_is_written_down():
    assert set(WRITTEN) == set(MOVES)


def test_a_terminal_ticket_moves_no_more():
    for state in TERMINAL:
        for role in Role:
            assert legal(ticket(state), Actor("e1", role)) == []


def test_only_the_system_closes():
    for role in set(Role) - {Role.SYSTEM}:
        for state in State:
            assert "close" not in legal(ticket(state), Actor("e1", role))
    assert move(ticket(State.CUSTOMER_VALIDATION), "close", SYSTEM, {}) is State.CLOSED


def test_an_account_executive_never_moves_a_ticket():
    executive = Actor("x", Role.ACCOUNT_EXECUTIVE)
    assert all(legal(ticket(state), executive) == [] for state in State)


def test_an_engineer_moves_only_what_is_assigned_to_them():
    answer = move(ticket(State.ASSIGNED, assignee="e2"), "start", ENGINEER, {})
    assert answer == Refused("assignee", {"command": "start"})


@pytest.mark.parametrize(
    ("command", "state", "actor"),
    [
        ("ask_customer", State.IN_ANALYSIS, ENGINEER),
        ("await_solution", State.IN_ANALYSIS, ENGINEER),
        ("joint", State.IN_ANALYSIS, ENGINEER),
        ("escalate", State.IN_ANALYSIS, ENGINEER),
        ("refer", State.NEW, SUPERVISOR),
        ("merge_into", State.NEW, SUPERVISOR),
        ("reject_solution", State.CUSTOMER_VALIDATION, SUPERVISOR),
    ],
)
def test_some_moves_must_say_why(command, state, actor):
    assert isinstance(move(ticket(state), command, actor, {}), Refused)
    assert isinstance(move(ticket(state), command, actor, WORDS), State)


def test_a_reassignment_leaves_work_under_way_where_it_stands():
    words = {"assignee": "e2"}
    assert move(ticket(State.IN_ANALYSIS), "assign", SUPERVISOR, words) is State.IN_ANALYSIS
    assert move(ticket(State.ESCALATED), "assign", SUPERVISOR, words) is State.ASSIGNED


def test_every_state_but_the_terminal_ones_has_a_way_on():
    for state in ACTIVE:
        assert any(state in row.sources and row.target is not None for row in MOVES.values())
