"""Somebody else answers, or a full office, or one that forgot us. Faults 27, 37, 41, 42."""

import errno
import json

import pytest
import zstandard

from field_app.sync.troubles import SignedOut, TooLarge
from shared.operations.packing import unpacked
from sync_server.api.bodies import MOST_UNPACKED
from sync_server.identity import devices
from tests.faults.hands import STEPS, first_ticket, worked
from tests.faults.line import (
    Fault,
    answer_lost,
    answered,
    carried_then_answered,
    meanwhile,
    twice,
    twice_second_answer,
)
from tests.faults.marks import on_both_databases
from tests.faults.world import World

PORTAL = b"<html><body>Bienvenido al WiFi del hospital</body></html>"


@pytest.mark.parametrize(
    "fault",
    [
        answered(200, PORTAL, content_type="text/html"),
        answered(200, b"{}", content_type="application/json"),
        answered(204), answered(200), answered(201),
        answered(302, location="https://portal.example/"),
        answered(404, PORTAL), answered(403, PORTAL), answered(401, PORTAL),
        answered(409, PORTAL), answered(400, b""), answered(511, PORTAL),
    ],
    ids=["html", "json", "204", "200", "201", "302", "404", "403", "401", "409", "400", "511"],
)  # fmt: skip
@pytest.mark.parametrize("step", STEPS)
def test_41_a_captive_portal(world: World, step: str, fault: Fault):
    luis = worked(world)
    luis.line.faults = [(step, fault)] * 50
    luis.step()
    assert luis.session.token is not None, "a portal's 401 signs nobody out"
    world.check()
    luis.line.faults.clear()
    world.settle()


def test_41_a_portal_says_nothing_of_a_file_that_a_restored_office_lost(world: World):
    luis = worked(world)
    backup = world.backup()
    luis.photo(first_ticket(luis))
    luis.round()
    world.restore(backup)
    luis.line.next("/blobs/", answered(200, PORTAL, content_type="text/html"))
    assert world.try_round(luis) is not None
    world.settle()


@pytest.mark.parametrize("status", [413, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("carried", [False, True])
def test_42_a_proxy_in_between(world: World, status: int, carried: bool):
    luis = worked(world)
    for number in range(20):
        luis.act(first_ticket(luis), f"Paso {number}.")
    fault = carried_then_answered(status) if carried else answered(status)
    for step in STEPS:
        luis.line.faults += [(step, fault)] * 2
    for _ in range(8):
        world.try_round(luis)
        world.check()
    assert not luis.line.faults
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


def test_42_batches_halve_until_they_pass(world: World):
    luis = worked(world)
    for number in range(40):
        luis.act(first_ticket(luis), f"Paso {number}.")
    sizes: list[int] = []

    def narrow(request, carry):
        encoding = request.headers.get("Content-Encoding", "")
        body = unpacked(request.content, encoding, MOST_UNPACKED, zstandard)
        sizes.append(len(json.loads(body)["ops"]))
        return answered(413)(request, carry) if sizes[-1] > 3 else carry(request)

    luis.line.next("/push", *[narrow] * 99)
    luis.round()
    assert max(sizes[-5:]) <= 3
    luis.line.faults.clear()
    world.settle()


@pytest.mark.parametrize("status", [400, 403, 415])
def test_42_a_proxy_that_lets_only_gzip_pass(world: World, status: int):
    luis = worked(world)
    for number in range(20):
        luis.act(first_ticket(luis), f"Paso {number}.")
    packings: list[str | None] = []

    def only_gzip(request, carry):
        packings.append(request.headers.get("Content-Encoding"))
        if packings[-1] == "zstd":
            return answered(status, PORTAL, content_type="text/html")(request, carry)
        return carry(request)

    luis.line.next("/push", *[only_gzip] * 99)
    stopped = world.try_round(luis)
    assert (stopped is None) == (status == 415), "a 415 is understood at once"
    world.settle()
    assert packings[:2] == ["zstd", "gzip"]
    assert packings.count("zstd") == 1
    assert set(luis.outcomes()) == {"applied"}


def test_42_one_operation_that_nobody_lets_through_is_said(world: World):
    luis = worked(world)
    luis.line.next("/push", *[answered(413)] * 99)
    assert isinstance(world.try_round(luis), TooLarge)
    luis.line.faults.clear()
    world.settle()


@on_both_databases
def test_37_a_token_revoked_in_the_middle_of_a_push(world: World):
    luis = worked(world)
    old = luis.device_id

    def revoked() -> None:
        world.running.do(lambda tx: devices.revoke(tx, old, world.clock(), wipe=False))

    luis.line.next("/push", meanwhile(revoked))
    luis.step()
    assert luis.session.token is None
    assert luis.session.status.sentence("es")
    assert luis.waiting() > 0
    luis.enrol(world.url, world.running.code())
    assert luis.device_id != old
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


@on_both_databases
def test_37_a_token_revoked_after_a_push_was_taken(world: World):
    luis = worked(world)
    old = luis.device_id
    luis.line.faults = [("/push", answer_lost)] * 9
    assert world.try_round(luis) is not None
    luis.line.faults.clear()
    world.running.do(lambda tx: devices.revoke(tx, old, world.clock(), wipe=False))
    assert isinstance(world.try_round(luis), SignedOut)
    luis.session.signed_out(wipe=False)
    luis.enrol(world.url, world.running.code())
    world.settle()
    assert "duplicate" in luis.outcomes(), "it had been taken, and is in the log once"


@on_both_databases
def test_37_a_token_rotates_and_the_answer_is_lost(world: World):
    luis = worked(world)
    for fault in (answer_lost, twice, twice_second_answer):
        world.clock.forward(days=31)
        luis.line.next("/hello", fault)
        luis.step()
        luis.step()
        assert luis.session.token is not None
        world.settle()


def test_27_the_office_s_disk_is_full(world: World):
    luis = worked(world)
    pages = _pragma(world, "page_count")
    _pragma(world, f"max_page_count = {pages}")
    for number in range(60):
        luis.act(first_ticket(luis), f"{number} " * 900)
    trouble = world.try_round(luis)
    assert trouble is not None, "507"
    world.check()
    assert luis.waiting() > 0
    _pragma(world, "max_page_count = 10000000")
    world.settle()


def test_27_the_office_s_disk_is_full_for_files(world: World, monkeypatch: pytest.MonkeyPatch):
    luis = worked(world)

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sync_server.blobs.local.os.fsync", full)
        assert world.try_round(luis) is not None
    world.check()
    world.settle()


def _pragma(world: World, text: str) -> int:
    with world.office.database.migrating().connect() as connection:
        found: int = connection.exec_driver_sql(f"PRAGMA {text}").scalar_one()
        return found
