"""What is dear on purpose, or waits for a disk, made cheap where nobody's work is at stake.

A PIN costs whoever guesses 50 ms a try; a disk keeps a transaction after 2 to 10 ms. Neither is
what a test asks, but where it says so (`dear_pins`).
"""

import os
import shutil
import sys
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


def compile_once() -> None:
    """What Python compiles is kept for the next process, tests start hundreds: where nothing may
    stand beside the sources (PYTHONDONTWRITEBYTECODE), in .make/, which git does not see."""
    if not sys.dont_write_bytecode:
        return
    kept = Path(__file__).parents[1] / ".make" / "bytecode"
    temporary = Path(tempfile.gettempdir()).resolve()
    shutil.rmtree(kept / temporary.relative_to(temporary.anchor), ignore_errors=True)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(kept)
    sys.dont_write_bytecode = False


def pins() -> None:
    """From now on a PIN is tried in no time."""
    from field_app.session import pin

    assert pin.COST in (CHEAP_PIN, DEAR_PIN)
    pin.COST.update(CHEAP_PIN)
