"""What happened, line by line: the same seed writes the same lines, and their hash says so."""

from collections import Counter
from datetime import datetime
from hashlib import sha256


class Trace:
    """`tally` counts by kind; `digest` is the hash of every line so far."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.lines: list[str] = []
        self.tally: Counter[str] = Counter()
        self._hash = sha256()

    def say(self, who: str, what: str, *details: object, kind: str = "") -> None:
        """Write a line; `kind` is counted, where it is one of the things that must happen."""
        words = " ".join(str(detail) for detail in details)
        line = f"{self.now:%m-%d %H:%M:%S} {who:<12} {what} {words}".rstrip()
        self.lines.append(line)
        self._hash.update(f"{line}\n".encode())
        if kind:
            self.tally[kind] += 1

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()
