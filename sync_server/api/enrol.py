"""POST /api/v1/enrol: a tablet comes in with a one-time code."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from shared.time.timestamps import wire_time
from sync_server.api.bodies import answer, parsed, received
from sync_server.api.dependencies import AContext
from sync_server.api.messages import Enrol, of
from sync_server.api.problems import Problem
from sync_server.identity import enrolment, throttles
from sync_server.identity.enrolment import CodeRefused, Enrolled
from sync_server.identity.throttles import Throttles
from sync_server.runtime.context import ApplicationContext

router = APIRouter(prefix="/api/v1", tags=["enrolment"])


@router.post("/enrol", status_code=201)
def enrol(
    request: Request, context: AContext, body: Annotated[bytes, Depends(received)]
) -> Response:
    """A new tablet identity and its token, shown this once."""
    message = of(Enrol, parsed(body))
    now = context.now()
    enrolled = _enrolled(request, context, message, now)
    with context.database.reading() as tx:
        epoch = context.epoch(tx)
    user = enrolled.user
    return answer(
        request,
        {
            "device_id": enrolled.device_id,
            "token": enrolled.token,
            "user": {
                "id": user.id, "name": user.name, "role": user.role.value, "email": user.email,
            },
            "server": {"epoch": epoch, "name": context.settings.name, "time": wire_time(now)},
        },
        status=201,
    )  # fmt: skip


def _enrolled(
    request: Request, context: ApplicationContext, message: Enrol, now: datetime
) -> Enrolled:
    """The tablet that came in. Raises Problem; wrong codes of an address make it wait."""
    about, database = message.device.model_dump(), context.database
    counters = throttles.of_codes("enrol", request.client.host if request.client else "")
    counted: Throttles = request.app.state.throttles
    with counted.under_way.begun(database, counters, now) as wait:
        if wait:
            headers = {"Retry-After": str(wait.seconds(now))}
            raise Problem(429, "wait", "Too many wrong codes", headers=headers)
        try:
            return database.write(lambda tx: enrolment.enrol(tx, context, message.code, about, now))
        except CodeRefused as error:
            database.write(lambda tx: throttles.fail(tx, counters, now))
            title = "This code is wrong, used or over: ask for another"
            raise Problem(403, "code", title) from error
