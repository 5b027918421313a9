"""When a round runs: after work, when the signal is back, when somebody asks, and now and then."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from field_app.device.trouble import Trouble
from field_app.session.session import Session
from field_app.session.status import Link
from field_app.store.database import Mended
from field_app.store.queue_counts import queue_of
from field_app.sync.round import Moved, Round, WipeAsked
from field_app.sync.troubles import NoSignal, SignedOut

log = logging.getLogger("folio.sync")

SETTLING = 1.0
"""Seconds between work and its round, so that a form's fields travel together."""


class Held(Exception):
    """Somebody needs the tablet without a round: another person takes it, or it closes."""


class Engine:
    """Runs rounds one at a time, whoever asks. `monotonic` in seconds; `chance` in [0, 1).

    `prepare` gives a round for whoever is enrolled now, or None.
    """

    def __init__(
        self,
        session: Session,
        prepare: Callable[[], Round | None],
        *,
        interval: float,
        retries: Sequence[float],
        monotonic: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self._session = session
        self._prepare = prepare
        self._interval = interval
        self._retries = retries
        self._monotonic = monotonic
        self._chance = chance
        self._due = monotonic()
        self._failures = 0
        self._one = threading.RLock()
        self._holding = 0
        self._counting = threading.Lock()
        self._woken = threading.Event()

    def nudge(self) -> None:
        """There is work to send: soon; but while the office is away its retry comes first."""
        if not self._failures:
            self._due = min(self._due, self._monotonic() + SETTLING)
            self._woken.set()

    def poke(self) -> None:
        """A round at the next step: somebody asked, or the signal is back."""
        self._due = self._monotonic()
        self._woken.set()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """No round runs inside the block; one that runs ends at its next step, losing nothing."""
        with self._counting:
            self._holding += 1
        try:
            with self._one:
                yield
        finally:
            with self._counting:
                self._holding -= 1
            self.poke()

    def wait(self, seconds: float) -> None:
        """Sleep so long, or until something is asked for."""
        self._woken.wait(max(seconds, 0.0))
        self._woken.clear()

    def step_safely(self) -> float:
        """`step`, whatever fails in it: the thread that syncs is to see another day."""
        try:
            return self.step()
        except Exception:
            log.exception("no round could be run")
            return self._interval

    def step(self) -> float:
        """Run a round when one is due. The seconds until the next look."""
        if self._monotonic() >= self._due and self._one.acquire(blocking=False):
            try:
                self._due = self._monotonic() + self._attempt()
                if self._session.check_data():
                    self._session.linked(replace(self._session.link, trouble=Mended()))
            finally:
                self._one.release()
        return max(self._due - self._monotonic(), 0.0)

    def _attempt(self) -> float:
        """One round, its end told to the session. Seconds until the next one."""
        round = self._prepare()
        if round is None:
            return self._interval
        before = self._session.link
        round.progress = self._report
        round.step = self._unless_held(round.step)
        self._session.linked(replace(before, running=True, sent=0, total=0))
        try:
            moved = round.run()
        except Trouble as trouble:
            return self._failed(before, trouble)
        except Held:
            self._session.linked(before)
            return SETTLING
        except Exception:
            # A fault of ours must not stop the queue for good: it is logged, shown and tried again.
            log.exception("a sync round failed")
            return self._failed(before, Trouble())
        return self._done(before, moved)

    def _unless_held(self, step: Callable[[str], None]) -> Callable[[str], None]:
        def checked(name: str) -> None:
            step(name)
            if self._holding:
                raise Held

        return checked

    def _report(self, moved: Moved) -> None:
        left = queue_of(self._session.database).waiting
        total = max(moved.total, moved.sent + left)
        self._session.linked(replace(self._session.link, sent=moved.sent, total=total))

    def _done(self, before: Link, moved: Moved) -> float:
        self._failures = 0
        self._session.linked(
            Link(
                at=self._session.now(),
                received=moved.sent or before.received,
                trouble=moved.skipped[-1] if moved.skipped else None,
            )
        )
        return SETTLING if self._left() and not moved.skipped else self._interval

    def _left(self) -> bool:
        return queue_of(self._session.database).operations > 0

    def _failed(self, before: Link, trouble: Trouble) -> float:
        if isinstance(trouble, SignedOut | WipeAsked):
            wipe = isinstance(trouble, WipeAsked) or bool(trouble.values.get("wipe"))
            self._session.signed_out(wipe=wipe)
        wait = self._backoff(trouble)
        self._session.linked(
            replace(
                before,
                running=False,
                trouble=trouble,
                offline=isinstance(trouble, NoSignal),
                signed_out=isinstance(trouble, SignedOut | WipeAsked),
                retry_at=self._retry_at(wait),
            )
        )
        return wait

    def _backoff(self, trouble: Trouble) -> float:
        """Full jitter under a growing ceiling, and never sooner than the office asked."""
        ceiling = self._retries[min(self._failures, len(self._retries) - 1)]
        self._failures += 1
        asked = trouble.values.get("seconds")
        least = float(asked) if isinstance(asked, int | float) else 0.0
        return least + self._chance() * ceiling

    def _retry_at(self, wait: float) -> datetime:
        return self._session.now() + timedelta(seconds=wait)
