"""Who is really asking: the address that a named proxy hands on, and nobody else's word."""

from ipaddress import ip_address, ip_network

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from sync_server.runtime.settings import Settings

log = structlog.get_logger(__name__)

NONE_NAMED = (
    "FOLIO_PUBLIC_URL is https, so a proxy stands before this process, and FOLIO_TRUSTED_PROXIES "
    "names none: everybody counts as one address, and strangers' wrong tries make all others wait"
)
NOT_NAMED = "X-Forwarded-For came from an address that FOLIO_TRUSTED_PROXIES does not name"


class Proxies:
    """What this process found out about the proxies before it."""

    def __init__(self, settings: Settings) -> None:
        self.named = [name.strip() for name in settings.trusted_proxies.split(",") if name.strip()]
        self._networks = [ip_network(name, strict=False) for name in self.named]
        self._is_missing = settings.public_url.startswith("https:") and not self.named
        self._is_unnamed = False

    @property
    def found(self) -> str:
        """`ok`, or what is wrong in a word: `none_named`, `not_named`."""
        if self._is_missing:
            return "none_named"
        return "not_named" if self._is_unnamed else "ok"

    def names(self, peer: str) -> bool:
        """Whether this address is one of a named proxy."""
        try:
            return any(ip_address(peer) in network for network in self._networks)
        except ValueError:
            return False

    def warn(self) -> None:
        """Say at the start what is known to be wrong."""
        if self._is_missing:
            log.warning(NONE_NAMED)

    def notice(self, peer: str) -> None:
        """Somebody who is not named speaks as proxies do; said once."""
        if not self._is_unnamed:
            self._is_unnamed = True
            log.warning(NOT_NAMED, address=peer)


class Overheard:
    """Notices requests that carry X-Forwarded-For and do not come from a named proxy."""

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and "x-forwarded-for" in Headers(scope=scope):
            peer = scope["client"][0] if scope.get("client") else ""
            if not self._proxies.names(peer):
                self._proxies.notice(peer)
        await self._app(scope, receive, send)


def believe(app: FastAPI, settings: Settings) -> None:
    """Take the asker's address and scheme from the proxies that are named, from nobody else."""
    proxies = Proxies(settings)
    proxies.warn()
    app.state.proxies = proxies
    if proxies.named:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=proxies.named)
    app.add_middleware(Overheard, proxies=proxies)
