"""A real tablet for tests, without a screen: its own folder, closed and opened, cut and killed."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from field_app.app.tablet import Tablet, open_tablet
from field_app.device.device import Device
from field_app.device.settings import read_settings
from field_app.session.session import Session
from field_app.store.queue_counts import Queue, queue_of
from field_app.sync.round import Moved
from shared.ticket.ticket import Ticket
from sync_server.identity.users import User
from tests import cheap
from tests.office import RunningOffice
from tests.visits import SIGNER, OnTablet, work_on_site

cheap.pins()

PIN = "2580"
STROKES = [[[100, 200, 0], [300, 240, 40], [500, 180, 90]], [[520, 200, 200], [620, 260, 260]]]


class Killed(BaseException):
    """The process is gone."""


class Line(httpx.BaseTransport):
    """The line to the office: `lose(request)` says whose answer is lost once it was carried out."""

    def __init__(self) -> None:
        self._real = httpx.HTTPTransport(verify=False)  # plain HTTP: no certificates to load
        self.lose: Callable[[httpx.Request], bool] = lambda request: False
        self.sent: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(f"{request.method} {request.url.path}")
        response = self._real.handle_request(request)
        if self.lose(request):
            response.read()
            response.close()
            raise httpx.ReadError("the line went dead", request=request)
        return response

    def close(self) -> None:
        self._real.close()


class RunningTablet:
    """A tablet of `user` before `office`; `restart` opens its folder again, as after a kill."""

    def __init__(self, office: RunningOffice, folder: Path) -> None:
        self.office = office
        self.folder = folder
        self.line = Line()
        self._open()

    @property
    def session(self) -> Session:
        return self.tablet.session

    def enrol(self, user: User | None = None) -> "RunningTablet":
        """The person's, with a PIN and everything that the office gives them."""
        self.session.enrol(self.office.url, self.office.code(user))
        self.session.set_pin(PIN)
        self.sync()
        return self

    def sync(self) -> Moved:
        """One round; raises what ends it."""
        round = self.tablet.network.round(self.session)
        assert round is not None
        return round.run()

    def ask(self) -> None:
        """A round as the app runs it: its end is told by `session.status`."""
        self.tablet.engine.poke()
        self.tablet.engine.step()

    def kill_after(self, step: str) -> None:
        """The next round dies right after this step."""

        def die(name: str) -> None:
            if name == step:
                raise Killed(step)

        self.tablet.network.step = die

    def restart(self) -> "RunningTablet":
        """Open the folder again, unlocked."""
        self.close()
        self._open()
        if self.session.accounts:
            self.session.unlock(PIN)
        return self

    def close(self) -> None:
        self.tablet.close()

    @property
    def queue(self) -> Queue:
        return queue_of(self.session.database)

    def ticket(self, id: str) -> Ticket:
        return self.session.ticket(id).ticket

    def _open(self) -> None:
        device = Device(self.folder, now=self._now, platform="test", name="Tableta de pruebas")
        self.tablet: Tablet = open_tablet(device, read_settings(), transport=self.line)

    def _now(self) -> datetime:
        return self.office.clock()


def finish_work(session: Session, id: str, **fields: Any) -> None:
    """Everything that the checklist wants but the signature, in the order of a visit."""
    work_on_site(OnTablet(session, id), **fields)


def sign(session: Session, id: str, outcome: str = "conformity", **more: Any) -> None:
    """The customer signs what is shown."""
    session.sign(
        id, outcome, **SIGNER, strokes=STROKES,
        text="He leído el resumen de este servicio y estoy conforme.", rating=5, **more,
    )  # fmt: skip


def named(data: bytes) -> str:
    """The sha256 by which a file is known."""
    return sha256(data).hexdigest()
