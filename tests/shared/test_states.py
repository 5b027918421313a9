"""The table of moves: every legal one, and everything else refused."""

import pytest

from shared.operations.states import ACTIVE, MOVES, Refused, legal, move
from shared.ticket.people import SYSTEM, Actor, Role
from shared.ticket.ticket import TERMINAL, Record, State, Ticket

ENGINEER = Actor("e1", Role.ENGINEER)
SUPERVISOR = Actor("s1", Role.SUPERVISOR)
WORDS = {name: "con palabras" for row in MOVES.values() for name in row.needs}


def ticket(state: State, assignee: str = "e1") -> Ticket:
    return Ticket.of(Record("t", {"state": state.value, "assignee": assignee}))


@pytest.mark.parametrize("command", MOVES)
def test_a_move_is_made_only_as_the_table_says(command):
    for role in Role:
        for state in State:
            answer = move(ticket(state), command, Actor("e1", role), WORDS)
            allowed = role in MOVES[command].roles and state in MOVES[command].sources
            assert isinstance(answer, State) == allowed, (role, state)


def test_a_terminal_ticket_moves_no_more():
    for state in TERMINAL:
        for role in Role:
            assert legal(ticket(state), Actor("e1", role)) == []


def test_only_the_system_closes():
    closers = {role for role in Role if "close" in MOVES and role in MOVES["close"].roles}
    assert closers == {Role.SYSTEM}
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
