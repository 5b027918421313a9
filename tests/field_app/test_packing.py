"""Zstd where the office takes it, gzip elsewhere; and no answer grows beyond a page. SYNC.md."""

import gzip
import json

import httpx
import pytest
import zstandard

from field_app.store.operation_queue import Pending
from field_app.sync import packing
from field_app.sync.answers import Pushed
from field_app.sync.server import Caller, Server
from field_app.sync.troubles import BrokenAnswer, Busy, NotOurServer, RequestRefused
from shared.operations.packing import unpacked
from shared.operations.wire import content_digest
from tests.field_app.cast import NOW
from tests.field_app.small_office import page, problem, reply
from tests.packed import with_zstd, zstd_of_unknown_size

CALLER = Caller("device-1", "secret", "0.1.0")
OPERATION = json.dumps({"n": 1, "body": "El fusor no alcanza temperatura. " * 40}).encode()
HELLO = {
    "epoch": "e", "last_n": 0, "durable_n": 0, "scopes": ["org"], "time": NOW.isoformat(),
    "minimum_pull_schema": 1, "actions": [],
}  # fmt: skip


class Office(httpx.BaseTransport):
    """Says in its hello what it takes; `answers` come first, one by one; `packings` that came."""

    def __init__(self, takes: str | None = None, *answers: httpx.Response) -> None:
        self.takes = takes
        self.answers = list(answers)
        self.packings: list[str | None] = []
        self.asked_for: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        self.asked_for.append(request.headers["Accept-Encoding"])
        if request.url.path.endswith("/hello"):
            hello = reply(200, **HELLO)
            hello.headers.update({"Accept-Encoding": self.takes} if self.takes else {})
            return hello
        packing = request.headers.get("Content-Encoding")
        self.packings.append(packing)
        if self.answers:
            return self.answers.pop(0)
        assert json.loads(unpacked(body, packing or "", 1 << 20, zstandard))["ops"] == [
            json.loads(OPERATION)
        ]
        results = [{"n": 1, "outcome": "applied", "rev": 1}]
        return reply(200, last_n=1, durable_n=0, time=NOW.isoformat(), results=results)


def met(office: Office) -> Server:
    server = Server("https://office.example", 5, office)
    server.hello(CALLER, {})
    return server


def pushed(server: Server) -> Pushed:
    return server.push(CALLER, server.batch(CALLER, [Pending(1, 1, OPERATION)]))


@pytest.mark.parametrize(
    ("takes", "packing"),
    [(None, "gzip"), ("gzip", "gzip"), ("gzip, zstd;q=0", "gzip"), ("zstd, gzip", "zstd")],
)
def test_an_operation_goes_up_as_the_office_takes_it(takes, packing):
    office = Office(takes)
    pushed(met(office))
    assert office.packings == [packing]
    assert office.asked_for == ["zstd, gzip"] * 2


def test_before_the_office_has_spoken_it_gets_what_every_office_reads():
    office = Office("zstd")
    pushed(Server("https://office.example", 5, office))
    assert office.packings == ["gzip"]


def test_an_office_that_says_it_takes_zstd_and_does_not_gets_gzip_at_once_and_from_then_on():
    office = Office("zstd, gzip", problem(415, "packing"))
    server = met(office)
    assert pushed(server).last_n == 1
    server.hello(CALLER, {})
    pushed(server)
    assert office.packings == ["zstd", "gzip", "gzip"]
    assert office.asked_for[-1] == "gzip"


def test_what_was_packed_before_zstd_was_given_up_is_packed_anew():
    office = Office("zstd", problem(415, "packing"))
    server = met(office)
    first, second = (server.batch(CALLER, [Pending(1, 1, OPERATION)]) for _ in range(2))
    server.push(CALLER, first)
    server.push(CALLER, second)
    assert office.packings == ["zstd", "gzip", "gzip"]


