"""The office's files are older than its records, or no longer what they were. Faults 22 and 31."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync_server.backup import backup
from tests.faults.hands import first_ticket, worked
from tests.faults.packages import brought, exported
from tests.faults.world import World

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
@pytest.mark.usefixtures("cheap_passphrases")
def test_22_a_package_brings_what_the_office_no_longer_has_whole(world: World, damage: Damage):
    luis = worked(world)
    luis.photo(first_ticket(luis))
    package = exported(luis)
    luis.round()
    for path in every_file(world):
        damage(path)
    brought(world, package)
    world.settle()
