"""The office without a socket: its API called in this process, one request after another."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from sync_server.api import blobs, enrol, files, problems, sync
from sync_server.assembly import assemble
from sync_server.identity.throttles import Throttles
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings
from tests.office import RunningOffice

URL = "http://office.test"


def api_of(office: ApplicationContext) -> FastAPI:
    """Only the tablets' doors: no console, no worker, no live events."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = office
    app.state.throttles = Throttles()
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


class OfficeInside(RunningOffice):
    """An office in this process whose clock stands still; `door` is where its tablets ask.

    `entropy` makes its ids: one that is seeded makes the same ones again.
    """

    def __init__(
        self,
        data: Path,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes] = os.urandom,
        **settings: Any,
    ) -> None:
        self.clock = clock  # type: ignore[assignment]
        self.settings = Settings(data=data, **settings)
        self.url = URL
        self.entropy = entropy
        self.door = Inside(FastAPI())
        self._people = {}

    def start(self, **settings: Any) -> RunningOffice:
        self.settings = self.settings.but(**settings)
        self.context = self.opened()
        self.door.app = api_of(self.context)
        return self

    def opened(self) -> ApplicationContext:
        """The office on its data."""
        return replace(assemble(self.settings, self.clock), entropy=self.entropy)

    def stop(self) -> None:
        self.context.close()
