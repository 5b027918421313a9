"""Somebody in the field: works on what the tablet shows, and lets it speak to the office."""

from collections.abc import Callable, Sequence
from random import Random

from field_app.device.trouble import Trouble
from field_app.session.session_state import Stage
from field_app.sync.request_thread import Courier
from field_app.sync.round import WipeAsked
from field_app.sync.troubles import SignedOut
from sync_server.identity.users import User
from tests.faults.field import PIN, Field
from tests.simulation.couriers import AtLast, AtOnce
from tests.simulation.doom import doomed
from tests.simulation.trace import Trace
from tests.simulation.world import SeededWorld
from tests.visits import SIGNER

CAUSES = ("CR-FUS-01", "CR-TON-01")
STROKES = [[[10, 20, 0], [60, 44, 80], [120, 18, 160]]]
PROSE = ("diagnosis", "solution", "description", "impact")

COURIERS: Sequence[Courier] = (AtOnce, AtLast)

Work = Callable[["Engineer", str], None]


class Engineer:
    """`users` are those who share the tablet; one of them has it at a time."""

    def __init__(
        self, world: SeededWorld, field: Field, users: Sequence[User], chance: Random, trace: Trace
    ) -> None:
        self.world = world
        self.field = field
        field.courier = COURIERS[len(world.fields) % len(COURIERS)]
        self.users = list(users)
        self.chance = chance
        self.trace = trace
        self.offline_until = trace.now
        self._done: set[str] = set()
        self._count = 0

    @property
    def name(self) -> str:
        return self.field.folder.name

    # What an engineer does

    def work(self) -> None:
        """One thing on one of the open tickets, or a ticket that is born here."""
        session = self.field.session
        if session.stage is not Stage.OPEN:
            return
        rows = session.today(filter="open").rows
        if not rows or self.chance.random() < 0.04:
            self._tried("create", "", Engineer._create)
            return
        ticket, act = self.chance.choice(rows[:12]).id, self.chance.choice(WORK)
        if self.chance.random() < 0.15 and self._has(ticket):
            act = self.chance.choice(FINISHES)
        self._tried(act.__name__.lstrip("_"), ticket, act)

    def sync(self, step: Callable[[str], None] = lambda name: None) -> Trouble | None:
        """A round, if there is anybody to speak for; the trouble that it ended with."""
        if self.field.session.token is None:
            return None
        try:
            moved = self.field.round(step)
        except Trouble as trouble:
            self.trace.say(self.name, "round ends with", type(trouble).__name__, *_said(trouble))
            if isinstance(trouble, SignedOut | WipeAsked):
                wipe = isinstance(trouble, WipeAsked) or bool(trouble.values.get("wipe"))
                self.field.session.signed_out(wipe=wipe)
            return trouble
        self.trace.say(self.name, "round", moved.sent, moved.pulled, self._standing())
        return moved.skipped[-1] if moved.skipped else None

    def come_in(self) -> None:
        """Ask for a code and enrol again, where the office does not know this tablet any more."""
        if self.field.session.token is None:
            me = self.field.session.user
            self._enrol(next((u for u in self.users if me and u.id == me.id), self.users[0]))

    def hand_over(self) -> None:
        """The next of those who share this tablet takes it."""
        session = self.field.session
        me = session.user
        ids = [user.id for user in self.users]
        at = ids.index(me.id) if me and me.id in ids else -1
        user = self.users[(at + 1) % len(ids)]
        if any(account.user.id == user.id for account in session.accounts):
            session.choose(user.id)
            session.unlock(PIN)
        else:
            self._enrol(user)
        self.trace.say(self.name, "is handed over to", user.name, kind="handed over")

    def _enrol(self, user: User) -> None:
        try:
            self.field.enrol(self.world.url, self.world.running.code(user))
        except Trouble as trouble:
            self.trace.say(self.name, "cannot enrol:", type(trouble).__name__)
        else:
            self.trace.say(self.name, "is enrolled as", self.field.device_id)

    def mishap(self, steps: int, *, after: bool) -> None:
        """Work and a round, and the process ends at a commit of the tablet's database."""
        with doomed(self.field, steps, after=after) as died:
            self.work()
            self.sync()
        if died:
            self.trace.say(self.name, "killed at commit", steps, after, kind="killed at a commit")

    # The kinds of work

    def _has(self, ticket: str) -> bool:
        me = self.field.session.user
        return me is not None and self.field.session.ticket(ticket).ticket.assignee == me.id

    def _tried(self, what: str, ticket: str, act: Work) -> None:
        try:
            act(self, ticket)
        except Trouble as trouble:
            what = f"{what}: {type(trouble).__name__}"
        finally:
            self.field.note()
        self.trace.say(self.name, what, ticket)

    def _text(self) -> str:
        self._count += 1
        return f"{self.name}, {self._count}: el fusor no calienta y se revisó todo."

    def _create(self, ticket: str) -> None:
        self.field.create(description=self._text(), customer="customer-1", priority="low")

    def _start(self, ticket: str) -> None:
        self.field.command(ticket, "start")

    def _write(self, ticket: str) -> None:
        self.field.fill(ticket, **{self.chance.choice(PROSE): self._text()})

    def _choose(self, ticket: str) -> None:
        self.field.fill(ticket, root_cause=self.chance.choice(CAUSES), history_reviewed=True)

    def _rank(self, ticket: str) -> None:
        self.field.fill(ticket, priority=self.chance.choice(("low", "medium", "high")))

    def _act(self, ticket: str) -> None:
        self.field.act(ticket, self._text())

    def _note_down(self, ticket: str) -> None:
        self.field.append(ticket, "notes", text=self._text())

    def _strike_out(self, ticket: str) -> None:
        entries = self.field.session.ticket(ticket).ticket.record.entries.get("notes", ())
        if entries:
            self.field.void(ticket, "notes", self.chance.choice(list(entries))["id"])

    def _photograph(self, ticket: str) -> None:
        self.field.photo(ticket, self.chance.choice(("before", "after")))

    def _ask(self, ticket: str) -> None:
        self.field.command(ticket, "ask_customer", question=self._text())

    def _wait(self, ticket: str) -> None:
        self.field.command(ticket, "await_solution", awaiting="REF-FUS-A3C")

    def _resume(self, ticket: str) -> None:
        self.field.command(ticket, "resume")

    def _finish_remotely(self, ticket: str) -> None:
        if ticket not in self._done:
            self.field.do_all(ticket)
            self._done.add(ticket)
        self._test(ticket)
        self._ask_to_close(ticket)

    def _finish_on_site(self, ticket: str) -> None:
        if ticket not in self._done:
            self.field.session.arrive(ticket)
            self.field.do_all(ticket, mode="on_site")
            self.field.photo(ticket, "before")
            self.field.photo(ticket, "after")
            self._done.add(ticket)
        self._test(ticket)
        self.field.fill(ticket, departed_at=self.field.clock().isoformat())
        self.field.session.sign(
            ticket, "conformity", **SIGNER,
            strokes=STROKES, text="He leído y acepto.", rating=5,
        )  # fmt: skip
        self._ask_to_close(ticket)

    def _test(self, ticket: str) -> None:
        now = self.field.clock()
        self.field.fill(ticket, test_result="passed", tested_at=now.isoformat())

    def _ask_to_close(self, ticket: str) -> None:
        missing = self.field.session.finalise(ticket)
        self.trace.say(self.name, "finalises", ticket, *(item.rule for item in missing))

    def _standing(self) -> str:
        query = "SELECT outcome, count(*) AS c FROM outbox GROUP BY outcome ORDER BY outcome"
        rows = self.field.database.rows(query)
        return ",".join(f"{row['outcome'] or 'waits'}:{row['c']}" for row in rows)


WORK: Sequence[Work] = (
    Engineer._start, Engineer._start, Engineer._write, Engineer._write, Engineer._write,
    Engineer._choose, Engineer._rank, Engineer._act, Engineer._note_down, Engineer._strike_out,
    Engineer._photograph, Engineer._ask, Engineer._wait, Engineer._resume,
)  # fmt: skip

FINISHES: Sequence[Work] = (
    Engineer._finish_on_site, Engineer._finish_on_site, Engineer._finish_remotely,
)  # fmt: skip


def _said(trouble: Trouble) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(trouble.values.items())]
