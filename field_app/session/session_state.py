"""Who is at the tablet and what is true of it now; everybody who must know is told of changes."""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from field_app.device.device import Device
from field_app.device.keyring import Keyring
from field_app.device.settings import Settings
from field_app.device.trouble import Trouble
from field_app.session.accounts import Account, Accounts
from field_app.session.pin import Pin
from field_app.session.status import Link, SyncStatus, status_of
from field_app.store import base, evidence, integrity, operation_queue
from field_app.store.database import Database, Mended
from field_app.store.enrolment import Enrolment, User, enrolment, keep_enrolment
from field_app.store.queue_counts import Queue, queue_of
from shared.words import language_of


class NotEnrolled(Trouble):
    """Nobody is enrolled on this tablet."""

    key = "sync.trouble.not_enrolled"


class Locked(Trouble):
    """The tablet waits for a PIN."""

    key = "sync.trouble.locked"


class Stage(StrEnum):
    """How far the onboarding is: not enrolled, no PIN yet, locked, or open."""

    ENROL = "enrol"
    SET_PIN = "set_pin"
    LOCKED = "locked"
    OPEN = "open"
    SIGNING = "signing"


class Office(Protocol):
    """What the session asks of the network; `field_app.app.tablet` gives the real one."""

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


class SessionState:
    """The state that every screen depends on. `revision` grows with each change.

    `subscribe` tells of changes on whichever thread made them.
    """

    def __init__(
        self, device: Device, settings: Settings, keyring: Keyring, office: Office
    ) -> None:
        self.device = device
        self.settings = settings
        self.revision = 0
        self.signing: str | None = None
        self.fault_log: Callable[[], str] = lambda: ""
        """What failed lately, for support; see field_app.device.fault_log."""
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
            return Stage.ENROL if self._database.fact("locked_out") else Stage.SET_PIN
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

    # The office

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

    def check_data(self) -> bool:
        """Look through the database where it is time to; whether something had to be mended."""
        if self._database is None or not integrity.is_due(self._database, self.now()):
            return False
        return integrity.check(self._database, self.now())

    @property
    def repair(self) -> Mapping[str, Any] | None:
        """What was mended and nobody has read of yet: {cut: {table: rows}, kept: a file's name}."""
        return self._database.fact("repair") if self._database else None

    def repair_read(self) -> None:
        """Somebody has."""
        self.database.remember("repair", None)
        self.changed()

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
        database.after_mending = partial(self._made_again, database, user_id)
        try:
            self._settle(database, user_id)
        except Mended:
            self._settle(database, user_id)
        self._database = database
        self.signing = database.fact("signing")
        return database

    def _settle(self, database: Database, user_id: str) -> None:
        """What is done once at each opening. Raises Mended, after which it is done again."""
        if (database.fact("repair") or {}).get("kept") and not database.fact("made_again"):
            self._made_again(database, user_id)
        me = enrolment(database)
        if me is not None:
            base.check_again(database)
        if me is not None and me.reckoned is not None:
            # By what both clocks say: one of them that jumps a year ahead throws nothing away.
            evidence.sweep(database, me.reckoned)
            operation_queue.sweep(database, me.reckoned)

    def _made_again(self, database: Database, user_id: str) -> None:
        """After a damaged file was rescued row by row: who it belongs to, and what it showed."""
        known = next((each for each in self.accounts if each.user.id == user_id), None)
        with database.transaction():
            if enrolment(database) is None and known is not None:
                keep_enrolment(database, operation_queue.identity_left(database, known))
            if not database.fact("pin"):
                # Whoever has the tablet now may be anybody: only the office lets them in again.
                database.remember("locked_out", True)
            base.make_again(database)
            database.remember("made_again", True)

    def _pin(self) -> Pin | None:
        kept = self.database.fact("pin")
        return Pin.of(kept) if kept else None
