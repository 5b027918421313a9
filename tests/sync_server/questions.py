"""What tests ask of a checker process: to stay, to spend, to fail."""

import os
from pathlib import Path


def who() -> int:
    """The process that answers."""
    return os.getpid()


def spin() -> None:
    """Spend time without end."""
    while True:
        pass


def grow(size: int) -> int:
    """Take so many bytes of memory."""
    return len(bytearray(size))


def fail() -> None:
    """Raise something."""
    raise LookupError("this one")


def wait_for(gate: str) -> str:
    """Hold the process, without spending anything, until somebody writes into the pipe `gate`."""
    return Path(gate).read_text()


def spin_over(*_: object) -> None:
    """Spend time without end, whatever is asked."""
    spin()


def end_in_c() -> None:
    """What a library in C says when it is out of memory and does not say so."""
    raise SystemError("error return without exception set")
