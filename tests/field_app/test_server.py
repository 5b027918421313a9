"""An answer counts only when it is whole, matches its digest, and is the expected message."""

import gzip
import json

import httpx
import pytest

from field_app.store.operation_queue import Pending
from field_app.sync.server import Caller, Server
from field_app.sync.troubles import (
    BadAddress,
    BrokenAnswer,
    Busy,
    EnrolmentRefused,
    Fork,
    Gap,
    NoSignal,
    NotOurServer,
    NotPermitted,
    OfficeFault,
    OfficeFull,
    RequestRefused,
    SignedOut,
    TooLarge,
    UpdateNeeded,
)
from shared.operations.wire import content_digest, digest_matches
from tests.field_app.cast import NOW
from tests.field_app.small_office import page, problem, reply

CALLER = Caller("device-1", "secret", "0.1.0")
HELLO = {
    "epoch": "e", "last_n": 0, "durable_n": 0, "scopes": ["org"], "time": NOW.isoformat(),
    "minimum_pull_schema": 1, "actions": [],
}  # fmt: skip


def server(answer) -> Server:
    return Server("https://office.example", 5, httpx.MockTransport(answer))


def pushed(answer, operation: bytes = b'{"n":1}'):
    office = server(answer)
    return office.push(CALLER, office.batch(CALLER, [Pending(1, 1, operation)]))


def hello(answer):
    return server(answer).hello(CALLER, {})


def test_a_whole_answer_is_read():
    assert hello(lambda request: reply(200, **HELLO)).epoch == "e"


def test_what_is_sent_carries_the_token_and_its_digest_and_is_packed_when_large():
    seen: list[httpx.Request] = []

    def office(request):
        seen.append(request)
        return reply(200, last_n=1, durable_n=0, time=NOW.isoformat(), results=[
            {"n": 1, "outcome": "applied", "rev": 1}
        ])  # fmt: skip

    pushed(office, b'{"n":1,"body":"%b"}' % (b"x" * 5000))
    [request] = seen
    assert request.headers["Authorization"] == "Bearer secret"
    assert digest_matches(request.headers["Content-Digest"], request.content)
    assert json.loads(gzip.decompress(request.content))["ops"][0]["n"] == 1


def portal(request):
    return page(200, "<h1>Bienvenido al wifi</h1>")


def wrong_digest(request):
    raw = json.dumps(HELLO).encode()
    headers = {"Content-Digest": content_digest(raw[:-1])}
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(raw))


def no_digest(request):
    return page(200, json.dumps(HELLO))


def another_message(request):
    return reply(200, hello="world")


def broken_packing(request):
    raw = gzip.compress(b"{}")[:-3]
    headers = {"Content-Digest": content_digest(raw), "Content-Encoding": "gzip"}
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(raw))


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (portal, NotOurServer),
        (no_digest, NotOurServer),
        (another_message, NotOurServer),
        (broken_packing, BrokenAnswer),
        (wrong_digest, BrokenAnswer),
        (lambda r: page(302, Location="http://wifi/"), NotOurServer),
        (lambda r: page(401, "log in to the proxy"), NotOurServer),
        (lambda r: page(404, "nothing here"), NotOurServer),
        (lambda r: problem(401, "not-signed-in"), SignedOut),
        (lambda r: problem(403, "device"), NotPermitted),
        (lambda r: problem(409, "gap", expect=4), Gap),
        (lambda r: problem(409, "fork"), Fork),
        (lambda r: page(413, "too large"), TooLarge),
        (lambda r: problem(426, "schema"), UpdateNeeded),
        (lambda r: problem(400, "message"), RequestRefused),
        (lambda r: page(429), Busy),
        (lambda r: page(502, "bad gateway"), Busy),
        (lambda r: problem(503, "away"), Busy),
        (lambda r: page(504), Busy),
        (lambda r: problem(507, "full"), OfficeFull),
        (lambda r: problem(500, "fault"), OfficeFault),
    ],
)
def test_every_other_answer_has_its_own_name_and_a_sentence_in_both_languages(answer, trouble):
    with pytest.raises(trouble) as raised:
        hello(answer)
    assert type(raised.value) is trouble
    for language in ("es", "en"):
        assert raised.value.sentence(language)


def test_a_retired_tablet_is_told_by_the_401():
    with pytest.raises(SignedOut) as raised:
        hello(lambda r: problem(401, "not-signed-in", wipe=True))
    assert raised.value.values["wipe"]


def test_the_office_says_how_long_to_wait():
    with pytest.raises(Busy) as raised:
        hello(lambda r: problem(503, "away", headers={"Retry-After": "120"}))
    assert raised.value.values["seconds"] == 120
    dates = {
        "Date": "Mon, 09 Mar 2026 15:00:00 GMT",
        "Retry-After": "Mon, 09 Mar 2026 15:00:30 GMT",
    }
    with pytest.raises(Busy) as raised:
        hello(lambda r: problem(429, "wait", headers=dates))
    assert raised.value.values["seconds"] == 30


def test_no_route_is_no_signal():
    def away(request):
        raise httpx.ConnectError("no route")

    with pytest.raises(NoSignal):
        hello(away)


def test_a_slow_office_is_no_signal_either_but_says_that_it_was_slow():
    def slow(request):
        raise httpx.ReadTimeout("slow")

    with pytest.raises(NoSignal) as raised:
        hello(slow)
    assert raised.value.values == {"slow": True}


def test_a_kept_connection_that_was_closed_meanwhile_is_opened_once_more():
    tries: list[int] = []

    def closed_first(request):
        tries.append(1)
        if len(tries) == 1:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return reply(200, **HELLO)

    assert hello(closed_first).epoch == "e"


def test_a_push_without_an_outcome_for_each_operation_is_no_answer():
    answer = reply(200, last_n=1, durable_n=0, time=NOW.isoformat(), results=[])
    with pytest.raises(BrokenAnswer):
        pushed(lambda r: answer)


def test_a_wrong_code_is_said_to_be_one():
    with pytest.raises(EnrolmentRefused):
        server(lambda r: problem(403, "code")).enrol("X", {})


@pytest.mark.parametrize("address", ["", "ftp://x", "http://", "una oficina"])
def test_what_is_no_address_is_refused_before_it_is_called(address):
    with pytest.raises(BadAddress):
        Server(address, 5)


@pytest.mark.parametrize("share", range(0, 100, 5))
def test_a_real_answer_cut_anywhere_does_not_count(share):
    import socket
    import threading

    whole = reply(200, **HELLO)
    body = whole.read()
    head = "HTTP/1.1 200 OK\r\n" + "".join(f"{k}: {v}\r\n" for k, v in whole.headers.items())
    raw = f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    cut = len(raw) * share // 100
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            connection.recv(65536)
            connection.sendall(raw[:cut])
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    office = Server(f"http://127.0.0.1:{listening.getsockname()[1]}", 5)
    with pytest.raises(BrokenAnswer):
        office.hello(CALLER, {})
    thread.join()
    listening.close()
    office.close()
