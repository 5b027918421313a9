"""The office's files are older than its records, or no longer what they were. Faults 22 and 31."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from shared.people import Actor, Role
from sync_server import backup, rescue
from sync_server.rescue_package import Package
from tests.faults.hands import first_ticket, worked
from tests.faults.world import World
from tests.rescue import PASSPHRASE

Damage = Callable[[Path], object]


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def rotten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGES = [Path.unlink, shortened, rotten]


def every_file(world: World) -> list[Path]:
    """Where the office keeps what it verified."""
    return list(Path(world.running.settings.blob_place).glob("??/*"))


@pytest.mark.parametrize("damage", DAMAGES, ids=["gone", "shortened", "rotten"])
def test_31_files_that_the_office_lost_come_again_with_a_new_epoch(world: World, damage: Damage):
    luis = worked(world)
    luis.round()
    assert luis.waiting() == 0
    files = every_file(world)
    world.running.stop()
    for path in files:
        damage(path)
    backup.new_epoch(world.running.settings)
    world.running.start()
    world.settle()
    assert files
    for path in files:
        assert world.office.blobs.read(path.name)


@pytest.mark.parametrize("damage", DAMAGES, ids=["gone", "shortened", "rotten"])
def test_22_a_photo_that_rotted_after_the_office_had_it_holds_nothing_up(
    world: World, damage: Damage
):
    luis = worked(world)
    luis.round()
    world.restore(world.backup())
    for path in luis.database.folder.glob("evidence/*/*"):
        damage(path)
    luis.round()
    assert luis.waiting() == 0, "the office's is whole"
    world.settle()


@pytest.mark.parametrize("damage", DAMAGES, ids=["gone", "shortened", "rotten"])
def test_22_a_package_brings_what_the_office_no_longer_has_whole(
    world: World, monkeypatch: pytest.MonkeyPatch, damage: Damage
):
    monkeypatch.setattr("field_app.sync.rescue.COST", {"n": 16, "r": 1, "p": 1})
    luis = worked(world)
    luis.photo(first_ticket(luis))
    package = luis.session.rescue_package(PASSPHRASE)
    luis.round()
    for path in every_file(world):
        damage(path)
    brought = Package(BytesIO(package), PASSPHRASE)
    rescue.take_in(world.office, brought, Actor("command-line", Role.SUPERVISOR))
    world.settle()
