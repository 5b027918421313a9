"""Security headers for every response, and CSRF protection: forms from other sites are refused."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

WITH_TOKEN = "/api/"
"""No CSRF check here: these clients send a bearer token, which no foreign page can."""

WITHOUT_SESSION = "/v"
"""No CSRF check here: public verification has no session and changes nothing."""

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
"""Set on every response to a browser that does not set them itself."""

HEADERS_FOR_PROGRAMS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, no-transform",
}
"""The few for tablets, which pay for every byte: what matters if a browser opens one."""


class SecurityHeaders:
    """ASGI middleware: 403 for a form from another site, the headers on every response."""

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
    """Whether a form comes from our own origin: by Sec-Fetch-Site, else by Origin and Host."""
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
