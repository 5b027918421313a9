"""Who is at the tablet, and whether it is open to them: enrolment, PIN, shared tablets, leaving."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from field_app import pin
from field_app.accounts import Account, Accounts
from field_app.device import Device
from field_app.keyring import Keyring
from field_app.pin import Pin
from field_app.settings import Settings
from field_app.status import Link, SyncStatus, status_of
from field_app.store import base, evidence, outbox
from field_app.store.database import Database
from field_app.store.enrolment import Enrolment, User, enrolment, keep_enrolment, renewed
from field_app.store.queue import Queue, queue_of
from field_app.trouble import Trouble
from shared.words import language_of


class NotEnrolled(Trouble):
    """Nobody is enrolled on this tablet."""

    key = "sync.trouble.not_enrolled"


class Locked(Trouble):
    """The tablet waits for a PIN."""

    key = "sync.trouble.locked"


class SignOutRefused(Trouble):
    """There is work here that the office does not have."""

    key = "sync.trouble.sign_out_refused"


class Stage(StrEnum):
    """Which door one stands before."""

    ENROL = "enrol"
    SET_PIN = "set_pin"
    LOCKED = "locked"
    OPEN = "open"
    SIGNING = "signing"


class Office(Protocol):
    """What the session asks of the network; `field_app.tablet` gives the real one."""

    def enrol(self, server: str, code: str) -> tuple[Enrolment, str]:
        """The new identity and its token. Raises field_app.sync.server's troubles."""

    def nudge(self) -> None:
        """There is something to send: a round soon, unless the office is known to be away."""

    def poke(self) -> None:
        """A round now. Returns at once."""

    def hold(self) -> AbstractContextManager[None]:
        """No round runs inside the block; one that runs ends at its next step."""

    def rescue(self, database: Database, passphrase: str) -> bytes:
        """All work that is not safe at the office, encrypted. Raises WeakPassphrase."""


