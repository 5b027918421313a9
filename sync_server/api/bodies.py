"""Bodies in and out: bounded, unpacked, checked against their digest; packed, with one of ours."""

import gzip
import json
import zlib
from typing import Any, NoReturn

import zstandard
from starlette.requests import Request
from starlette.responses import Response

from shared.wire import MOST_BYTES, content_digest, digest_matches
from sync_server.api.problems import Problem, not_a_message

MOST_UNPACKED = 16 * MOST_BYTES
"""What a packed body may grow to: more is no message but a bomb."""

WORTH_PACKING = 512


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
    return unpacked(bytes(body), request.headers.get("content-encoding", "identity"))


def unpacked(body: bytes, encoding: str) -> bytes:
    """A body without its packing. Raises Problem."""
    match encoding.strip().lower():
        case "identity" | "":
            return body
        case "gzip" | "x-gzip":
            return _gunzipped(body)
        case "zstd":
            return _from_zstd(body)
    raise Problem(
        415, "packing", "This packing is not known here", headers={"Accept-Encoding": "zstd, gzip"}
    )


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises Problem."""
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant)
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
    content, encoding = _packed(content, request.headers.get("accept-encoding", ""))
    packing = {"Content-Encoding": encoding} if encoding else {}
    return Response(
        content,
        status,
        {
            **packing,
            **(headers or {}),
            "Content-Digest": content_digest(content),
            "Vary": "Accept-Encoding",
            "Cache-Control": "no-store",
        },
        media_type="application/json",
    )


def _packed(content: bytes, accepted: str) -> tuple[bytes, str | None]:
    if len(content) < WORTH_PACKING:
        return content, None
    names = {
        name.strip().lower()
        for name, _, quality in (part.partition(";") for part in accepted.split(","))
        if quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    }
    if "zstd" in names:
        return zstandard.ZstdCompressor(level=6).compress(content), "zstd"
    if "gzip" in names:
        return gzip.compress(content, compresslevel=6, mtime=0), "gzip"
    return content, None


def _gunzipped(body: bytes) -> bytes:
    try:
        unzip = zlib.decompressobj(wbits=31)
        content = unzip.decompress(body, MOST_UNPACKED + 1)
    except zlib.error as error:
        raise not_a_message("the packing is broken") from error
    if len(content) > MOST_UNPACKED:
        raise _too_much()
    if not unzip.eof or unzip.unused_data:
        raise not_a_message("the packing is cut")
    return content


def _from_zstd(body: bytes) -> bytes:
    content = bytearray()
    try:
        unpack = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompressobj()
        for start in range(0, len(body), 4096):
            content += unpack.decompress(body[start : start + 4096])
            if len(content) > MOST_UNPACKED:
                raise _too_much()
    except zstandard.ZstdError as error:
        raise not_a_message("the packing is broken") from error
    if not unpack.eof:
        raise not_a_message("the packing is cut")
    return bytes(content)


def _too_much() -> Problem:
    return Problem(413, "too-much", f"A body has at most {MOST_BYTES} bytes: send half of it")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
