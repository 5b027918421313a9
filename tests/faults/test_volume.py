"""Much at once: a month without a signal, ten thousand tickets in a morning. Faults 40 and 47."""

import os
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from field_app.store.database import Database
from sync_server.database.transactions import Transaction
from sync_server.tickets import store
from tests import cast
from tests.faults.field import Killed
from tests.faults.line import answer_lost, answered, lost_on_the_way
from tests.faults.world import World

OPERATIONS, PHOTOS = 1_000, 500
ASSIGNED = 10_000


@pytest.fixture(autouse=True)
def no_disk_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much at once is asked about here; what a power cut leaves on a disk is asked elsewhere."""
    opened = Database._open

    def open_lightly(self: Database) -> None:
        opened(self)
        self._connection.execute("PRAGMA synchronous = OFF")

    monkeypatch.setattr(Database, "_open", open_lightly)
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.mark.timeout(300)
def test_40_thirty_days_offline_with_a_thousand_operations_and_five_hundred_photos(world: World):
    luis = world.field()
    mine = [world.ticket() for _ in range(20)]
    luis.round()
    for number in range(PHOTOS):
        world.clock.forward(minutes=80)
        luis.session.keep_file(
            mine[number % 20], "capture", _tiny(number), "image/jpeg", f"Foto {number}"
        )
    for number in range(OPERATIONS - PHOTOS):
        luis.session.append(mine[number % 20], "notes", text=f"Nota {number}")
    luis.note()
    assert luis.waiting() == OPERATIONS + PHOTOS
    luis.line.next("/push", answer_lost, answered(413), answered(502), lost_on_the_way)
    luis.line.next("POST", *[answer_lost] * 3)
    for _ in range(8):
        world.try_round(luis)
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


def _tiny(number: int) -> bytes:
    """A real JPEG of one pixel's worth, no two alike."""
    file = BytesIO()
    colour = (number % 256, number // 256 * 40, 90)
    Image.new("RGB", (8, 8), colour).save(file, "JPEG", comment=str(number).encode())
    return file.getvalue()


@pytest.mark.timeout(300)
def test_47_ten_thousand_assigned_at_once_and_killed_halfway(world: World):
    luis = world.field()
    one = world.running.record(world.ticket())

    def assigned(tx: Transaction) -> None:
        for number in range(ASSIGNED):
            record = one.record.with_fields({"folio": f"SEI-2026-{number + 500:06d}"})
            new = replace(one, record=replace(record, id=f"ticket-{number:05d}"))
            store.store(tx, None, new, world.clock())

    world.running.do(assigned)
    pages = 0

    def dies(step: str) -> None:
        nonlocal pages
        pages += step == "page"
        if pages == 11:
            raise Killed("page 11")

    with pytest.raises(Killed):
        luis.round(dies)
    luis.restart()
    held = luis.session.counts()["all"]
    assert 0 < held < ASSIGNED
    luis.line.asked.clear()
    luis.round()
    assert luis.session.counts()["all"] == ASSIGNED + 1
    pulls = [asked for asked in luis.line.asked if asked.endswith("/pull")]
    assert len(pulls) <= 12, "it went on where it stood"
    assert cast.SERIAL in luis.session.today().rows[0].serial