class Door:
    """The state that every screen depends on, and the ways in and out.

    `subscribe` tells of changes on whichever thread made them. `revision` grows with each.
    """

    def __init__(
        self, device: Device, settings: Settings, keyring: Keyring, office: Office
    ) -> None:
        self.device = device
        self.settings = settings
        self.revision = 0
        self.signing: str | None = None
        self._keyring = keyring
        self._office = office
        self._accounts = Accounts(device.folder)
        self._database: Database | None = None
        self._unlocked = False
        self._link = Link()
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._open_selected()

    # What is true now

    @property
    def stage(self) -> Stage:
        if self._database is None:
            return Stage.ENROL
        if self._pin() is None:
            return Stage.SET_PIN
        if self.signing:
            return Stage.SIGNING
        return Stage.OPEN if self._unlocked else Stage.LOCKED

    @property
    def database(self) -> Database:
        """The selected person's database. Raises NotEnrolled."""
        if self._database is None:
            raise NotEnrolled
        return self._database

    @property
    def identity(self) -> Enrolment | None:
        return enrolment(self._database) if self._database else None

    @property
    def user(self) -> User | None:
        return self.identity.user if self.identity else None

    @property
    def token(self) -> str | None:
        """The device token, as long as the office has not taken it back."""
        me = self.identity
        return self._keyring.get(f"token:{me.device_id}") if me else None

    @property
    def signed_in(self) -> bool:
        """Whether the office still takes this person's token; work goes on without it."""
        return self.token is not None

    @property
    def accounts(self) -> tuple[Account, ...]:
        return self._accounts.all()

    @property
    def server(self) -> str:
        return self.identity.server if self.identity else self.settings.server

    @property
    def last_contact(self) -> datetime | None:
        return self.identity.last_contact if self.identity else None

    @property
    def language(self) -> str:
        chosen = self._database.fact("language") if self._database else None
        return chosen or language_of(self.settings.locale)

    @property
    def status(self) -> SyncStatus:
        """The sync strip."""
        if self._database is None:
            return status_of(Queue(), self._link)
        link = replace(self._link, signed_out=not self.signed_in)
        return status_of(queue_of(self._database), link)

    def now(self) -> datetime:
        return self.device.now()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of every change; call what comes back to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # Doors

    def enrol(self, server: str, code: str) -> None:
        """Make this tablet the person's, with a code from the console. Blocks on the network.

        Somebody who was here before goes on with the queue they left. Raises EnrolmentRefused and
        what `field_app.sync.server` raises.
        """
        new, token = self._office.enrol(server, code)
        with self._office.hold():
            self._keyring.put(f"token:{new.device_id}", token)
            known = self.stage is Stage.OPEN and self.user == new.user
            self._take(self._opened(new.user.id), new, keep_pin=known)
            self._accounts.keep(new.user, new.server)
            self._link = Link()
            self._unlocked = known
        self.changed()
        self._office.poke()

    def _take(self, database: Database, new: Enrolment, *, keep_pin: bool) -> None:
        before = enrolment(database)
        with database.transaction():
            if before is None:
                keep_enrolment(database, new)
            else:
                keep_enrolment(database, renewed(database, new))
                # The office may have been restored meanwhile: what it has, it knows by op_id.
                outbox.reidentify(database, new.device_id, everything=True)
                evidence.offer_again(database)
                base.resync_all(database)
            if not keep_pin:
                database.remember("pin", None)
        if before is not None and before.device_id != new.device_id:
            self._keyring.put(f"token:{before.device_id}", None)

    def set_pin(self, digits: str) -> None:
        """Choose the PIN, and be let in. Raises WeakPin."""
        chosen = pin.new_pin(digits, self.device.entropy(16), self.settings.pin_tries)
        self.database.remember("pin", chosen.as_json())
        self._unlocked = True
        self.changed()

    def unlock(self, digits: str) -> None:
        """Be let in. Raises WrongPin, PinWait, PinBlocked."""
        self._try_pin(digits)
        self._unlocked = True
        self.changed()

    def lock(self) -> None:
        """Ask for the PIN again."""
        self._unlocked = False
        self.changed()

    def choose(self, user_id: str) -> None:
        """Another person takes the tablet: their queue, their PIN."""
        with self._office.hold():
            self._accounts.select(user_id)
            self._unlocked, self._link = False, Link()
            self._open_selected()
        self.changed()

    def sign_out(self) -> None:
        """Leave this tablet. Raises SignOutRefused while work is unsent.

        What the office has, but not yet its backup, stays in the person's folder.
        """
        queue = queue_of(self.database)
        if queue.waiting:
            raise SignOutRefused(operations=queue.operations, files=queue.files)
        with self._office.hold():
            self._leave()
        self._office.poke()

    def signed_out(self, *, wipe: bool) -> None:
        """The office took the token back; with `wipe` all that came from it goes too.

        The queue stays in either case: it goes on after the next enrolment.
        """
        me = self.identity
        if me is not None:
            self._keyring.put(f"token:{me.device_id}", None)
        if wipe:
            self._leave()
        self.changed()

    def _leave(self) -> None:
        me, database = self.identity, self.database
        assert me is not None
        self._keyring.put(f"token:{me.device_id}", None)
        with database.transaction():
            database.remember("pin", None)
            base.forget_all(database)
        database.shred()
        self._accounts.drop(me.user.id)
        self._unlocked, self.signing = False, None
        self._open_selected()
        self.changed()

    # The office

    def sync_now(self) -> None:
        """Start a round now, whatever the schedule says."""
        self._office.poke()

    def rescue_package(self, passphrase: str) -> bytes:
        """«Paquete de rescate». Raises WeakPassphrase."""
        return self._office.rescue(self.database, passphrase)

    def rescue_name(self) -> str:
        """A file name for it."""
        return f"folio-{self.now():%Y%m%d-%H%M}.rescue"

    def renew_token(self, device_id: str, token: str) -> None:
        """Keep a rotated token; the office goes on taking the old one until the first use."""
        self._keyring.put(f"token:{device_id}", token)

    def linked(self, link: Link) -> None:
        """How the contact with the office goes."""
        self._link = link
        self.changed()

    @property
    def link(self) -> Link:
        return self._link

    def changed(self) -> None:
        """Something that a screen may show is no longer what it was."""
        with self._lock:
            self.revision += 1
        for listener in tuple(self._listeners):
            listener()

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    # Below

    def _open_selected(self) -> None:
        self.close()
        account = self._accounts.selected
        if account is not None:
            self._opened(account.user.id)

    def _opened(self, user_id: str) -> Database:
        self.close()
        database = Database(self._accounts.folder_of(user_id))
        evidence.sweep(database, self.now())
        outbox.sweep(database, self.now())
        self._database = database
        self.signing = database.fact("signing")
        return database

    def _pin(self) -> Pin | None:
        kept = self.database.fact("pin")
        return Pin.of(kept) if kept else None

    def _try_pin(self, digits: str) -> None:
        kept = self._pin()
        if kept is None:
            raise NotEnrolled
        after = pin.tried(kept, digits, self.now())
        self.database.remember("pin", after.as_json())
        if after.failed:
            raise pin.refusal(after, self.now())
