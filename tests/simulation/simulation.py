"""One seed's history: people work, things break, and now and then everything must come to rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from field_app.device.settings import read_settings
from field_app.store import evidence
from shared.ticket.people import Role
from sync_server.database import tables
from sync_server.identity import users
from sync_server.identity.users import User
from sync_server.schedule import worker
from tests.faults.clock import START
from tests.faults.world import CLEAN_ROUNDS
from tests.simulation.agenda import Act, Agenda
from tests.simulation.chaos import MISHAPS, Deck
from tests.simulation.desk import Desk
from tests.simulation.engineer import Engineer
from tests.simulation.network import Network
from tests.simulation.power import PowerCut
from tests.simulation.size import Size
from tests.simulation.trace import Trace
from tests.simulation.world import SeededWorld

DAY, WORKDAY = timedelta(days=1), timedelta(hours=11)
NIGHT = timedelta(hours=14)
"""When, counted from the morning, the office looks at its clocks and is backed up."""

DIGESTED = ("indigestible", "unreadable", "op_id_taken")
"""Reasons for which nothing that a real tablet sends may be parked."""


class Simulation:
    """`run` raises what went wrong; until then `trace` says what happened."""

    def __init__(self, seed: int, size: Size, folder: Path) -> None:
        self.seed = seed
        self.size = size
        self.folder = folder
        self.chance = Random(seed)
        durable = "backup" if seed % 2 else "commit"
        self.world = SeededWorld(folder, self._stream(), durable=durable)
        self.trace = Trace(START)
        self.agenda = Agenda()
        self.network = Network(
            self.world.inside.door.handle_request, self.world.reopen, self._stream(), self.agenda,
            self.trace,
        )  # fmt: skip
        self.backups: list[Path] = []
        self.clones = 0
        self.promised: list[set[str]] = []
        self.day = 0
        self.each_day: Callable[[int], None] = lambda day: None
        self.engineers = self._engineers()
        crew = [user for engineer in self.engineers for user in engineer.users]
        self.desk = Desk(self.world, crew, self._stream(), self.trace)
        self.deck = Deck(self._stream())
        self.world.through = self.network.line

    def run(self) -> None:
        """Day after day, from quiet to quiet."""
        for engineer in self.engineers:
            engineer.field.restart()
        for day in range(1, self.size.days + 1):
            self.day = day
            morning = START + (day - 1) * DAY
            self._plan(morning)
            self.usual_weather()
            self.each_day(day)
            self._live_until(morning + DAY)
            if day % self.size.quiet == 0 or day == self.size.days:
                self._come_to_rest()
        self._count()

    def close(self) -> None:
        """Let go of everything."""
        self.world.close()

    # For the mishaps

    def somebody(self, *, alone: bool = False) -> Engineer:
        """One of the engineers; `alone`: with a tablet that nobody else shares."""
        here = [e for e in self.engineers if e.field.session.identity is not None]
        return self.chance.choice([e for e in here if len(e.users) == 1] if alone else here)

    def usual_weather(self) -> None:
        """The network is as it always is."""
        self.network.rate = self.size.rate

    def set_active(self, user: User, active: bool) -> None:
        """Somebody leaves, or comes back."""
        self.world.running.do(lambda tx: users.set_active(tx, user.id, active, self.world.clock()))
        self.trace.say("office", "comes back:" if active else "leaves:", user.name)

    # How a day goes

    def _plan(self, morning: datetime) -> None:
        for engineer in self.engineers:
            for _ in range(self.chance.randrange(2, 6)):
                self._at(morning, engineer.work)
            for _ in range(self.chance.randrange(1, 3)):
                self._at(morning, partial(self._contact, engineer))
        calls = self.size.calls * len(self.engineers)
        for _ in range(round(calls)):
            self._at(morning, self.desk.call)
        for _ in range(round(calls * 2)):
            self._at(morning, self.desk.decide)
        for _ in range(round(self.size.mishaps)):
            self._at(morning, self._mishap)
        self.agenda.at(morning + NIGHT, self._night)

    def _at(self, morning: datetime, act: Act) -> None:
        self.agenda.at(morning + WORKDAY * self.chance.random(), act)

    def _live_until(self, end: datetime) -> None:
        while (due := self.agenda.next(end)) is not None:
            moment, act = due
            self.world.clock.wait_until(moment)
            self.trace.now = moment
            self._lived(act)
        self.world.clock.wait_until(end)
        self.trace.now = end

    def _lived(self, act: Act) -> None:
        try:
            act()
        except PowerCut:
            self.trace.say("office", "its power went out", kind="power cut at the desk")
            self.world.reopen()

    def _contact(self, engineer: Engineer) -> None:
        if self.trace.now < engineer.offline_until:
            return
        engineer.sync()
        if self.chance.random() < 0.3:
            engineer.come_in()

    def _mishap(self) -> None:
        kind = self.deck.draw()
        self.trace.say("chaos", kind)
        MISHAPS[kind](self)
        self.world.power.hold()

    def _night(self) -> None:
        tally = worker.run_due(self.world.office, self.world.clock())
        self.trace.say("office", "was due", *(f"{k}={n}" for k, n in sorted(tally.items())))
        if self.chance.random() < 0.6:
            self.backups.append(self.world.backup())
            self.trace.say("office", "is backed up")

    # Coming to rest

    def _come_to_rest(self) -> None:
        """Every line is clear, everybody is there: after three rounds all must be as it should."""
        self.network.rate = 0.0
        self.network.deliver_all()
        for user in self.desk.engineers:
            self.set_active(user, True)
        for engineer in self.engineers:
            for _ in engineer.users:
                self._welcome(engineer)
        for engineer in self.engineers:
            if len(engineer.users) > 1:
                self._rest(engineer)
                engineer.hand_over()
        self._settle()
        with self.world.office.database.reading() as tx:
            reasons = select(tables.parked.c.reason).where(tables.parked.c.reason.in_(DIGESTED))
            assert not tx.scalars(reasons), "the office could not read its own tablet's work"
        self.trace.say("everybody", "is at rest", kind="at rest")

    def _count(self) -> None:
        """What became of all that the tablets sent, for whoever asks whether it all happened."""
        o = tables.operation.c
        with self.world.office.database.reading() as tx:
            outcomes = tx.rows(select(o.outcome, func.count()).group_by(o.outcome))
            closed = tx.scalar(select(func.count()).where(tables.ticket.c.state == "closed"))
        for outcome, count in sorted((*outcomes, ("closed", closed))):
            self.trace.say("office", outcome, count)
            self.trace.tally[outcome] += count

    def _welcome(self, engineer: Engineer) -> None:
        """Whoever was turned away is enrolled again; then the next of those who share it."""
        if engineer.field.session.token is not None:
            engineer.sync()
        engineer.come_in()
        if len(engineer.users) > 1:
            engineer.hand_over()

    def _rest(self, engineer: Engineer) -> None:
        """Whoever has this shared tablet has nothing left to send when the next one takes it."""
        for _ in range(CLEAN_ROUNDS):
            engineer.sync()
        assert engineer.field.waiting() == 0, f"{engineer.name} still waits"

    def _settle(self) -> None:
        if self.world.office.settings.durable == "backup":
            self._make_safe()
        self.world.settle()
        logged = len(self.world.logged())
        captured = len(self.world.notebook.operations)
        self.trace.say("everybody", "settled", f"captured={captured}", f"logged={logged}")

    def _make_safe(self) -> None:
        """All is sent, backed up, and every tablet has heard of it: what went away may be gone."""
        for engineer in self.engineers:
            engineer.sync()
        self.backups.append(self.world.backup())
        for engineer in self.engineers:
            while evidence.unconfirmed(engineer.field.database, 1):
                engineer.sync()

    # The people

    def _engineers(self) -> list[Engineer]:
        for role in (Role.CALL_CENTRE, Role.SUPERVISOR):
            self.world.running.user(role)
        made, settings = [], replace(read_settings(), operations_per_push=self.size.batch)
        for number in range(1, self.size.tablets + 1):
            crew = [self.world.engineer(f"Ingeniero {number}")]
            if number == 1:
                crew.append(self.world.engineer("Relevo 1"))
            field = self.world.field(crew[0], settings=settings)
            made.append(Engineer(self.world, field, crew, self._stream(), self.trace))
        return made

    def _stream(self) -> Random:
        return Random(self.chance.random())
