"""What guards every answer and every form: headers against mischief, and where a form came from."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

WITH_TOKEN = "/api/"
"""Tablets and programs carry a token in a header, which no foreign page can make them send."""

WITHOUT_SESSION = "/v"
"""Public verification looks at a file and changes nothing, whoever sends it."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Set on every answer that does not say otherwise itself."""

HEADERS_FOR_PROGRAMS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, no-transform",
}
"""The same for answers to tablets, on a weak line: what could matter if a browser showed one."""


class SecurityHeaders:
    """ASGI middleware: refuses forms from other places, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        open_door = scope["path"].startswith(WITH_TOKEN) or scope["path"] == WITHOUT_SESSION
        if open_door or scope["method"] in SAFE:
            return await self.app(scope, receive, guarded)
        if not comes_from_here(Headers(scope=scope)):
            refusal = PlainTextResponse("Esta solicitud no viene de Folio. / Not from Folio.", 403)
            return await refusal(scope, receive, guarded)
        return await self.app(scope, receive, guarded)


def comes_from_here(headers: Mapping[str, str]) -> bool:
    """Was this form sent by one of our own pages? Sec-Fetch-Site says it; else Origin does."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


def _add_headers(headers: MutableHeaders, scope: Scope) -> None:
    program = scope["path"].startswith(WITH_TOKEN)
    for name, value in (HEADERS_FOR_PROGRAMS if program else HEADERS).items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
