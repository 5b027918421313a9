"""The office's people: they take calls, give work out and take it back, decide and review."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from shared.ticket.people import Actor, Role
from shared.ticket.ticket import TERMINAL
from sync_server.database import tables
from sync_server.identity.users import User
from sync_server.tickets import apply, late_arrivals
from tests.simulation.trace import Trace
from tests.simulation.world import SeededWorld

T = tables.ticket.c
LIVE = T.state.not_in([state.value for state in TERMINAL])


class Desk:
    """`engineers` are those to whom work is given."""

    def __init__(
        self, world: SeededWorld, engineers: Sequence[User], chance: Random, trace: Trace
    ) -> None:
        self.running = world.running
        self.engineers = engineers
        self.chance = chance
        self.trace = trace
        self._count = 0

    def call(self) -> None:
        """Somebody calls: a ticket, most of them given out at once."""
        given = self.chance.random() < 0.85
        ticket = self.running.ticket(
            self.chance.choice(self.engineers) if given else None,
            type=self.chance.choice(("technical_fault", "user_error")),
            priority=self.chance.choice(("low", "medium", "high")), description=self._text(),
        )  # fmt: skip
        self._said("takes a call", ticket)

    def decide(self) -> None:
        """One thing that somebody in the office does."""
        self.chance.choice(DECISIONS)(self)

    def reassign(self) -> str | None:
        """A ticket that somebody has goes to somebody else; which."""
        ticket = self._some(T.assignee.is_not(None), LIVE)
        if ticket is not None:
            to = self.chance.choice(self.engineers)
            self._said("assigns", ticket, to.name, self.running.assign(ticket, to).outcome)
        return ticket

    def _text(self) -> str:
        self._count += 1
        return f"Oficina, {self._count}: el cliente insiste."

    def _some(self, *which: Any) -> str | None:
        ids = self.running.ask(lambda tx: tx.scalars(select(T.id).where(*which).order_by(T.id)))
        return str(self.chance.choice(ids)) if ids else None

    def _write(self) -> None:
        """Somebody writes what they see on a screen that may be some revisions old."""
        ticket = self._some(LIVE)
        if ticket is None:
            return
        field = self.chance.choice(("description", "impact", "diagnosis", "priority", "root_cause"))
        value = {"priority": "high", "root_cause": "CR-FUS-01"}.get(field, self._text())
        seen = max(self.running.record(ticket).record.rev - self.chance.randrange(4), 0)
        fields: dict[str, Any] = {field: value}
        result = self.running.sets(ticket, base_rev=seen, **fields)
        self._said("writes", ticket, field, result.outcome)

    def _end(self) -> None:
        ticket = self._some(T.state.in_(["new", "classified"]), T.assignee.is_(None))
        other = self._some(T.folio.is_not(None))
        if ticket is None or other is None:
            return
        folio = self.running.fields(other)["folio"]
        if self.chance.random() < 0.5:
            result = self.running.command(ticket, "merge_into", folio=folio)
        else:
            result = self.running.command(ticket, "refer", reason="Facturación")
        self._said("ends", ticket, result.outcome)

    def _give_out(self) -> None:
        ticket = self._some(T.state == "classified")
        if ticket is not None:
            to = self.chance.choice(self.engineers)
            self._said("gives out", ticket, to.name, self.running.assign(ticket, to).outcome)

    def _classify(self) -> None:
        ticket = self._some(T.state == "new")
        if ticket is not None:
            result = self.running.command(ticket, "classify", Role.CALL_CENTRE)
            self._said("classifies", ticket, result.outcome)

    def _command(self) -> None:
        name, role, words = self.chance.choice(COMMANDS)
        ticket = self._some(LIVE)
        if ticket is not None:
            result = self.running.command(ticket, name, role, **words)
            self._said(name, ticket, result.outcome)

    def _acknowledge(self) -> None:
        ticket = self._some(LIVE, T.escalation_level > 0)
        if ticket is not None:
            result = self.running.command(ticket, "acknowledge_escalation")
            self._said("acknowledges", ticket, result.outcome)

    def _review(self) -> None:
        """A conflict is decided for one of its values, a late arrival is looked at."""
        c, kept = tables.conflict.c, tables.late_arrival.c
        query = select(c.id, c.standing, c.losing).join(tables.ticket, T.id == c.ticket)
        query = query.where(c.resolved_at.is_(None), LIVE).order_by(c.id)
        now, actor = (
            self.running.clock(),
            Actor(self.running.user(Role.SUPERVISOR).id, Role.SUPERVISOR),
        )
        found = self.running.ask(lambda tx: tx.rows(query))
        if found:
            row = self.chance.choice(found)
            value = self.chance.choice((row.standing, row.losing))
            office = self.running.context
            result = self.running.do(
                lambda tx: apply.resolve(tx, office, actor, row.id, value, now)
            )
            self._said("resolves", row.id, result.outcome)
        unseen = select(kept.id).where(kept.seen_at.is_(None)).order_by(kept.id).limit(1)
        for id in self.running.ask(lambda tx: tx.scalars(unseen)):
            self.running.do(partial(late_arrivals.mark_seen, id=id, user=actor.id, now=now))
            self._said("looks at", id)

    def _said(self, what: str, *details: object) -> None:
        self.trace.say("office", what, *details)


COMMANDS: Sequence[tuple[str, Role, dict[str, Any]]] = (
    ("answer", Role.CALL_CENTRE, {}),
    ("reject_solution", Role.SUPERVISOR, {"reason": "Sigue igual."}),
    ("request_close", Role.CALL_CENTRE, {"proof": "Correo del cliente."}),
    ("escalate", Role.SUPERVISOR, {"reason": "El cliente insiste."}),
    ("resume", Role.SUPERVISOR, {}),
)

DECISIONS: Sequence[Callable[[Desk], object]] = (
    Desk.reassign, Desk.reassign, Desk._write, Desk._write, Desk._end, Desk._give_out,
    Desk._classify, Desk._command, Desk._acknowledge, Desk._review, Desk._review,
)  # fmt: skip
