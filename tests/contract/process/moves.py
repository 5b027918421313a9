"""What the office accepts, tried out: every command, from every state, by every role."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import field_app
from shared.operations.operation import Kind, Outcome
from shared.operations.states import ACTIVE, MOVES
from shared.ticket.people import SYSTEM, Actor, Role
from shared.ticket.ticket import TERMINAL, State
from shared.words import t
from sync_server.database.transactions import Transaction
from sync_server.tickets.apply import office_operation
from sync_server.tickets.results import Result
from tests.contract.process.office import ProcessOffice
from tests.contract.process.table import called, table
from tests.sync_server.console.browser import browser

WORDS: Mapping[str, str] = {
    "assignee": "e9", "area": "Redes", "question": "¿Cuál?", "awaiting": "REF-LVPS",
    "reason": "porque sí", "proof": "su correo", "folio": "SEI-2026-000001", "to": "toner",
    "sha256": "a" * 64, "report": "a" * 64,
}  # fmt: skip
"""Every word that a command may want."""

CONSOLE = (Role.SUPERVISOR, Role.CALL_CENTRE, Role.MANAGER, Role.DIRECTOR, Role.ACCOUNT_EXECUTIVE)


class Undone(Exception):
    """What was tried is taken back."""


def states(office: ProcessOffice) -> str:
    """The states, each with a ticket of the office that stands there."""
    office.next_monday()
    rows = [
        (f"`{s}`", t(f"process.state.{s}"), t(f"process.state.{s}", "en"),
         "" if _moves_on(office, office.in_state(s)) else "ends there")
        for s in State
    ]  # fmt: skip
    return table(("code", "Spanish", "English", ""), rows)


def moves(office: ProcessOffice) -> str:
    """One row for each command: from where, to where, by whom, with which words, in which door."""
    office.next_monday()
    tickets = {state: office.in_state(state) for state in State}
    differing = {
        **tickets,
        State.CUSTOMER_VALIDATION: office.differing(),
        State.CLOSE_REQUESTED: office.differing(asked_to_close=True),
    }
    tried = Trial(office, tickets, differing)
    _lose_a_photo(office, tickets[State.IN_ANALYSIS])
    doors = [*(tickets[state] for state in ACTIVE), differing[State.CUSTOMER_VALIDATION]]
    at_console = {name for ticket in doors for name in _offered(office, ticket)}
    rows = [
        (f"`{name}`", _sources(tried.sources(name)), tried.target(name), tried.who(name),
         ", ".join(tried.needs(name)), _door(name, at_console))
        for name in MOVES
    ]  # fmt: skip
    return table(("command", "from", "to", "who", "with", "given in"), rows)


def _lose_a_photo(office: ProcessOffice, id: str) -> None:
    """Only of a ticket with a loss is a supervisor asked to accept one."""
    entry = {"id": "lost", "sha256": WORDS["sha256"], "kind": "after"}
    office.operation(id, Kind.APPEND, {"collection": "evidence", "entry": entry}, Role.ENGINEER)
    body = {"name": "bytes_lost", "sha256": WORDS["sha256"], "reason": "gone"}
    office.operation(id, Kind.COMMAND, body, Role.ENGINEER)


class Trial:
    """Every command given in every state by every role, and taken back each time."""

    def __init__(
        self,
        office: ProcessOffice,
        tickets: Mapping[State, str],
        differing: Mapping[State, str],
    ) -> None:
        self._office = office
        self._tickets = {name: differing if MOVES[name].flag else tickets for name in MOVES}
        engineer = office.user(Role.ENGINEER)
        people = {role: office.user(role).id for role in Role if role in office.known_roles}
        self._actors = {role: Actor(people.get(role, "somebody"), role) for role in Role}
        self._actors[Role.SYSTEM] = SYSTEM
        self._assignee = engineer.id
        self._after: dict[tuple[str, Role, State], State] = {}
        self._only_assignee: set[str] = set()
        self._needs: dict[str, list[str]] = {}
        with suppress(Undone):
            office.do(self._try_all)

    def sources(self, name: str) -> frozenset[State]:
        return frozenset(state for command, _, state in self._after if command == name)

    def target(self, name: str) -> str:
        """The state after; a dash where it stays, and where it does not, from which it moves."""
        after = {state: to for (command, _, state), to in self._after.items() if command == name}
        moved = {state: to for state, to in after.items() if to is not state}
        ends = sorted(set(after.values()))
        if len(ends) == 1:
            return f"`{ends[0]}`"
        if not moved:
            return "the state stays"
        [end] = set(moved.values())
        from_where = ", ".join(f"`{state}`" for state in State if state in moved)
        return f"`{end}` from {from_where}; else the state stays"

    def who(self, name: str) -> str:
        roles = {role for command, role, _ in self._after if command == name}
        only = "; only the engineer who has it" if name in self._only_assignee else ""
        return ", ".join(called(role) for role in Role if role in roles) + only

    def needs(self, name: str) -> Sequence[str]:
        return self._needs[name]

    def _try_all(self, tx: Transaction) -> None:
        for name in MOVES:
            for state, ticket in self._tickets[name].items():
                for role, actor in self._actors.items():
                    self._try(tx, name, state, ticket, role, actor)
            self._try_words(tx, name)
        raise Undone

    def _try(
        self, tx: Transaction, name: str, state: State, ticket: str, role: Role, actor: Actor
    ) -> None:
        result = self._given(tx, name, ticket, actor, WORDS)
        if _accepted(result):
            assert result.after is not None
            to = result.after.record.fields["state"]
            # A refused request to close names what is missing: the move itself was legal.
            self._after[name, role, state] = (
                State.CUSTOMER_VALIDATION if result.missing else State(to)
            )
            if role is Role.ENGINEER:
                other = self._given(tx, name, ticket, Actor("another", role), WORDS)
                if not _accepted(other):
                    self._only_assignee.add(name)

    def _try_words(self, tx: Transaction, name: str) -> None:
        role, state = next((r, s) for command, r, s in self._after if command == name)
        wanted = []
        for word in WORDS:
            rest = {other: text for other, text in WORDS.items() if other != word}
            result = self._given(tx, name, self._tickets[name][state], self._actors[role], rest)
            if not _accepted(result):
                wanted.append(word)
        self._needs[name] = wanted

    def _given(
        self, tx: Transaction, name: str, ticket: str, actor: Actor, words: Mapping[str, str]
    ) -> Result:
        given: list[Result] = []
        body = {"name": name, **words}
        try:
            with tx.savepoint():
                now = self._office.clock()
                given.append(office_operation(tx, self._office.context, actor, ticket,
                                              Kind.COMMAND, body, now=now))  # fmt: skip
                raise Undone
        except Undone:
            return given[0]


def _accepted(result: Result) -> bool:
    return result.outcome is Outcome.APPLIED or bool(result.missing)


def _moves_on(office: ProcessOffice, id: str) -> bool:
    return office.sets(id, Role.SUPERVISOR, impact="toda el área").outcome is Outcome.APPLIED


def _offered(office: ProcessOffice, id: str) -> Iterator[str]:
    """The commands on the console's page of a ticket, for whoever may give any."""
    for role in CONSOLE:
        with browser(office, role) as visitor:
            yield from re.findall(
                rf"/tickets/{id}/do/(\w+)", html.unescape(visitor.see(f"/tickets/{id}"))
            )


def _door(name: str, at_console: set[str]) -> str:
    if MOVES[name].roles == {Role.SYSTEM}:
        return "the schedule"
    doors = ["console"] if name in at_console else []
    doors += ["tablet"] if name in _on_the_tablet() else []
    return ", ".join(doors) or "no door"


def _on_the_tablet() -> set[str]:
    """The commands that a screen of the tablet gives, and what it says by itself."""
    folder = Path(field_app.__path__[0])
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    given = re.findall(r"\.command\([^\"()]*\"(\w+)\"", text)
    return {*given, *re.findall(r"\{\"name\": \"(\w+)\"", text)}


def _sources(sources: frozenset[State]) -> str:
    if len(sources) > len(ACTIVE) / 2 and not sources & TERMINAL:
        but = ", ".join(f"`{s}`" for s in State if s in ACTIVE - sources)
        return f"any active but {but}" if but else "any active"
    return ", ".join(f"`{s}`" for s in State if s in sources)
