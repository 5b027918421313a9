"""The other end of a checker process: it looks at one file after the other, within its limits."""

import importlib
import os
import pickle
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

FILTERS = 2
"""A stream that is packed more often than this was packed by nobody who writes documents."""

ITEMS = 100_000
"""In one list: the widths of a font with every character of a plane are fewer."""

UNPACKED = 64 * 1024 * 1024
"""Bytes that a stream may grow to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file: seconds of processor time, and bytes of memory beyond what an idle one has.

    `by_watching`: the asker looks at what is used, for want of an operating system that does.
    """

    seconds: int = 8
    memory: int = 768 * 1024 * 1024
    by_watching: bool = sys.platform != "linux"


@dataclass(frozen=True, slots=True)
class Raised:
    """The question raised this."""

    error: Exception


def run(line: Connection, modules: tuple[str, ...], limits: Limits) -> None:
    """Answer what is asked over `line`, until whoever asks hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in modules:
        importlib.import_module(module)
    _narrow_pikepdf()
    if not limits.by_watching:
        _limit_memory(limits.memory)
    line.send_bytes(b"ready")
    while True:
        try:
            asked = line.recv_bytes()
        except EOFError:
            return
        if not limits.by_watching:
            _limit_time(limits.seconds)
        line.send_bytes(_answer(asked))


def _answer(asked: bytes) -> bytes:
    try:
        question, about = pickle.loads(asked)
        return pickle.dumps(question(*about))
    except (MemoryError, SystemError):
        # Memory that ends inside a library in C is either. What is left of this process is not to
        # be trusted with another file.
        os._exit(1)
    except Exception as error:
        return pickle.dumps(Raised(error))


def _narrow_pikepdf() -> None:
    """qpdf unpacks no more than a document of ours could ever hold."""
    from pikepdf import settings

    settings.set_qpdf_limits(
        parser_max_nesting=100, parser_max_container_size=ITEMS, max_stream_filters=FILTERS,
        flate_max_memory=UNPACKED,
        run_length_max_memory=UNPACKED, png_max_memory=UNPACKED, tiff_max_memory=UNPACKED,
        dct_max_memory=4 * UNPACKED, dct_max_progressive_scans=100,
    )  # fmt: skip


def _limit_memory(beyond: int) -> None:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    has = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (has + beyond, has + beyond))


def _limit_time(seconds: int) -> None:
    import resource

    used: Any = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard)
    )