def test_who_knows_not_even_gzip_is_asked_twice_and_no_more():
    office = Office("zstd", problem(415, "packing"), problem(415, "packing"))
    with pytest.raises(RequestRefused):
        pushed(met(office))
    assert office.packings == ["zstd", "gzip"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (page(403, "<h1>Blocked by your firewall</h1>"), NotOurServer),
        (page(200, "<h1>Blocked by your firewall</h1>"), NotOurServer),
        (problem(400, "digest"), RequestRefused),
    ],
)
def test_a_stranger_between_us_who_lets_no_zstd_pass_stops_one_round_only(answer, trouble):
    office = Office("zstd", answer)
    server = met(office)
    with pytest.raises(trouble):
        pushed(server)
    server.hello(CALLER, {})
    assert pushed(server).last_n == 1
    assert office.packings == ["zstd", "gzip"]


def test_a_busy_office_is_no_reason_to_pack_otherwise():
    office = Office("zstd", problem(503, "away"))
    server = met(office)
    with pytest.raises(Busy):
        pushed(server)
    pushed(server)
    assert office.packings == ["zstd", "zstd"]


def said(body: bytes, packing: str) -> None:
    """A hello whose answer is this body, under a digest that speaks of it."""

    def office(request):
        headers = {"Content-Digest": content_digest(body), "Content-Encoding": packing}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    Server("https://office.example", 5, httpx.MockTransport(office)).hello(CALLER, {})


WHOLE = json.dumps(HELLO).encode()
PACKED = {
    "zstd": [with_zstd(WHOLE), zstd_of_unknown_size(WHOLE)],
    "gzip": [gzip.compress(WHOLE)],
}
BODIES = [(body, packing) for packing, bodies in PACKED.items() for body in bodies]


@pytest.mark.parametrize(("body", "packing"), BODIES)
def test_an_answer_cut_anywhere_before_it_was_sent_does_not_count(body, packing):
    said(body, packing)
    for length in range(len(body)):
        with pytest.raises(BrokenAnswer):
            said(body[:length], packing)


@pytest.mark.parametrize("packing", ["gzip", "zstd", "br"])
def test_an_answer_that_is_not_packed_as_it_says_does_not_count(packing):
    with pytest.raises(BrokenAnswer):
        said(WHOLE, packing)


@pytest.mark.parametrize(
    "pack", [gzip.compress, with_zstd, zstd_of_unknown_size], ids=["gzip", "zstd", "no size"]
)
def test_an_answer_that_grows_beyond_any_page_does_not_count(pack, monkeypatch):
    packing_name = "gzip" if pack is gzip.compress else "zstd"
    large = json.dumps({**HELLO, "more": "x" * 9000}).encode()
    monkeypatch.setattr(packing, "MOST_UNPACKED", len(large))
    said(pack(large), packing_name)
    monkeypatch.setattr(packing, "MOST_UNPACKED", len(large) - 1)
    with pytest.raises(BrokenAnswer):
        said(pack(large), packing_name)


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr("field_app.sync.server.MOST_UNPACKED", 1 << 20)
    read: list[int] = []

    class Endless(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                read.append(1 << 16)
                yield b" " * (1 << 16)

    office = httpx.MockTransport(lambda request: httpx.Response(200, stream=Endless()))
    with pytest.raises(BrokenAnswer):
        Server("https://office.example", 5, office).hello(CALLER, {})
    assert sum(read) <= 2 << 20


def test_a_stranger_s_problem_that_is_not_packed_as_it_says_has_a_name_all_the_same():
    damaged = gzip.compress(b"{}")[:10] + b"\xff" * 30
    strange = page(502, "", **{"Content-Encoding": "gzip"})
    strange.stream = httpx.ByteStream(damaged)
    server = Server("https://office.example", 5, httpx.MockTransport(lambda request: strange))
    with pytest.raises(Busy):
        server.hello(CALLER, {})
