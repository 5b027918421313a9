"""Live notification: subscribers hear which scope changed up to which seq, never data.

SYNC.md, /api/v1/live.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from threading import Event, Lock, Thread
from typing import NamedTuple

OFFICE = "office"
"""The scope of all tickets, which the console subscribes to; its seq is the newest log entry."""

MOST = 2000
"""Open streams of one process."""

MOST_OF_ONE = 32
"""Of one tablet or one signed-in browser, with a line for each of its pages."""

Heads = Callable[[frozenset[str]], dict[str, int]]
"""Reads the newest seq of each of these scopes from the database."""


class Holder(NamedTuple):
    """By what right somebody listens: a `device` with its id, a `session` with its hash."""

    kind: str
    id: str


Ended = Callable[[frozenset[Holder]], frozenset[Holder]]
"""Says which of these may listen no longer."""


class Listener:
    """A subscriber to some scopes; unread notifications of a scope collapse into its newest seq."""

    def __init__(
        self, scopes: Iterable[str], loop: asyncio.AbstractEventLoop, holder: Holder | None = None
    ) -> None:
        self.scopes = frozenset(scopes)
        self.holder = holder
        self.has_ended = False
        self._loop = loop
        self._moved: dict[str, int] = {}
        self._woken = asyncio.Event()

    def poke(self, scope: str, seq: int) -> None:
        """Notify of a change; from any thread."""
        if scope in self.scopes and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, scope, seq)

    def end(self) -> None:
        """Wake the waiting `moved`, which then returns nothing; there is nothing more to hear."""
        self.has_ended = True
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def moved(self, within: float) -> dict[str, int]:
        """Scope → seq of what changed since the last call; empty after `within` seconds without."""
        try:
            await asyncio.wait_for(self._woken.wait(), within)
        except TimeoutError:
            return {}
        self._woken.clear()
        moved, self._moved = self._moved, {}
        return moved

    def _note(self, scope: str, seq: int) -> None:
        self._moved[scope] = max(seq, self._moved.get(scope, 0))
        self._woken.set()


class Live:
    """The subscribers of this process, and a thread that polls for changes by other processes."""

    def __init__(self, heads: Heads, every: float = 1.0) -> None:
        self._heads = heads
        self._every = every
        self._lock = Lock()
        self._listeners: dict[Listener, None] = {}  # in the order in which they came
        self._told: dict[str, int] = {}
        self._stop = Event()
        self._watcher: Thread | None = None
        self.ended: Ended = lambda holders: frozenset()

    def poke(self, scope: str, seq: int) -> None:
        """Notify the subscribers of `scope`. From any thread, after the commit."""
        with self._lock:
            if seq <= self._told.get(scope, -1):
                return
            if any(scope in listener.scopes for listener in self._listeners):
                self._told[scope] = seq
            listeners = list(self._listeners)
        for listener in listeners:
            listener.poke(scope, seq)

    @property
    def is_full(self) -> bool:
        """Whether nobody more may listen for now."""
        return len(self._listeners) >= MOST

    async def subscribe(
        self, scopes: Iterable[str], heartbeat: float = 15.0, holder: Holder | None = None
    ) -> AsyncIterator[tuple[str, int] | None]:
        """(scope, seq) for each change; None after `heartbeat` seconds without, as a keep-alive.

        It ends with the right of its `holder`, within a second and in every process. Of too many
        that are one holder's the oldest ends: it is the one whose line was lost.
        """
        listener = Listener(scopes, asyncio.get_running_loop(), holder)
        self._enter(listener)
        try:
            while not self._stop.is_set():
                moved = await listener.moved(within=heartbeat)
                if listener.has_ended:
                    return
                for scope in sorted(moved):
                    yield scope, moved[scope]
                if not moved:
                    yield None
        finally:
            with self._lock:
                self._listeners.pop(listener, None)

    def close(self) -> None:
        """Stop polling and end every subscription."""
        self._stop.set()
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.end()
        if self._watcher is not None:
            self._watcher.join()

    def _enter(self, listener: Listener) -> None:
        with self._lock:
            self._listeners[listener] = None
            own = [each for each in self._listeners if each.holder == listener.holder is not None]
            for each in own[:-MOST_OF_ONE]:
                each.end()
            if self._watcher is None:
                self._watcher = Thread(target=self._watch, name="folio-live", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        """Poll the heads: what other processes change, the command line too, is seen only there."""
        while not self._stop.wait(self._every):
            with self._lock:
                listeners = list(self._listeners)
            self._end_those_without_right(listeners)
            scopes = frozenset().union(*(listener.scopes for listener in listeners))
            if scopes:
                for scope, seq in self._heads(scopes).items():
                    self.poke(scope, seq)

    def _end_those_without_right(self, listeners: Iterable[Listener]) -> None:
        holders = frozenset(one.holder for one in listeners if one.holder is not None)
        ended = self.ended(holders) if holders else frozenset()
        for listener in listeners:
            if listener.holder in ended:
                listener.end()
