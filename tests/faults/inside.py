"""The office without a socket: its API called in this process, one request after another."""

import asyncio

import httpx
from fastapi import FastAPI

from sync_server.api import blobs, enrol, files, problems, sync
from sync_server.office import Office


def api_of(office: Office) -> FastAPI:
    """Only the tablets' doors: no console, no worker, no live events."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = office
    for door in (enrol, sync, blobs, files):
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
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    def stop(self) -> None:
        """Let go of the loop; for the owner of all tablets, not for one of them."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _called(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        asked = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        said = await httpx.ASGITransport(self.app).handle_async_request(asked)
        return said.status_code, said.headers, b"".join([part async for part in said.aiter_raw()])
