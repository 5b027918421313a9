"""For whatever watches over the processes: is this one alive, and may tablets be sent to it?"""

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sync_server.api.dependencies import AContext
from sync_server.runtime.readiness import readiness

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> Response:
    """The process answers; it asks nobody else."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(context: AContext) -> Response:
    """200 when database, files and disk can be used; else 503, and which of them cannot."""
    is_ready, found = readiness(context, context.now())
    return JSONResponse(found, 200 if is_ready else 503)
