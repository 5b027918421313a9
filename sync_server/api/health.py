"""Liveness and readiness for whatever supervises the process."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sync_server.api.dependencies import AContext
from sync_server.archive import seals_waiting
from sync_server.runtime.proxies import Proxies
from sync_server.runtime.readiness import readiness

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> Response:
    """The process answers; it asks nobody else."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(request: Request, context: AContext) -> Response:
    """200 when database, files and disk can be used; else 503, and which of them cannot.

    `certificate_days_left`, `seals_waiting` and `proxies` are signs for people, and never a reason
    for 503.
    """
    now = context.now()
    is_ready, found = readiness(context, now)
    seal = {"certificate_days_left": seals_waiting.days_left(context.settings, now)}
    if is_ready:
        with context.database.reading() as tx:
            waiting = seals_waiting.waiting(tx)
        seal["seals_waiting"] = waiting.count if waiting else 0
    proxies: Proxies = request.app.state.proxies
    signs = {**seal, "proxies": proxies.found}
    return JSONResponse({**found, **signs}, 200 if is_ready else 503)
