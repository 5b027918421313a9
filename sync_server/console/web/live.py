"""«Something moved», told to every open page of the office; the page then asks for itself again."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import StreamingResponse

from sync_server.console.web.dependencies import require, token_of
from sync_server.console.web.page import Page
from sync_server.identity import sessions, token_rights
from sync_server.identity.permissions import Action
from sync_server.runtime.live import OFFICE

router = APIRouter(include_in_schema=False)

GATHERED = 0.3
"""Seconds in which several moves become one poke."""

LONGEST = 15 * 60
"""A line is dropped after this long, so that the browser's next one shows its session again."""


@router.get("/console/live")
async def live(page: Page = Depends(require(Action.SEE_BOARD))) -> StreamingResponse:
    """Server-sent events named `moved`, without data worth reading."""
    if page.context.live.is_full:
        # The page asks again by and by, and shows what it has until then.
        raise HTTPException(503, headers={"Retry-After": "60"})
    return StreamingResponse(
        pokes(page),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def pokes(page: Page) -> AsyncIterator[str]:
    """One event for what moved, comments in between that keep the line open."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + LONGEST
    yield "retry: 2000\n\n"
    holder = token_rights.of_session(sessions.token_hash(token_of(page.request) or ""))
    async for moved in page.context.live.subscribe({OFFICE}, heartbeat=10, holder=holder):
        if moved is None:
            yield ": still here\n\n"
        else:
            await asyncio.sleep(GATHERED)
            yield f"event: moved\ndata: {moved[1]}\n\n"
        if loop.time() > ends:
            return
