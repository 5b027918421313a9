"""What the frameworks below answer by themselves, as this office says it.

A redirect to the address with or without its last slash names the host that the asker claimed, and
a body that is too large is told in bare English.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOR_PROGRAMS = "/api/"

TooMuch = Callable[[Request], Awaitable[Response]]


class FixedAnswers:
    """ASGI middleware: redirects stay here, and `too_much` is the page for a body too large.

    `path` is the only one whose page that is; without it, every one that has none yet.
    """

    def __init__(self, app: ASGIApp, too_much: TooMuch, path: str = "") -> None:
        self.app, self._too_much, self._path = app, too_much, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        replaced = False

        async def fixed(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                stay_here(headers)
                if message["status"] == 413 and self._has_page(headers, scope):
                    replaced = True
                    page = await self._too_much(Request(scope))
                    await page(scope, receive, send)
                    return
            await send(message)

        await self.app(scope, receive, fixed)

    def _has_page(self, headers: MutableHeaders, scope: Scope) -> bool:
        bare = headers.get("content-type", "").startswith("text/plain")
        mine = scope["path"] == self._path if self._path else True
        return bare and mine and not scope["path"].startswith(FOR_PROGRAMS)


def stay_here(headers: MutableHeaders) -> None:
    """A redirect without the host: whoever asks knows where they are."""
    where = headers.get("location", "")
    if "//" in where:
        parts = urlsplit(where)
        headers["location"] = parts._replace(scheme="", netloc="").geturl() or "/"
