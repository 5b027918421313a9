"""A whole tablet put together: its folder claimed, its session, and the engine that syncs it."""

import random
import time
from dataclasses import dataclass

from field_app.device.device import Claim, Device, claim
from field_app.device.fault_log import FaultLog
from field_app.device.keyring import FileKeyring, Keyring
from field_app.device.settings import Settings
from field_app.session.session import Session
from field_app.sync.live import Live
from field_app.sync.network import Network
from field_app.sync.schedule import Engine
from field_app.sync.server import Transport


@dataclass(slots=True)
class Tablet:
    """What app.py and the tests hold."""

    session: Session
    engine: Engine
    live: Live
    network: Network
    _claim: Claim
    _faults: FaultLog

    def close(self) -> None:
        with self.engine.hold():
            self.network.close()
            self.session.close()
        self._claim.release()
        self._faults.close()


def open_tablet(
    device: Device,
    settings: Settings,
    keyring: Keyring | None = None,
    transport: Transport | None = None,
) -> Tablet:
    """The tablet of `device.folder`. Raises AlreadyRunning, NewerData, OldSqlite.

    Without a keyring the token is kept in a private file of that folder.
    """
    mine = claim(device.folder)
    faults = FaultLog(device.folder)
    try:
        network = Network(device, settings, transport)
        session = Session(device, settings, keyring or FileKeyring(device.folder), network)
        session.fault_log = faults.text
    except BaseException:
        mine.release()
        faults.close()
        raise
    engine = Engine(
        session,
        lambda: network.round(session),
        interval=settings.interval,
        retries=settings.retries,
        monotonic=time.monotonic,
        chance=random.random,
    )
    network.engine = engine
    live = Live(lambda: network.line(session), engine.nudge, random.random)
    return Tablet(session, engine, live, network, mine, faults)
