"""What a stranger may hold of the office's web server: heads, cookies, time, streams."""

import http.cookies
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.operations.bounded_requests import (
    BODY_LEAST,
    LARGEST_HEAD,
    BoundedRequests,
    plain_cookies,
)
from sync_server.runtime import live, web_server
from tests.http_line import HttpLine, asked
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    yield office
    office.stop()


def head_of(size: int) -> str:
    """A header that makes the whole head, as it is counted, so large."""
    others = len("/healthz") + sum(
        len(n) + len(v) + 4 for n, v in (("Host", "x"), ("Connection", "close"))
    )
    return "X-Much: " + "a" * (size - others - len("X-Much") - 4)


def test_a_head_holds_sixteen_kilobytes_and_no_byte_more(here):
    assert asked(here.port, head_of(LARGEST_HEAD))[0] == 200
    assert asked(here.port, head_of(LARGEST_HEAD + 1))[0] == 431


def test_many_small_headers_are_as_much_as_a_large_one(here):
    assert asked(here.port, *(f"X-{n}: {n}" for n in range(400)))[0] == 200
    assert asked(here.port, *(f"X-{n}: {n}" for n in range(2000)))[0] == 431


def test_an_address_counts_with_the_headers(here):
    assert asked(here.port, path="/healthz?" + "a" * 15_000)[0] == 200
    assert asked(here.port, path="/healthz?" + "a" * LARGEST_HEAD)[0] == 431


def test_headers_behind_a_body_count_too(here):
    body = "1\r\na\r\n0\r\n" + "X-Trailer: a\r\n" * 3000 + "\r\n"
    with HttpLine(here.port) as line:
        line.say(
            b"POST /v HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body.encode()
        )
        assert line.hear().startswith(b"HTTP/1.1 431")


def test_a_head_without_an_end_is_refused_before_its_header_is_whole(here):
    with HttpLine(here.port) as line:
        line.say(b"GET / HTTP/1.1\r\nX: a")
        for _ in range(64):
            line.say(b"a" * 65536)
        heard = line.hear()
    assert heard == b"" or heard.startswith(b"HTTP/1.1 431")
    assert asked(here.port)[0] == 200


def test_a_quoted_cookie_is_not_unquoted(here, monkeypatch):
    unquoted: list[str] = []

    def note(value: str) -> str:
        unquoted.append(value)
        return value

    monkeypatch.setattr(http.cookies, "_unquote", note)
    value = "\\" * 15_000
    assert (
        asked(here.port, f'Cookie: folio_theme=plain; folio_session="{value}"', path="/v")[0] == 200
    )
    assert "plain" in unquoted
    assert not any("\\" in each for each in unquoted)


def test_a_plain_cookie_stays_as_it_came():
    assert plain_cookies(b"a=b; c=d") == b"a=b; c=d"
    assert plain_cookies(b'a=b; c="d"; e=f') == b"a=b; e=f"
    assert plain_cookies(b"a=\\073; e=f") == b" e=f"


@pytest.fixture
def hasty(monkeypatch):
    """The time limits of a request, so short that a test can outwait them."""
    monkeypatch.setattr(BoundedRequests, "head_seconds", 0.2)
    monkeypatch.setattr(BoundedRequests, "body_seconds", 0.2)


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-"])
def test_a_head_that_never_ends_is_not_waited_for(here, hasty, begun):
    with HttpLine(here.port) as line:
        line.say(begun)
        heard = line.hear()
    assert heard[:12] == (b"HTTP/1.1 408" if begun.strip() else b"")


