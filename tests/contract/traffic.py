"""What really went over the line, message by message."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import zstandard

REQUESTS: Mapping[str, str] = {
    "/api/v1/enrol": "enrol",
    "/api/v1/sync/hello": "hello",
    "/api/v1/sync/push": "push",
    "/api/v1/sync/pull": "pull",
}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as JSON; `name` is enrol, hello, push or pull."""

    name: str
    asked: Any
    status: int
    answered: Any

    @property
    def definition(self) -> str:
        """The schema's name for the answer."""
        return f"{self.name}_answer" if self.status < 300 else "problem"


@dataclass
class Recorder(httpx.BaseTransport):
    """A line that remembers the messages of the contract; files go by unnoticed."""

    exchanges: list[Exchange] = field(default_factory=list)
    line: httpx.BaseTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.line.handle_request(request)
        name = REQUESTS.get(request.url.path)
        if name is None:
            return response
        raw = b"".join(response.stream)  # type: ignore[arg-type]  # a sync transport gives bytes
        response.close()
        asked = _unpacked(request.read(), request.headers.get("content-encoding"))
        answered = _unpacked(raw, response.headers.get("content-encoding"))
        self.exchanges.append(Exchange(name, asked, response.status_code, answered))
        return httpx.Response(response.status_code, headers=response.headers, stream=_Raw(raw))

    def close(self) -> None:
        self.line.close()


class _Raw(httpx.SyncByteStream):
    """Bytes as they came, still packed."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def __iter__(self) -> Any:
        yield self._raw


def _unpacked(body: bytes, encoding: str | None) -> Any:
    if encoding == "gzip":
        body = gzip.decompress(body)
    elif encoding == "zstd":
        body = zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return json.loads(body)
