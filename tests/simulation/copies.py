"""Tablets of which there is a copy: put back in their place, or set up beside them."""

import shutil
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.faults.field import PIN, Field
from tests.faults.remains import kept, strike_out_what_is_gone
from tests.simulation.engineer import Engineer

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation


def tablet_restored(sim: "Simulation") -> None:
    """A tablet is what it was when it was copied; what was done and never sent is gone with it."""
    engineer = sim.somebody(alone=True)
    copy = _copied(engineer, sim.folder)
    known = set(sim.world.notebook.operations) | set(sim.world.notebook.files)
    sim.promised.append(known)

    def put_back() -> None:
        field = engineer.field
        had = kept(field)
        field.stop()
        shutil.rmtree(field.folder)
        shutil.copytree(copy, field.folder)
        field.restart()
        sim.promised.remove(known)
        # The same bytes may be on another tablet still: until that one is put back, too.
        for other in sim.promised:
            other -= had - kept(field)
        gone = strike_out_what_is_gone(sim.world, known)
        sim.trace.say(engineer.name, "is as copied; gone is", gone, kind="tablet restored")
        # Were the office to forget the same work, too, nobody would have it any more.
        sim.backups.clear()

    sim.trace.say(engineer.name, "is copied")
    engineer.work()
    engineer.sync()
    engineer.work()
    sim.agenda.at(sim.trace.now + timedelta(hours=sim.chance.randrange(1, 30)), put_back)


def tablet_cloned(sim: "Simulation") -> None:
    """Somebody sets up a second tablet with the copy of a first one; both go on."""
    engineer = sim.somebody(alone=True)
    if sim.clones >= 2:
        return
    sim.clones += 1
    copy = _copied(engineer, sim.folder)
    world, seed = sim.world, 1000 + sim.clones
    settings = engineer.field.settings
    field = Field(copy, world.clock, world.notebook, world.line, seed=seed, settings=settings)
    if field.session.token is not None:
        field.session.unlock(PIN)
    world.fields.append(field)
    clone = Engineer(world, field, engineer.users, Random(sim.chance.random()), sim.trace)
    sim.engineers.append(clone)
    sim.trace.say(engineer.name, "is cloned as", clone.name, kind="tablet cloned")
    for one in (clone, engineer):
        one.work()
    for one in (engineer, clone):
        one.sync()


def _copied(engineer: Engineer, folder: Path) -> Path:
    """The tablet's folder as it is now, put away; the tablet goes on."""
    field = engineer.field
    copy = folder / f"copy-{engineer.name}-{len(list(folder.glob('copy-*')))}"
    field.stop()
    shutil.copytree(field.folder, copy)
    field.restart()
    return copy