def test_a_head_that_drips_is_not_waited_for(here, hasty):
    with HttpLine(here.port) as line:
        line.say(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for n in range(400):
            line.say(f"X-{n}: a\r\n".encode())
            if not line.is_open_for(0.05):
                break
        heard = line.heard
    assert heard.startswith(b"HTTP/1.1 408")


def test_a_body_that_never_comes_is_not_waited_for(here, hasty):
    with HttpLine(here.port) as line:
        line.say(b"POST /api/v1/sync/push HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n{")
        assert line.hear().startswith(b"HTTP/1.1 408")


class StoppedLoop:
    """A loop in which time passes only when a test says so."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Any]] = []

    def call_later(self, seconds: float, call: Any) -> Any:
        entry = (seconds, call)
        self.due.append(entry)
        return SimpleNamespace(cancel=lambda: self.due.clear())

    def pass_(self) -> None:
        """The one thing that is due happens."""
        (entry,) = self.due
        self.due.clear()
        entry[1]()


class Line:
    """The protocol's end of a connection, with a body of 9,000 bytes begun."""

    def __init__(self) -> None:
        self.loop = StoppedLoop()
        self.sent, self.closed = b"", False
        self.protocol = cast(Any, SlowBody())
        self.protocol.loop = self.loop
        self.protocol.transport = self
        self.protocol.flow = SimpleNamespace(read_paused=False)
        self.protocol.cycle = SimpleNamespace(response_started=False, response_complete=False)
        self.protocol.on_headers_complete()

    def write(self, content: bytes) -> None:
        self.sent += content

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


class Silent:
    """What uvicorn would do with it."""

    def on_headers_complete(self) -> None: ...
    def on_body(self, body: bytes) -> None: ...
    def on_message_complete(self) -> None: ...


class SlowBody(BoundedRequests, Silent): ...


def test_a_body_that_goes_on_coming_is_waited_for():
    line = Line()
    for _ in range(9):
        line.protocol.on_body(b"a" * BODY_LEAST)
        line.loop.pass_()
        assert not line.closed
    line.protocol.on_body(b"a" * (BODY_LEAST - 1))
    line.loop.pass_()
    assert line.closed
    assert line.sent.startswith(b"HTTP/1.1 408")


def test_a_body_that_waits_for_us_is_not_blamed():
    line = Line()
    line.protocol.flow.read_paused = True
    line.loop.pass_()
    assert not line.closed


def test_a_whole_request_has_no_clock():
    line = Line()
    line.protocol.on_message_complete()
    assert line.loop.due == []


def test_an_answer_may_take_longer_than_any_request(here, hasty):
    """The stream of a tablet goes on, though nothing more is asked."""
    tablet = RawTablet(here)
    token = f"Authorization: Bearer {tablet.token}"
    with HttpLine(here.port) as line:
        line.say(f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n{token}\r\n\r\n".encode())
        assert line.is_open_for(0.8)
    tablet.close()


def test_an_old_python_is_named_with_the_one_that_is_mended():
    assert "3.11.10" in web_server.warning((3, 11, 9))
    assert web_server.warning((3, 11, 10)) == ""
    assert "3.12.6" in web_server.warning((3, 12, 5))
    assert web_server.warning((3, 12, 6)) == web_server.warning((3, 13, 0)) == ""


def open_stream(office: RunningOffice, token: str) -> HttpLine:
    """A stream of live events that has begun."""
    line = HttpLine(office.port)
    mine = f"Connection: close\r\nAuthorization: Bearer {token}"
    line.say(f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n{mine}\r\n\r\n".encode())
    while b"listening" not in line.heard:
        assert line.hears_more()
    return line


def test_a_tablet_has_so_many_streams_and_the_newest_ones(here, monkeypatch):
    monkeypatch.setattr(live, "MOST_OF_ONE", 2)
    mine, other = RawTablet(here), RawTablet(here)
    beside = open_stream(here, other.token)
    first, second, third = (open_stream(here, mine.token) for _ in range(3))
    assert first.hear().endswith(b"0\r\n\r\n")
    for line in (second, third, beside):
        assert line.is_open_for(0.1)
    for line in (first, second, third, beside):
        line.close()
    mine.close()
    other.close()


def test_an_office_has_so_many_streams_and_says_so(here, monkeypatch):
    tablet = RawTablet(here)
    stream = open_stream(here, tablet.token)
    monkeypatch.setattr(live, "MOST", 1)
    refused = tablet.http.get("/api/v1/live", headers={"Authorization": f"Bearer {tablet.token}"})
    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/streams"
    assert refused.headers["retry-after"] == "60"
    monkeypatch.setattr(live, "MOST", 2)
    open_stream(here, tablet.token).close()
    stream.close()
    tablet.close()
