"""The office without a socket: its API called in this process, one request after another."""

import asyncio

import httpx
from fastapi import FastAPI

from sync_server.api import blobs, enrol, problems, sync
from sync_server.office import Office

Message = dict[str, object]


def api_of(office: Office) -> FastAPI:
    """Only the tablets' doors: no console, no worker, no live events."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = office
    for door in (enrol, sync, blobs):
        app.include_router(door.router)
    problems.install(app)
    return app


class Inside(httpx.BaseTransport):
    """Carries each request to `app` as a server would; `app` may be replaced by another one."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status, headers, body = self._loop.run_until_complete(self._called(request))
        return httpx.Response(status, headers=headers, stream=_Bytes(body))

    def stop(self) -> None:
        """Let go of the loop; for the owner of all tablets, not for one of them."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _called(self, request: httpx.Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        said: list[Message] = []
        heard = [{"type": "http.request", "body": request.content, "more_body": False}]

        async def receive() -> Message:
            return heard.pop(0) if heard else {"type": "http.disconnect"}  # type: ignore[return-value]

        async def send(message: Message) -> None:
            said.append(message)

        await self.app(_scope(request), receive, send)  # type: ignore[arg-type]
        start = next(m for m in said if m["type"] == "http.response.start")
        body = b"".join(m.get("body", b"") for m in said if m["type"] == "http.response.body")
        return start["status"], start["headers"], body  # type: ignore[return-value]


class _Bytes(httpx.ByteStream):
    """Raw bytes, with the packing in which they came."""


def _scope(request: httpx.Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("10.0.0.1", 1),
        "server": ("office", 80),
    }
