"""A stranger's hand on the wire: bytes as they are, and what comes back until the line is cut."""

import select
import socket
from contextlib import suppress
from time import monotonic

PATIENCE = 20.0


class HttpLine:
    """One connection; used as a context."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.heard = b""

    def __enter__(self) -> "HttpLine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def say(self, content: bytes) -> None:
        """Send; a peer that has hung up already is no fault."""
        with suppress(OSError):
            self._socket.sendall(content)

    def hang_up(self) -> None:
        """Say that no more will be said, and go on listening."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def hear(self) -> bytes:
        """All that comes until the peer hangs up."""
        while self.hears_more():
            pass
        return self.heard

    def was_answered(self) -> bool:
        """Whether something has come by now."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def is_open_for(self, seconds: float) -> bool:
        """Whether the peer has not hung up when nothing has come for so long."""
        self._socket.settimeout(seconds)
        try:
            while self.hears_more():
                pass
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(PATIENCE)
        return False

    def hears_more(self) -> bool:
        """Whether something came, which is added to what was heard; waits for it."""
        try:
            piece = self._socket.recv(65536)
        except ConnectionResetError:
            return False
        self.heard += piece
        return bool(piece)


def asked(
    port: int, *headers: str, path: str = "/healthz", method: str = "GET"
) -> tuple[int, float]:
    """The status of a request of these headers, and the seconds that it took."""
    head = "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers))
    began = monotonic()
    with HttpLine(port) as line:
        line.say(f"{head}\r\n\r\n".encode("latin-1"))
        heard = line.hear()
    return int(heard.split(b" ", 2)[1]) if heard else 0, monotonic() - began
