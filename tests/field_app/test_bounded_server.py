"""The tablet's page in a browser: its server has the bounds of the office's."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from flet_web.fastapi import FastAPI
from starlette.websockets import WebSocket

from field_app.app import bounded_server
from shared.operations.bounded_requests import LARGEST_HEAD, BoundedRequests
from tests.http_line import HttpLine, asked

GREETING = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server started as Flet starts its own, without a word about protocols."""
    before = dict(uvicorn.config.HTTP_PROTOCOLS)
    bounded_server.provide()
    app = FastAPI()

    @app.websocket("/ws")
    async def talk(line: WebSocket) -> None:
        await line.accept()
        await line.send_text("open")
        await line.receive()

    config = uvicorn.Config(app, log_level="warning", ws="websockets-sansio")
    server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()
    uvicorn.config.HTTP_PROTOCOLS.update(before)


def test_a_head_that_is_too_large_is_refused_on_the_tablet_too(port):
    assert asked(port, "X: " + "a" * (LARGEST_HEAD // 2))[0] == 404
    assert asked(port, "X: " + "a" * LARGEST_HEAD)[0] == 431


def test_a_page_that_is_open_is_not_timed(port, monkeypatch):
    monkeypatch.setattr(BoundedRequests, "head_seconds", 0.2)
    monkeypatch.setattr(BoundedRequests, "body_seconds", 0.2)
    with HttpLine(port) as line:
        line.say(GREETING)
        assert line.is_open_for(0.5)
        assert line.heard.endswith(b"open")
