"""POST /api/v1/enrol: a tablet comes in with a one-time code."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from shared.time.timestamps import wire_time
from sync_server.api.bodies import answer, parsed, received
from sync_server.api.dependencies import AContext
from sync_server.api.messages import Enrol, of
from sync_server.api.problems import Problem
from sync_server.identity import enrolment
from sync_server.identity.enrolment import CodeRefused

router = APIRouter(prefix="/api/v1", tags=["enrolment"])

MOST_WRONG, WITHIN = 20, timedelta(minutes=1)
"""Wrong codes from one address before it has to wait."""


class WrongCodes:
    """When wrong codes came, by address."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._times: dict[str, deque[datetime]] = defaultdict(deque)

    def has_too_many(self, address: str, now: datetime) -> bool:
        """Whether this address has to wait."""
        with self._lock:
            times = self._times[address]
            while times and times[0] <= now - WITHIN:
                times.popleft()
            if not times:
                del self._times[address]
            return len(times) >= MOST_WRONG

    def note(self, address: str, now: datetime) -> None:
        """One more."""
        with self._lock:
            self._times[address].append(now)


wrong_codes = WrongCodes()


@router.post("/enrol", status_code=201)
def enrol(
    request: Request, context: AContext, body: Annotated[bytes, Depends(received)]
) -> Response:
    """A new tablet identity and its token, shown this once."""
    message = of(Enrol, parsed(body))
    now = context.now()
    address = request.client.host if request.client else ""
    if wrong_codes.has_too_many(address, now):
        raise Problem(429, "wait", "Too many wrong codes", headers={"Retry-After": "60"})
    about = message.device.model_dump()
    try:
        enrolled = context.database.write(
            lambda tx: enrolment.enrol(tx, context, message.code, about, now)
        )
    except CodeRefused as error:
        wrong_codes.note(address, now)
        raise Problem(403, "code", "This code is wrong, used or over: ask for another") from error
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
