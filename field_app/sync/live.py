"""Listening to the office: «something moved» starts a round. A poke, never data; missing it costs
nothing but the wait for the next round. SYNC.md, /api/v1/live."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from field_app.sync.server import Caller, Server

log = logging.getLogger("folio.sync")

SILENCE = 40.0
"""Seconds without even a heartbeat after which the line is taken to be dead."""


@dataclass(frozen=True, slots=True)
class Line:
    """To whom one listens, and as whom."""

    server: Server
    caller: Caller


@dataclass(slots=True)
class Live:
    """`line` gives whom to listen to now, or None; `moved` is called for each poke.

    After a line that broke, the next try comes within `patience` seconds (full jitter by `chance`).
    """

    line: Callable[[], Line | None]
    moved: Callable[[], None]
    chance: Callable[[], float]
    patience: float = 60.0

    def listen(self, stop: threading.Event) -> None:
        """Listen until `stop` is set. Runs in a thread of its own."""
        while not stop.is_set():
            try:
                line = self.line()
                if line is not None:
                    self._hear(line, stop)
            except Exception:
                log.exception("nobody can be listened to")
            stop.wait(1.0 + self.chance() * self.patience)

    def _hear(self, line: Line, stop: threading.Event) -> None:
        try:
            with line.server.events(line.caller, SILENCE) as lines:
                for text in lines:
                    if stop.is_set():
                        return
                    if text.startswith("data:"):
                        self.moved()
        except (httpx.HTTPError, httpx.StreamError, RuntimeError) as error:
            # A poke is a courtesy: without it the rounds come at their interval.
            log.debug("not listening: %s", error)
