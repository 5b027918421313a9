"""What 0.1.0 left, laid out to be opened: its folders, and a line by which its tablet is heard."""

import json
import tarfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner, Result

from shared.ticket.people import Role
from sync_server.commands.cli import folio
from sync_server.identity import users
from tests.given.release import GIVEN
from tests.office import Clock, RunningOffice
from tests.tablet import RunningTablet

ADDRESS = "http://folio.example.com"
"""Where the office of 0.1.0 was, to its tablet and on its reports: nowhere."""


@cache
def said() -> Any:
    """What 0.1.0 said of the office and the tablet when it left them."""
    return json.loads((GIVEN / "said.json").read_text("utf-8"))


def the_day(minutes: float = 60) -> Clock:
    """A clock that stands so many minutes after the first thing here was made.

    Standing, for a message that is seconds under way on a busy machine is a tablet's clock that is
    seconds behind: the office corrects every time of its work by that.
    """
    clock = Clock()
    clock.stop()
    made = datetime.fromisoformat(said()["at"])
    clock.offset = made + timedelta(minutes=minutes) - clock()
    return clock


def unpacked(name: str, folder: Path) -> Path:
    """One of the folders, in `folder`."""
    with tarfile.open(GIVEN / f"{name}.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


def office_on(data: Path, minutes: float = 60) -> RunningOffice:
    """Today's office, open on a folder of 0.1.0, with the people who were in it."""
    office = RunningOffice(data, public_url=ADDRESS)
    office.clock = the_day(minutes)
    office.start()
    for user in office.ask(users.all_of):
        office._people.setdefault(user.role, user)
    engineer = office.ask(lambda tx: users.by_email(tx, "luis.cano@example.com"))
    assert engineer is not None
    office._people[Role.ENGINEER] = engineer
    return office


def tablet_on(folder: Path, office: RunningOffice) -> RunningTablet:
    """Today's tablet on a folder of 0.1.0, unlocked; the office has moved to where it is now."""
    tablet = RunningTablet(office, folder)
    tablet.line._real = Moved(office)
    tablet.session.unlock(said()["pin"])
    return tablet


def told(office: RunningOffice, id: str) -> dict[str, Any]:
    """A ticket as said.json tells it, but for its revision, which a restore makes another."""
    record = office.record(id).record
    return {
        "fields": dict(record.fields),
        "entries": {name: list(rows) for name, rows in record.entries.items()},
        "operations": len(office.history(id)), "conflicts": len(office.conflicts(id)),
        "late": len(office.late(id)),
    }  # fmt: skip


def lost(before: Any, after: Any) -> list[str]:
    """What of `before` is not in `after` as it was; what was gained since is no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [f"{k}: {loss}" for k in before for loss in lost(before[k], after.get(k))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [loss for a, b in zip(before, after, strict=True) for loss in lost(a, b)]
    return [] if before == after else [f"{before!r} became {after!r}"]


def command(data: Path, *words: object, typed: str = "") -> Result:
    """`folio` as an operator types it, on this folder."""
    environment = {"FOLIO_DATA": str(data), "FOLIO_BLOBS": "", "FOLIO_DATABASE_URL": ""}
    return CliRunner(env=environment).invoke(folio, [str(w) for w in words], input=typed)


class Moved(httpx.HTTPTransport):
    """A line to the office, whatever address the tablet knows it by."""

    def __init__(self, office: RunningOffice) -> None:
        super().__init__()
        self._office = office

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._office.port)
        return super().handle_request(request)
