"""A line that goes dead after a chosen byte: a TCP proxy on the loopback, before one office."""

import contextlib
import socket
from threading import Lock, Thread
from typing import Literal

Direction = Literal["request", "response"]


class CuttingProxy:
    """Carries bytes both ways and counts them. After the byte at which it is to cut, the line is
    dead in both directions, new calls too, until it is mended.
    """

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.upstream = upstream
        self.carried: dict[Direction, int] = {"request": 0, "response": 0}
        self.dead = False
        self._cut: tuple[Direction, int] | None = None
        self._lock = Lock()
        self._calls: set[_Call] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._accept, name="cutting-proxy", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self, direction: Direction, at: int) -> None:
        """Go dead once `at` bytes went in this direction, counted from now."""
        with self._lock:
            self.carried = {"request": 0, "response": 0}
            self._cut, self.dead = (direction, at), False

    def mend(self) -> None:
        """Carry everything again, counted from now."""
        with self._lock:
            self.carried = {"request": 0, "response": 0}
            self._cut, self.dead = None, False

    def close(self) -> None:
        # Waking a thread out of accept() takes a shutdown; closing alone leaves it waiting.
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()
        self._hang_up()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            if self.dead:
                caller.close()
                continue
            try:
                office = socket.create_connection(self.upstream)
            except OSError:
                caller.close()
                continue
            call = _Call(self, caller, office)
            with self._lock:
                self._calls.add(call)
            call.start()

    def pass_on(self, direction: Direction, size: int) -> int:
        """How many of so many bytes still go through; the line dies with the last of them."""
        with self._lock:
            if self.dead:
                return 0
            before = self.carried[direction]
            if self._cut and self._cut[0] == direction and before + size >= self._cut[1]:
                size, self.dead = self._cut[1] - before, True
            self.carried[direction] = before + size
        return size

    def over(self, call: "_Call") -> None:
        """A call has ended; when the line is dead, so do all the others."""
        with self._lock:
            self._calls.discard(call)
        if self.dead:
            self._hang_up()

    def _hang_up(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, set()
        for call in calls:
            call.hang_up()


class _Call:
    """One connection of a tablet, and the one to the office behind it."""

    def __init__(self, proxy: CuttingProxy, caller: socket.socket, office: socket.socket) -> None:
        self._proxy = proxy
        self._ends = (caller, office)

    def start(self) -> None:
        caller, office = self._ends
        Thread(target=self._pump, args=(caller, office, "request"), daemon=True).start()
        Thread(target=self._pump, args=(office, caller, "response"), daemon=True).start()

    def hang_up(self) -> None:
        """End both connections as a line does that is simply gone: no more bytes, then nothing."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _pump(self, source: socket.socket, target: socket.socket, direction: Direction) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                allowed = self._proxy.pass_on(direction, len(data))
                if allowed:
                    target.sendall(data[:allowed])
                if self._proxy.dead:
                    break
        self.hang_up()
        self._proxy.over(self)
