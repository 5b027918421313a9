"""POST /api/v1/enrol: a tablet comes in with a one-time code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from shared.ticket.people import Actor
from shared.time.timestamps import wire_time
from sync_server.api.bodies import answer, parsed, received
from sync_server.api.dependencies import AContext
from sync_server.api.messages import Enrol, of
from sync_server.api.problems import Problem
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log, devices, enrolment, office_key, throttles
from sync_server.identity.enrolment import CodeRefused, Enrolled
from sync_server.identity.throttles import Counted, Throttles
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
                "id": user.id, "name": user.name, "email": user.email,
                "role": user.in_the_field.role.value,
            },
            "server": {"epoch": epoch, "name": context.settings.name, "time": wire_time(now)},
            "office_key": office_key.public_key(context),
            "recovery_key": office_key.recovery_key(context, user.id),
            **(
                {"proof": office_key.proof(context, message.nonce, user.id, enrolled.device_id)}
                if message.nonce else {}
            ),
        },
        status=201,
    )  # fmt: skip


def _enrolled(
    request: Request, context: ApplicationContext, message: Enrol, now: datetime
) -> Enrolled:
    """The tablet that came in. Raises Problem; wrong codes of an address make it wait."""
    about, database = message.device.model_dump(), context.database
    address = request.client.host if request.client else ""
    counters = throttles.of_codes("enrol", address)
    counted: Throttles = request.app.state.throttles
    with counted.under_way.begun(database, counters, now) as wait:
        if wait:
            headers = {"Retry-After": str(wait.seconds(now))}
            raise Problem(429, "wait", "Too many wrong codes", headers=headers)
        try:
            return database.write(
                lambda tx: _come_in(tx, context, message.code, about, address, now)
            )
        except CodeRefused as error:
            database.write(lambda tx: _fail(tx, counters, address, now))
            title = "This code is wrong, used or over: ask for another"
            raise Problem(403, "code", title) from error


def _come_in(
    tx: Transaction,
    context: ApplicationContext,
    code: str,
    about: dict[str, str],
    address: str,
    now: datetime,
) -> Enrolled:
    """Enrol, and write it down: whoever comes in again has a new PIN. Raises CodeRefused."""
    enrolled = enrolment.enrol(tx, context, code, about, now)
    person = enrolled.user
    again = len(devices.of_user(tx, person.id)) > 1
    detail = {"device": enrolled.device_id, "address": address}
    audit_log.note(
        tx, Actor(person.id, person.role), "device.enrolled_again" if again else "device.enrolled",
        about["name"] or enrolled.device_id, now, detail, person=person.id,
    )  # fmt: skip
    return enrolled


def _fail(tx: Transaction, counters: Sequence[Counted], address: str, now: datetime) -> None:
    throttles.fail(tx, counters, now)
    where = {"address": address}
    audit_log.note(tx, audit_log.NOBODY, "device.code_refused", "", now, where, allowed=False)
