"""How much of a web server a stranger may hold before anything reads what he asks.

A mixin for uvicorn's protocol on httptools, which has no bounds of its own: it knows that class by
its callbacks alone, and so serves the office and the tablet's page in a browser alike.
"""

import asyncio
from typing import Any

LARGEST_HEAD = 16 * 1024
"""Bytes of the request line and all headers together."""

HEAD_SECONDS = 15.0
"""From the first byte of a request, or from the connection, to the end of its headers."""

BODY_SECONDS = 30.0
BODY_LEAST = 4 * 1024
"""A body that brings fewer bytes in such a time is not coming."""

TOO_LARGE, TOO_SLOW = "431 Request Header Fields Too Large", "408 Request Timeout"


class HeadTooLarge(Exception):
    """The headers of this request are more than anybody's are."""


class BoundedRequests:
    """Request heads up to 16 KiB, heads and bodies in bounded time, cookies without quotation.

    A head that is too large is refused before the application hears of the request.
    """

    head_seconds, body_seconds = HEAD_SECONDS, BODY_SECONDS
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    flow: Any
    cycle: Any
    timeout_keep_alive_task: Any
    _limit: asyncio.TimerHandle | None = None
    _named = _fed = _came = 0
    _in_head = _in_body = _is_upgraded = False
    _refused = ""

    def connection_made(self, transport: Any) -> None:
        """The first request has to begin soon."""
        super().connection_made(transport)  # type: ignore[misc]
        self._allow(self.head_seconds, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_clock()
        super().connection_lost(exc)  # type: ignore[misc]

    def data_received(self, data: bytes) -> None:
        """Bytes of a head are counted as they come, before a header of theirs is whole."""
        if self.transport.is_closing():
            return
        was_in_head = self._in_head
        super().data_received(data)  # type: ignore[misc]
        if self._in_head and was_in_head:
            self._fed += len(data)
            if self._fed > LARGEST_HEAD and not self.transport.is_closing():
                self._refuse(TOO_LARGE)
        if self._limit is None and self._is_idle():
            self._allow(self.head_seconds, self._head_is_late)

    def on_message_begin(self) -> None:
        """A request begins: its head is counted from nothing."""
        self._named = self._fed = self._came = 0
        self._in_head, self._in_body = True, False
        self._allow(self.head_seconds, self._head_is_late)
        super().on_message_begin()  # type: ignore[misc]

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._count(len(url))
        super().on_url(url)  # type: ignore[misc]

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header; in a trailer too."""
        self._count(len(name) + len(value) + 4)
        if name.lower() == b"cookie":
            value = plain_cookies(value)
        super().on_header(name, value)  # type: ignore[misc]

    def on_headers_complete(self) -> None:
        """The application is asked; a body may follow."""
        self._in_head, self._in_body = False, True
        self._allow(self.body_seconds, self._body_is_late)
        super().on_headers_complete()  # type: ignore[misc]

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._came += len(body)
        super().on_body(body)  # type: ignore[misc]

    def on_message_complete(self) -> None:
        """All of the request is here: what is slow now is the answer."""
        self._in_body = False
        self._stop_clock()
        super().on_message_complete()  # type: ignore[misc]

    def handle_websocket_upgrade(self) -> None:
        """What follows is no request any more."""
        self._in_head = self._in_body = False
        self._is_upgraded = True
        self._stop_clock()
        super().handle_websocket_upgrade()  # type: ignore[misc]

    def send_400_response(self, msg: str) -> None:
        """What cannot be read, or was refused in the midst of it."""
        if self._refused:
            self._refuse(self._refused)
        else:
            super().send_400_response(msg)  # type: ignore[misc]

    def _count(self, length: int) -> None:
        self._named += length
        if self._named > LARGEST_HEAD:
            self._refused = TOO_LARGE
            raise HeadTooLarge

    def _is_idle(self) -> bool:
        """Bytes came between two requests that begin none."""
        answered = self.cycle is None or self.cycle.response_complete
        if self._is_upgraded:
            return False
        return answered and not self._in_body and self.timeout_keep_alive_task is None

    def _allow(self, seconds: float, late: Any) -> None:
        self._stop_clock()
        self._limit = self.loop.call_later(seconds, late)

    def _stop_clock(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _head_is_late(self) -> None:
        self._limit = None
        if not self.transport.is_closing():
            self._refuse(TOO_SLOW) if self._in_head else self.transport.close()

    def _body_is_late(self) -> None:
        self._limit = None
        if self._came >= BODY_LEAST or self.flow.read_paused:
            self._came = 0
            self._allow(self.body_seconds, self._body_is_late)
        elif not self.transport.is_closing():
            began = self.cycle is not None and self.cycle.response_started
            self.transport.close() if began else self._refuse(TOO_SLOW)

    def _refuse(self, status: str) -> None:
        """Answer at once and hang up."""
        self._stop_clock()
        head = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(head.encode())
        self.transport.close()


def plain_cookies(value: bytes) -> bytes:
    """A Cookie header without the cookies that would have to be unquoted.

    None of ours is ever quoted, and Python before 3.11.10 takes the square of the length to unquote
    one.
    """
    if b'"' not in value and b"\\" not in value:
        return value
    return b";".join(c for c in value.split(b";") if b'"' not in c and b"\\" not in c)
