"""What goes wrong besides the network: one of these after the other, all of them in every seed."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from sync_server.identity import devices
from tests.faults.field import Killed
from tests.simulation.copies import tablet_cloned, tablet_restored
from tests.simulation.power import MOMENTS

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

Mishap = Callable[["Simulation"], None]

CLOCKS = (
    timedelta(days=3), timedelta(days=-3), timedelta(minutes=7), timedelta(minutes=-40),
    timedelta(days=400), timedelta(days=-20_000), timedelta(0),
)  # fmt: skip
"""By how much a tablet's clock may be wrong; it has also been 1971 when a battery was flat."""

STEPS = (
    "hello", "actions", "batch marked", "batch leaves", "push", "results", "pull", "page",
    "check", "received", "confirmed", "purge",
)  # fmt: skip

DAMAGE = (
    "DELETE FROM membership WHERE record = 'asset'",
    "UPDATE membership SET rev = rev + 1 WHERE record = 'ticket'",
    "INSERT OR IGNORE INTO membership"
    " SELECT scope, record, 'nobody', 1, generation FROM membership LIMIT 1",
)


class Deck:
    """Every kind of mishap in some order, then all of them in another."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._cards: list[str] = []

    def draw(self) -> str:
        """The next kind."""
        if not self._cards:
            self._cards = sorted(MISHAPS)
            self._chance.shuffle(self._cards)
        return self._cards.pop()


def storm(sim: "Simulation") -> None:
    """For some hours the network is worse than useless."""
    sim.network.rate = 0.6
    sim.trace.say("network", "is worse than useless", kind="storm")
    sim.agenda.at(sim.trace.now + timedelta(hours=3), sim.usual_weather)


def out_of_reach(sim: "Simulation") -> None:
    """An engineer works where there is no signal, for days."""
    engineer = sim.somebody()
    days = sim.chance.choice((1, 1, 2, 4))
    engineer.offline_until = sim.trace.now + timedelta(days=days)
    sim.trace.say(engineer.name, "is out of reach for days:", days, kind="out of reach")


def clock_jumps(sim: "Simulation") -> None:
    """A tablet's clock is set to some other time."""
    engineer = sim.somebody()
    engineer.field.clock.ahead = sim.chance.choice(CLOCKS)
    ahead = engineer.field.clock.ahead
    sim.trace.say(engineer.name, "its clock is ahead by", ahead, kind="clock jumps")
    engineer.work()


def killed_in_a_round(sim: "Simulation") -> None:
    """The tablet's process ends after some step of a round."""
    engineer, name = sim.somebody(), sim.chance.choice(STEPS)

    def step(done: str) -> None:
        if done == name:
            raise Killed(name)

    engineer.work()
    try:
        engineer.sync(step)
    except Killed:
        sim.trace.say(engineer.name, "killed after", name, kind="killed in a round")
        engineer.field.restart()


def killed_at_a_commit(sim: "Simulation") -> None:
    """The tablet's process ends at some commit of its database, while it captures or syncs."""
    sim.somebody().mishap(sim.chance.randrange(1, 14), after=sim.chance.random() < 0.5)


def power_cut(sim: "Simulation") -> None:
    """The office's process ends at one of its next steps; another one begins."""
    sim.world.power.fail(sim.chance.randrange(1, 12), sim.chance.choice(MOMENTS))
    for _ in range(3):
        engineer = sim.somebody()
        engineer.work()
        engineer.sync()


def power_cut_at_the_desk(sim: "Simulation") -> None:
    """The office's process ends while somebody there decides something."""
    sim.world.power.fail(1, sim.chance.choice(MOMENTS))
    sim.desk.call()


def office_restored(sim: "Simulation") -> None:
    """The office is what it was when one of its backups was made."""
    if not sim.backups:
        sim.backups.append(sim.world.backup())
        for _ in range(4):
            engineer = sim.somebody()
            engineer.work()
            engineer.sync()
    backup = sim.chance.choice(sim.backups[-4:])
    number = sim.backups.index(backup)
    sim.trace.say("office", "is restored from backup", number, kind="office restored")
    del sim.backups[number + 1 :]
    sim.world.restore(backup)


def away_and_back(sim: "Simulation") -> None:
    """Tickets go to somebody else and come back while there is work on them."""
    for _ in range(3):
        ticket = sim.desk.reassign()
        sim.somebody().work()
        if ticket is not None:
            to = sim.chance.choice(sim.desk.engineers)
            sim.world.running.assign(ticket, to)
            sim.trace.say("office", "assigns again", ticket, to.name, kind="away and back")


def somebody_leaves(sim: "Simulation") -> None:
    """A user is no longer active, and after some hours is again."""
    engineer = sim.somebody()
    user = sim.chance.choice(engineer.users)
    sim.set_active(user, False)
    sim.trace.tally["somebody leaves"] += 1
    engineer.work()
    engineer.sync()
    sim.agenda.at(sim.trace.now + timedelta(hours=20), lambda: sim.set_active(user, True))


def handed_over(sim: "Simulation") -> None:
    """Another person takes a tablet that several share."""
    for engineer in sim.engineers:
        if len(engineer.users) > 1 and engineer.field.session.accounts:
            engineer.work()
            engineer.hand_over()
            engineer.work()


def retired(sim: "Simulation") -> None:
    """A tablet is retired by the office, and welcomed again later."""
    engineer = sim.somebody()
    me = engineer.field.session.identity
    if me is None:
        return
    now, running = sim.world.clock(), sim.world.running
    running.do(lambda tx: devices.revoke(tx, me.device_id, now, wipe=sim.chance.random() < 0.7))
    sim.trace.say(engineer.name, "is retired", kind="retired")
    engineer.work()
    engineer.sync()


def damaged(sim: "Simulation") -> None:
    """A tablet's memory of what a scope holds is not what it should be."""
    engineer = sim.somebody()
    damage = sim.chance.choice(DAMAGE)
    with engineer.field.database.transaction() as db:
        db.execute(damage)
    sim.trace.say(engineer.name, "is damaged:", damage, kind="damaged")
    engineer.sync()


def cursor_of_nowhere(sim: "Simulation") -> None:
    """A tablet's cursor means nothing, or is one of a future that never came."""
    engineer = sim.somebody()
    ahead = base64.urlsafe_b64encode(json.dumps(["no epoch", 10**9, 0]).encode()).decode()
    with engineer.field.database.transaction() as db:
        db.execute("UPDATE scope SET cursor = ?", (sim.chance.choice((ahead, "x", "")),))
    sim.trace.say(engineer.name, "has a cursor of nowhere", kind="cursor of nowhere")


MISHAPS: Mapping[str, Mishap] = {
    act.__name__.replace("_", " "): act
    for act in (
        storm, out_of_reach, clock_jumps, killed_in_a_round, killed_at_a_commit, power_cut,
        power_cut_at_the_desk, office_restored, tablet_restored, tablet_cloned, away_and_back,
        somebody_leaves, handed_over, retired, damaged, cursor_of_nowhere,
    )
}  # fmt: skip
