"""Photos on their way: cut anywhere, damaged, shared, early, and nowhere to go. Faults 21–25."""

import base64
from dataclasses import replace
from hashlib import sha256

import httpx
import pytest
from sqlalchemy import select

from field_app.device.settings import read_settings
from field_app.store import evidence
from sync_server.blobs.store import StoreDown
from sync_server.database.tables import blob as blob_table
from sync_server.sync import received_files
from tests.faults.field import Field, picture
from tests.faults.hands import at_once, first_ticket
from tests.faults.line import (
    Carry,
    Fault,
    answer_lost,
    flipped_bit,
    lost_on_the_way,
    twice,
)
from tests.faults.marks import everywhere, on_both_stores
from tests.faults.world import World

PIECE = 1_000
"""Bytes: a photo of the tests has several, its thumbnail one."""

SMALL_PIECES = replace(read_settings(), chunk_bytes=PIECE)


def with_photo(world: World) -> tuple[Field, str]:
    luis = world.field(settings=SMALL_PIECES)
    ticket = world.ticket()
    luis.round()
    luis.photo(ticket)
    return luis, ticket


def after(count: int, fault: Fault) -> Fault:
    """The fault, from the so many-th request on."""
    seen = 0

    def later(request: httpx.Request, carry: Carry) -> httpx.Response:
        nonlocal seen
        seen += 1
        return fault(request, carry) if seen > count else carry(request)

    return later


