"""«Something moved»: a poke to whoever is listening, never data. SYNC.md, /api/v1/live."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from threading import Event, Lock, Thread

OFFICE = "office"
"""The scope in which every ticket moves: what the console listens to."""

Heads = Callable[[frozenset[str]], dict[str, int]]
"""The newest seq of each of these scopes, asked of the database."""


class Listener:
    """One who listens to some scopes; what it has not read yet is one number a scope."""

    def __init__(self, scopes: Iterable[str], loop: asyncio.AbstractEventLoop) -> None:
        self.scopes = frozenset(scopes)
        self._loop = loop
        self._moved: dict[str, int] = {}
        self._woken = asyncio.Event()

    def poke(self, scope: str, seq: int) -> None:
        """From any thread."""
        if scope in self.scopes and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, scope, seq)

    def end(self) -> None:
        """Wake whoever waits, with nothing to tell."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def moved(self, within: float) -> dict[str, int]:
        """What moved since the last time; empty when nothing did for `within` seconds."""
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
    """Who listens, and the look at the database for what other processes moved."""

    def __init__(self, heads: Heads, every: float = 1.0) -> None:
        self._heads = heads
        self._every = every
        self._lock = Lock()
        self._listeners: set[Listener] = set()
        self._told: dict[str, int] = {}
        self._stop = Event()
        self._watcher: Thread | None = None

    def poke(self, scope: str, seq: int) -> None:
        """Tell those who listen to `scope`. From any thread, after the commit."""
        with self._lock:
            if seq <= self._told.get(scope, -1):
                return
            if any(scope in listener.scopes for listener in self._listeners):
                self._told[scope] = seq
            listeners = list(self._listeners)
        for listener in listeners:
            listener.poke(scope, seq)

    async def subscribe(
        self, scopes: Iterable[str], heartbeat: float = 15.0
    ) -> AsyncIterator[tuple[str, int] | None]:
        """(scope, seq) whenever one of these moves; None once in a while, to keep a line open."""
        listener = Listener(scopes, asyncio.get_running_loop())
        self._enter(listener)
        try:
            while not self._stop.is_set():
                moved = await listener.moved(within=heartbeat)
                for scope in sorted(moved):
                    yield scope, moved[scope]
                if not moved:
                    yield None
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def close(self) -> None:
        """Stop looking, and end every subscription."""
        self._stop.set()
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.end()
        if self._watcher is not None:
            self._watcher.join()

    def _enter(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.add(listener)
            if self._watcher is None:
                self._watcher = Thread(target=self._watch, name="folio-live", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        """Another process, the command line too, moves scopes that only the database knows of."""
        while not self._stop.wait(self._every):
            with self._lock:
                scopes = frozenset().union(*(listener.scopes for listener in self._listeners))
            if scopes:
                for scope, seq in self._heads(scopes).items():
                    self.poke(scope, seq)
