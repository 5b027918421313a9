"""What the session asks of the network: an identity, a round soon, a package to carry away."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from field_app.device.device import Device
from field_app.device.settings import Settings
from field_app.session.session import Session
from field_app.store.database import Database
from field_app.store.enrolment import Enrolment
from field_app.sync.live import Line
from field_app.sync.rescue import rescue_package
from field_app.sync.round import Round
from field_app.sync.server import Caller, Server, Transport, checked_address
from field_app.visit import service_report


class Wakeable(Protocol):
    """What runs the rounds."""

    def nudge(self) -> None: ...

    def poke(self) -> None: ...

    def hold(self) -> AbstractContextManager[None]: ...


@dataclass(slots=True)
class Network:
    """What the session asks of the network: `field_app.session.session_state.Office`, over HTTPS.

    `transport` replaces the real one in tests; `step` is told of each step of a round.
    """

    device: Device
    settings: Settings
    transport: Transport | None = None
    step: Callable[[str], None] = lambda name: None
    engine: Wakeable | None = None
    _servers: dict[str, Server] = field(default_factory=dict)

    def enrol(self, server: str, code: str) -> tuple[Enrolment, str]:
        address = checked_address(server)
        mine = {
            "name": self.device.name, "platform": self.device.platform,
            "app_version": self.settings.version,
        }  # fmt: skip
        new = self.server(address).enrol(code, mine)
        skew = new.time - self.device.now()
        identity = Enrolment(
            new.device_id, new.user, address, new.server_name, new.epoch,
            skew_ms=round(skew.total_seconds() * 1000),
        )  # fmt: skip
        return identity, new.token

    def nudge(self) -> None:
        if self.engine is not None:
            self.engine.nudge()

    def poke(self) -> None:
        if self.engine is not None:
            self.engine.poke()

    def hold(self) -> AbstractContextManager[None]:
        return self.engine.hold() if self.engine is not None else nullcontext()

    def rescue(self, database: Database, passphrase: str) -> bytes:
        return rescue_package(database, passphrase, self.device.now(), self.device.entropy)

    def server(self, address: str) -> Server:
        """The one client of an address: it keeps its connections."""
        if address not in self._servers:
            self._servers[address] = Server(address, self.settings.timeout, self.transport)
        return self._servers[address]

    def line(self, session: Session) -> Line | None:
        """The office of whoever is enrolled and signed in, else None."""
        me, token = session.identity, session.token
        if me is None or token is None:
            return None
        return Line(self.server(me.server), Caller(me.device_id, token, self.settings.version))

    def round(self, session: Session) -> Round | None:
        """A round for whoever is enrolled and signed in, else None."""
        line = self.line(session)
        if line is None:
            return None
        return Round(
            database=session.database,
            server=line.server,
            caller=line.caller,
            now=self.device.now,
            new_id=self.device.new_id,
            most=self.settings.operations_per_push,
            chunk=self.settings.chunk_bytes,
            renew=session.renew_token,
            remake=partial(service_report.made_again, session.database),
            step=self.step,
        )

    def close(self) -> None:
        for server in self._servers.values():
            server.close()
        self._servers.clear()