@on_both_stores
@pytest.mark.parametrize("fault", [lost_on_the_way, answer_lost, flipped_bit])
def test_21_a_photo_cut_at_every_piece(world: World, fault: Fault):
    luis, _ = with_photo(world)
    pieces = sum(-(-blob.size // PIECE) for blob in evidence.unsent(luis.database))
    for piece in range(1, pieces):
        dead = after(piece % 3, fault)
        luis.line.faults = [(verb, _only_files(dead)) for verb in ("POST", "PATCH")] * 99
        world.try_round(luis)
        luis.line.faults.clear()
        world.check()
        if not luis.waiting():
            luis.photo(first_ticket(luis))
    world.settle()


def _only_files(fault: Fault) -> Fault:
    def on_files(request: httpx.Request, carry: Carry) -> httpx.Response:
        return fault(request, carry) if "/blobs/" in request.url.path else carry(request)

    return on_files


@on_both_stores
def test_21_an_upload_goes_on_from_its_offset(world: World):
    luis, _ = with_photo(world)
    blob = evidence.unsent(luis.database)[-1]
    dead = _only_files(after(3, lost_on_the_way))
    luis.line.faults = [(verb, dead) for verb in ("POST", "PATCH", "HEAD") for _ in range(99)]
    assert world.try_round(luis) is not None
    luis.line.faults.clear()
    luis.line.asked.clear()
    world.settle()
    sent = [verb for verb in luis.line.asked if verb.startswith("PATCH")]
    assert 0 < len(sent) < -(-blob.size // PIECE) + 5, "only what was missing went again"


@on_both_stores
def test_21_the_last_piece_arrived_and_nobody_said_so(world: World, monkeypatch):
    luis, _ = with_photo(world)
    real, calls = received_files.receive, []

    def fails_once(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise StoreDown("the machine stopped here")
        return real(*args, **kwargs)

    monkeypatch.setattr(received_files, "receive", fails_once)
    assert world.try_round(luis) is not None
    world.check()
    world.settle()


def test_22_a_photo_corrupt_on_the_disk(world: World):
    luis, ticket = with_photo(world)
    good = luis.photo(ticket)
    [bad] = [b for b in evidence.unsent(luis.database) if b.rank == evidence.Rank.PHOTO][:1]
    path = luis.database.folder / "evidence" / bad.sha256[:2] / bad.sha256
    original = path.read_bytes()
    path.write_bytes(original[:-9] + b"corrupted")
    luis.round()
    luis.round()
    assert luis.waiting() == 0, "the others went, and nobody is asked for ever"
    told = world.running.fields(ticket)["bytes_lost"]
    assert {name: loss["reason"] for name, loss in told.items()} == {bad.sha256: "damaged"}
    assert good in {entry["id"] for entry in world.running.entries(ticket, "evidence")}
    with world.office.database.reading() as tx:
        known = select(blob_table.c.sha256).where(blob_table.c.sha256 == bad.sha256)
        assert tx.scalar(known) is None
    evidence.keep(luis.database, original)
    world.settle()


@on_both_stores
def test_22_bytes_that_are_not_the_announced_ones_are_thrown_away(world: World):
    luis, _ = with_photo(world)
    data, other = picture(luis.chance), picture(luis.chance)
    answer = _sent_by_hand(world, luis, sha256(data).hexdigest(), other)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/digest-mismatch")
    assert _sent_by_hand(world, luis, sha256(data).hexdigest(), data).status_code == 201
    world.settle()


@on_both_stores
def test_23_the_same_photo_on_two_tickets(world: World):
    luis, ticket = with_photo(world)
    other = world.ticket()
    luis.round()
    data = picture(luis.chance)
    for one in (ticket, other):
        luis.photo(one, data=data)
    luis.round()
    second = world.field()
    second.photo(other, "before", data=data)
    world.settle()
    entries = [
        *world.running.entries(ticket, "evidence"),
        *world.running.entries(other, "evidence"),
    ]
    assert len({entry["sha256"] for entry in entries}) == 2
    assert len(entries) == 4


@on_both_stores
def test_24_the_object_store_is_down(world: World, monkeypatch: pytest.MonkeyPatch):
    luis, ticket = with_photo(world)
    luis.act(ticket, "Se limpió el fusor.")
    with monkeypatch.context() as patch:
        for name in ("add", "keep", "has", "held", "assembled"):
            patch.setattr(type(world.office.blobs), name, _down)
        trouble = world.try_round(luis)
        assert trouble is not None
        assert trouble.sentence("es")
    assert set(luis.outcomes()) == {"applied"}, "words went before photos"
    world.check()
    world.settle()


def _down(*args: object) -> None:
    raise StoreDown("no answer")


@everywhere
def test_25_a_file_before_its_metadata(world: World):
    luis, ticket = with_photo(world)
    for blob in evidence.unsent(luis.database):
        data = evidence.read(luis.database, blob.sha256)
        assert _sent_by_hand(world, luis, blob.sha256, data).status_code == 201
    world.check()
    luis.line.asked.clear()
    luis.round()
    assert not [asked for asked in luis.line.asked if asked.startswith("PATCH")], "nothing twice"
    world.settle()
    assert world.running.entries(ticket, "evidence")


@on_both_stores
def test_21_two_send_the_same_file_at_once(world: World):
    luis, _ = with_photo(world)
    blob = evidence.unsent(luis.database)[0]
    data = evidence.read(luis.database, blob.sha256)
    answers = at_once(4, lambda: _sent_by_hand(world, luis, blob.sha256, data).status_code)
    assert set(answers) == {201}
    luis.line.next("POST", twice)
    world.settle()


def _sent_by_hand(world: World, field: Field, name: str, data: bytes) -> httpx.Response:
    metadata = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in {"sha256": name, "mime": "image/jpeg"}.items()
    )
    return httpx.post(
        f"{world.url}/api/v1/blobs/",
        content=data,
        headers={
            "Authorization": f"Bearer {field.session.token}",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            "Upload-Metadata": metadata,
            "Content-Type": "application/offset+octet-stream",
        },
        timeout=30,
    )


def test_21_a_photo_struck_out_and_taken_again_while_it_goes_up(world: World):
    luis = world.field(settings=SMALL_PIECES)
    ticket = world.ticket()
    luis.round()
    first = luis.photo(ticket)
    luis.line.next("PATCH", lost_on_the_way)
    assert world.try_round(luis) is not None
    luis.void(ticket, "evidence", first)
    luis.photo(ticket)
    world.settle()
    struck_out = [entry["id"] for entry in world.running.entries(ticket, "evidence")
                  if "voided" in entry]  # fmt: skip
    assert struck_out == [first]
