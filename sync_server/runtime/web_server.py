"""How the office speaks HTTP: uvicorn with bounded requests, and a word about an old Python."""

import sys
from collections.abc import Mapping
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.operations.bounded_requests import BoundedRequests

log = structlog.get_logger(__name__)

PATCHED: Mapping[tuple[int, int], int] = {
    (3, 8): 20,
    (3, 9): 20,
    (3, 10): 15,
    (3, 11): 10,
    (3, 12): 6,
}
"""Of each Python the first patch release that unquotes a cookie in linear time. CVE-2024-7592."""

UNPATCHED = (
    "This Python ({version}) has known holes that a stranger can use over the network; the office "
    "keeps its doors narrow, and {major}.{minor}.{patch} or newer closes them: update it"
)


class BoundedProtocol(BoundedRequests, HttpToolsProtocol):
    """uvicorn's protocol, with the bounds that it lacks."""


def options() -> dict[str, Any]:
    """What every server of the office is started with. It has no WebSocket."""
    return {
        "http": BoundedProtocol,
        "ws": "none",
        "log_level": "warning",
        "server_header": False,
        "proxy_headers": False,
    }


def warning(version: tuple[int, int, int]) -> str:
    """What is to be said of this Python; empty where it has what is known to be mended."""
    major, minor, patch = version
    needed = PATCHED.get((major, minor), 0)
    if patch >= needed:
        return ""
    return UNPATCHED.format(
        version=".".join(map(str, version)), major=major, minor=minor, patch=needed
    )


def warn() -> None:
    """Say at the start that this Python is old."""
    said = warning(sys.version_info[:3])
    if said:
        log.warning(said)
