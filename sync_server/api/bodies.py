"""Bodies in and out: bounded, unpacked, checked against their digest; packed, with one of ours."""

import json
from typing import Any

import zstandard
from starlette.requests import Request
from starlette.responses import Response

from shared.operations.any_json import read_json
from shared.operations.packing import BrokenPacking, GrowsTooMuch, UnknownPacking, unpacked
from shared.operations.wire import MOST_BYTES, content_digest, digest_matches
from sync_server.api.packing import TAKEN, packed
from sync_server.api.problems import Problem, not_a_message

MOST_UNPACKED = 16 * MOST_BYTES
"""What a packed body may grow to: more is no message but a bomb."""


async def received(request: Request) -> bytes:
    """The request's body, unpacked. Raises Problem: 413 too much, 415 unknown packing, 400."""
    if int(request.headers.get("content-length", "0") or 0) > MOST_BYTES:
        raise _too_much()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise _too_much()
    said = request.headers.get("content-digest", "")
    if "sha-256=" in said.lower() and not digest_matches(said, bytes(body)):
        raise Problem(400, "digest", "The body is not the one that was sent")
    return plain(bytes(body), request.headers.get("content-encoding", "identity"))


def plain(body: bytes, encoding: str) -> bytes:
    """A body without its packing. Raises Problem."""
    try:
        return unpacked(body, encoding, MOST_UNPACKED, zstandard)
    except UnknownPacking as error:
        raise Problem(
            415, "packing", "This packing is not known here", headers={"Accept-Encoding": TAKEN}
        ) from error
    except GrowsTooMuch as error:
        raise _too_much() from error
    except BrokenPacking as error:
        raise not_a_message(f"the packing is broken: {error}") from error


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises Problem."""
    try:
        # One operation nested too deep, or with a number that is none, costs itself alone.
        value = read_json(body.decode())
    except (ValueError, RecursionError) as error:
        raise not_a_message(f"not JSON: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise not_a_message("not a JSON object")
    return value


def answer(
    request: Request, message: Any, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A message as JSON, packed as the client likes it, with its digest."""
    return answered(request, json.dumps(message, separators=(",", ":")).encode(), status, headers)


def answered(
    request: Request, content: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """JSON that is written already, packed as the client likes it, with its digest."""
    content, encoding = packed(content, request.headers.get("accept-encoding", ""))
    packing = {"Content-Encoding": encoding} if encoding else {}
    return Response(
        content,
        status,
        {
            **packing,
            **(headers or {}),
            "Content-Digest": content_digest(content),
            "Vary": "Accept-Encoding",
            "Cache-Control": "no-store, no-transform",
        },
        media_type="application/json",
    )


def _too_much() -> Problem:
    return Problem(413, "too-much", f"A body has at most {MOST_BYTES} bytes: send half of it")
