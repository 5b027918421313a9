"""What the routes of the API depend on: a tablet that proves itself by its token, else 401."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from sync_server.api.problems import Problem
from sync_server.database.transactions import Transaction
from sync_server.identity import audit_log, devices, token_rights
from sync_server.identity.devices import Device, NotSignedIn
from sync_server.identity.throttles import Throttles
from sync_server.identity.token_rights import Use
from sync_server.runtime.context import ApplicationContext, the_context

AContext = Annotated[ApplicationContext, Depends(the_context)]


def shown(request: Request, context: ApplicationContext, use: Use) -> Device:
    """The tablet that the bearer token belongs to, which may use it so. Raises Problem 401, 403."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _turned_away("A tablet shows its token", wipe=False)
    try:
        device = devices.signed_in(context, token.strip())
    except NotSignedIn as error:
        if error.device is not None:
            _write_down(request, context, error.device, "device.refused", use)
        raise _turned_away("This token opens nothing", wipe=error.wipe) from error
    if not token_rights.may(device, use):
        _write_down(request, context, device, "denied.tablet", use)
        raise Problem(403, "deactivated", "Whose tablet this is works here no longer")
    return device


class Shows:
    """A dependency: the tablet, for whoever may use its token so."""

    def __init__(self, use: Use) -> None:
        self.use = use

    def __call__(self, request: Request, context: AContext) -> Device:
        return shown(request, context, self.use)


Listening = Annotated[Device, Depends(Shows(Use.LISTEN))]
Reading = Annotated[Device, Depends(Shows(Use.READ_FILE))]
Sending = Annotated[Device, Depends(Shows(Use.SEND_FILE))]


def check_device(device: Device, said: str) -> None:
    """A message speaks for the tablet whose token came with it. Raises Problem 403."""
    if said != device.id:
        raise Problem(403, "device", "The token belongs to another tablet", device_id=device.id)


def _turned_away(title: str, wipe: bool) -> Problem:
    members: dict[str, Any] = {"wipe": True} if wipe else {}
    return Problem(401, "not-signed-in", title, headers={"WWW-Authenticate": "Bearer"}, **members)


def _write_down(
    request: Request, context: ApplicationContext, device: Device, action: str, use: Use
) -> None:
    """Which tablet came in vain; of one that comes without end, no more than fits."""
    counted: Throttles = request.app.state.throttles
    now = context.now()
    if counted.denials.wait(device.id, now) is None:
        context.database.write(lambda tx: _note(tx, device, action, use, now))


def _note(tx: Transaction, device: Device, action: str, use: Use, now: datetime) -> None:
    detail = {"device": device.id, "use": use.value}
    audit_log.note(
        tx, audit_log.NOBODY, action, device.name or device.id, now, detail,
        person=device.user.id, allowed=False,
    )  # fmt: skip
