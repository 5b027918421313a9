"""The ways in and out: enrolment, PIN, another person on a shared tablet, leaving."""

from field_app.device.trouble import Trouble
from field_app.session import pin
from field_app.session.session_state import NotEnrolled, SessionState, Stage
from field_app.session.status import Link
from field_app.store import base, evidence, foreign_photos, operation_queue
from field_app.store.database import Database
from field_app.store.enrolment import Enrolment, enrolment, keep_enrolment, renewed
from field_app.store.queue_counts import queue_of
from shared.words import t, tn


class SignOutRefused(Trouble):
    """There is work here that the office does not have."""

    key = "sync.trouble.sign_out_refused"

    def __init__(self, operations: int, files: int) -> None:
        self.operations, self.files = operations, files
        super().__init__(operations=operations, files=files)

    def sentence(self, language: str) -> str:
        return t(
            self.key, language,
            changes=tn("sync.unsent.changes", self.operations, language),
            files=tn("sync.unsent.files", self.files, language),
        )  # fmt: skip


class Onboarding(SessionState):
    """What changes who is at the tablet, and whether it is open to them."""

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
                operation_queue.reidentify(database, new.device_id, everything=True)
                evidence.offer_again(database)
                base.resync_all(database)
            database.remember("locked_out", None)
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
            raise SignOutRefused(queue.operations, queue.files)
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
        foreign_photos.forget_all(database)
        database.shred()
        self._accounts.drop(me.user.id)
        self._unlocked, self.signing = False, None
        self._open_selected()
        self.changed()

    def _try_pin(self, digits: str) -> None:
        kept = self._pin()
        if kept is None:
            raise NotEnrolled
        after = pin.tried(kept, digits, self.now())
        self.database.remember("pin", after.as_json())
        if after.failed:
            raise pin.refusal(after, self.now())
