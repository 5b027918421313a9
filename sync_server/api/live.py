"""GET /api/v1/live: server-sent events that say which scope changed, never the data."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from sync_server.api.dependencies import AContext, Listening
from sync_server.api.problems import Problem
from sync_server.identity import token_rights
from sync_server.identity.devices import Device
from sync_server.runtime.context import ApplicationContext
from sync_server.sync.hello import scopes_of

router = APIRouter(prefix="/api/v1", tags=["sync"])


@router.get("/live")
async def live(context: AContext, device: Listening) -> StreamingResponse:
    """An event {scope, seq} each time one of the tablet's scopes changes."""
    if context.live.is_full:
        raise Problem(503, "streams", "Too many are listening", headers={"Retry-After": "60"})
    return StreamingResponse(
        _events(context, device),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(context: ApplicationContext, device: Device) -> AsyncIterator[str]:
    yield ": listening\n\n"
    holder = token_rights.of_device(device.id)
    async for moved in context.live.subscribe(scopes_of(device), holder=holder):
        if moved is None:
            yield ": still here\n\n"
            continue
        scope, seq = moved
        yield f"data: {json.dumps({'scope': scope, 'seq': seq})}\n\n"
