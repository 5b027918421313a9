"""The tablet's page in a browser is served with the same bounds as the office's pages."""

from uvicorn import config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.operations.bounded_requests import BoundedRequests


class BoundedProtocol(BoundedRequests, HttpToolsProtocol):
    """uvicorn's protocol, with the bounds that it lacks."""


def provide() -> None:
    """From now on every server of this process is bounded: Flet starts its own, and takes none."""
    config.HTTP_PROTOCOLS["auto"] = f"{__name__}:{BoundedProtocol.__name__}"
