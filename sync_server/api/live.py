"""GET /api/v1/live: server-sent events that say which scope changed, never the data."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from sync_server.api.dependencies import AContext, ADevice
from sync_server.runtime.context import ApplicationContext
from sync_server.sync.hello import scopes_of

router = APIRouter(prefix="/api/v1", tags=["sync"])


@router.get("/live")
async def live(context: AContext, device: ADevice) -> StreamingResponse:
    """An event {scope, seq} each time one of the tablet's scopes changes."""
    return StreamingResponse(
        _events(context, scopes_of(device)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(context: ApplicationContext, scopes: list[str]) -> AsyncIterator[str]:
    yield ": listening\n\n"
    async for moved in context.live.subscribe(scopes):
        if moved is None:
            yield ": still here\n\n"
            continue
        scope, seq = moved
        yield f"data: {json.dumps({'scope': scope, 'seq': seq})}\n\n"
