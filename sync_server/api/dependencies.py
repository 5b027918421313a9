"""What the routes of the API depend on: a tablet that proves itself by its token, else 401."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from sync_server.api.problems import Problem
from sync_server.identity import devices
from sync_server.identity.devices import Device, NotSignedIn
from sync_server.runtime.context import ApplicationContext, the_context

AContext = Annotated[ApplicationContext, Depends(the_context)]


def the_device(request: Request, context: AContext) -> Device:
    """The tablet that the bearer token belongs to. Raises Problem 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _turned_away("A tablet shows its token", wipe=False)
    try:
        return devices.signed_in(context, token.strip())
    except NotSignedIn as error:
        raise _turned_away("This token opens nothing", wipe=error.wipe) from error


ADevice = Annotated[Device, Depends(the_device)]


def check_device(device: Device, said: str) -> None:
    """A message speaks for the tablet whose token came with it. Raises Problem 403."""
    if said != device.id:
        raise Problem(403, "device", "The token belongs to another tablet", device_id=device.id)


def _turned_away(title: str, wipe: bool) -> Problem:
    members: dict[str, Any] = {"wipe": True} if wipe else {}
    return Problem(401, "not-signed-in", title, headers={"WWW-Authenticate": "Bearer"}, **members)
