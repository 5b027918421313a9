"""Rescue packages on their way by hand: written by a tablet, brought to the office."""

from io import BytesIO

from shared.ticket.people import Actor, Role
from sync_server.sync import rescue
from sync_server.sync.rescue import Tally
from sync_server.sync.rescue_package import Package
from tests.faults.field import Field
from tests.faults.world import World
from tests.rescue import PASSPHRASE

SOMEBODY = Actor("command-line", Role.SUPERVISOR)


def exported(field: Field) -> bytes:
    """The package that this tablet writes now."""
    return field.session.rescue_package(PASSPHRASE)


def brought(world: World, package: bytes) -> Tally:
    """Somebody brings a package to the office."""
    return rescue.take_in(world.office, Package(BytesIO(package), PASSPHRASE), SOMEBODY)
