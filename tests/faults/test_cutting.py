"""A whole round with words and files, cut at every so-many-th byte, each thing arriving once.

Faults 2, 3 and 21, on the bytes themselves: a proxy goes dead in the middle of whatever is said.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from field_app.device.settings import read_settings
from sync_server.database import tables
from tests.faults.field import Field
from tests.faults.proxy import CuttingProxy, Direction
from tests.faults.world import World

STEP = 40
"""Bytes between two cuts."""

SHARE = int(os.environ.get("FOLIO_CUTS", "8"))
"""Every so-many-th cut is made, from an offset that the day gives; `make soak` makes them all."""

TURN = int(os.environ.get("FOLIO_TURN", datetime.now(UTC).toordinal() % SHARE))


@pytest.fixture
def proxy(world: World) -> Iterator[CuttingProxy]:
    address = urlsplit(world.url)
    proxy = CuttingProxy((str(address.hostname), int(address.port or 0)))
    yield proxy
    proxy.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("direction", ["request", "response"])
def test_02_03_21_a_round_cut_at_every_40th_byte(
    world: World, proxy: CuttingProxy, direction: Direction
):
    world.ticket()
    # Two operations a batch: a round has more than one, and cuts fall between them, too.
    settings = replace(read_settings(), operations_per_push=2)
    luis = world.field(url=proxy.address, settings=settings)
    whole = _length(world, proxy, luis, direction)
    cuts = range(STEP * (TURN % SHARE) + 1, whole + 1, STEP * SHARE)
    assert len(cuts) > 5
    broken = 0
    for at in cuts:
        _work(world, luis)
        proxy.cut(direction, at)
        broken += world.try_round(luis) is not None
        _exactly_once(world, luis, at)
        proxy.mend()
        luis.round()
        assert luis.waiting() == 0, f"cut at byte {at} (FOLIO_TURN={TURN}): something still waits"
        _exactly_once(world, luis, at)
        if at % (5 * STEP * SHARE) < STEP * SHARE:
            world.check()
    assert broken >= len(cuts) * 3 // 4, "most cuts end a round"
    world.settle()


def _length(world: World, proxy: CuttingProxy, luis: Field, direction: Direction) -> int:
    """How many bytes a round of this kind carries, when nobody cuts it."""
    for _ in range(2):
        _work(world, luis)
        proxy.mend()
        luis.round()
    return proxy.carried[direction]


def _work(world: World, luis: Field) -> None:
    """Words and a photo on the newest ticket of the tablet, and another one comes in."""
    luis.tablet.network.close()  # Each round opens its own line: all of them carry alike.
    mine = max(row.id for row in luis.session.today(filter="all", limit=1000).rows)
    luis.act(mine, "Se limpió el fusor.")
    luis.fill(mine, diagnosis=f"El fusor del ticket {mine} está abierto.")
    luis.photo(mine)
    world.ticket()


def _exactly_once(world: World, luis: Field, at: int) -> None:
    """What was captured is queued or logged, and nothing is logged twice."""
    o = tables.operation.c
    logged = world.logged()
    with world.office.database.reading() as tx:
        count = tx.scalar(select(func.count()).where(o.n.is_not(None), o.outcome != "duplicate"))
        files = set(tx.scalars(select(tables.blob.c.sha256)))
    assert count == len([op_id for op_id in logged if op_id in world.notebook.operations]), at
    queued = {row["op_id"] for row in luis.queued()}
    assert set(world.notebook.operations) <= set(logged) | queued, f"cut at byte {at}"
    for name in world.notebook.files:
        assert name in files or luis.means_to_send(name), f"cut at byte {at}: {name}"
