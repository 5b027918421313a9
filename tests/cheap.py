"""What is dear on purpose, or waits for a disk, made cheap where nobody's work is at stake.

A PIN costs whoever guesses 50 ms a try; a disk keeps a transaction after 2 to 10 ms. Neither is
what a test asks, but where it says so (`dear_pins`).
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""Bytes that must be free in memory: what two workers put there at most, twice."""

CHEAP_PIN = {"n": 2, "r": 1, "p": 1}
DEAR_PIN = {"n": 2**14, "r": 8, "p": 1}
"""What a tablet goes by, since 0.1.0: in tests where it says `dear_pins`."""


def keep_files_in_memory() -> None:
    """Temporary folders stand in memory, unless somebody said where, or there is no room."""
    said = any(os.environ.get(name) for name in ("TMPDIR", "PYTEST_DEBUG_TEMPROOT"))
    if said or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # read anew


def pins() -> None:
    """From now on a PIN is tried in no time."""
    from field_app.session import pin

    assert pin.COST in (CHEAP_PIN, DEAR_PIN)
    pin.COST.update(CHEAP_PIN)
