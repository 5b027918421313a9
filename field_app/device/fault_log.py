"""The log of faults: what nobody foresaw, kept on the device until somebody asks for it."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "faults.log"
LARGEST = 256 * 1024
"""Bytes, and as many again of what was before."""

TOLD = 60_000
"""Characters that are copied at once: the newest."""

ROOT = logging.getLogger("folio")


class FaultLog:
    """Whatever the tablet logs as a warning or worse, in a file of its folder.

    Tracebacks name lines of the program and never values: nothing of a customer is in it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._handler = RotatingFileHandler(
            self._path, maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True
        )
        self._handler.setLevel(logging.WARNING)
        self._handler.setFormatter(_Plain("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        ROOT.addHandler(self._handler)

    def text(self) -> str:
        """The newest of it; empty when nothing ever failed."""
        try:
            return self._path.read_text(encoding="utf-8", errors="replace")[-TOLD:]
        except OSError:
            return ""

    def close(self) -> None:
        """No more is written."""
        ROOT.removeHandler(self._handler)
        self._handler.close()


class _Plain(logging.Formatter):
    """A record whose exception is told by its kind and its lines, for its words may quote."""

    def formatException(self, ei: object) -> str:
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(line for line in lines if line.startswith(" ")) + f"\n{_kind(ei)}"


def _kind(info: object) -> str:
    kind = info[0] if isinstance(info, tuple) and info else None
    return getattr(kind, "__name__", "")
