"""Files that anybody may have made are looked at in processes of their own, with little to spend.

Two checker processes are started by spawn when the first file comes, and stay warm. Each has a
limit of processor time and memory for a file, and is replaced after a breach or a hundred files.
Only few wait for them: whoever comes next is told to come back, and every other request goes on.
"""

import os
import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any, TypeVar

import psutil

from sync_server.runtime import checker_process
from sync_server.runtime.checker_process import Limits, Raised

T = TypeVar("T")


class TooBusy(Exception):
    """Too many files wait to be looked at; this one was not, and may come again."""


class TooCostly(Exception):
    """To look at this file takes more time or memory than a file is given."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How files are looked at: by so many processes, so many waiting besides.

    `patience` is how long one waits for its turn, `longest` how long the clock on the wall may go
    for one file, both in seconds: a machine under load stretches a second of its processor.
    """

    processes: int = 2
    queue: int = 8
    files: int = 100
    patience: float = 20.0
    longest: float = 60.0
    starting: float = 120.0
    limits: Limits = field(default_factory=Limits)


class Checkers:
    """The checker processes of this process; `modules` are imported by each before its first.

    `asking` counts who is being answered or waits.
    """

    def __init__(self, modules: Sequence[str] = (), terms: Terms | None = None) -> None:
        self.terms = terms or Terms()
        self._modules = tuple(modules)
        self._free: LifoQueue[_Checker] = LifoQueue()
        self._lock = Lock()
        self.asking = 0
        for _ in range(self.terms.processes):
            self._free.put(self._another())

    def ask(self, question: Callable[..., T], *about: Any) -> T:
        """What `question` (a function of a module) says `about` these values.

        Raises TooBusy, TooCostly, and what the question raises.
        """
        checker = self._waited_for()
        try:
            answer = checker.ask(question, about)
            if isinstance(answer, Raised):
                raise answer.error
            return answer  # type: ignore[no-any-return]
        finally:
            if checker.is_spent:
                checker.close()
                checker = self._another()
            self._free.put(checker)
            with self._lock:
                self.asking -= 1

    def warm(self) -> None:
        """A file is about to come: the process that will be asked starts meanwhile."""
        with suppress(Empty):
            checker = self._free.get_nowait()
            checker.begin()
            self._free.put(checker)

    def close(self) -> None:
        """End the processes, once nothing is asked any more."""
        for _ in range(self.terms.processes):
            self._free.get().close()

    def _another(self) -> "_Checker":
        return _Checker(self._modules, self.terms)

    def _waited_for(self) -> "_Checker":
        with self._lock:
            if self.asking >= self.terms.processes + self.terms.queue:
                raise TooBusy
            self.asking += 1
        try:
            return self._free.get(timeout=self.terms.patience)
        except Empty as error:
            with self._lock:
                self.asking -= 1
            raise TooBusy from error


class _Checker:
    """One process, started when it is first asked; one question at a time."""

    def __init__(self, modules: tuple[str, ...], terms: Terms) -> None:
        self._modules, self._terms = modules, terms
        self._line: Connection | None = None
        self._process: Any = None
        self._asked = 0
        self._is_ready = False
        self.is_spent = False

    def ask(self, question: Callable[..., Any], about: tuple[Any, ...]) -> Any:
        """Its answer, or what it raised. Raises TooCostly, after which it is spent."""
        line = self._ready()
        self._asked += 1
        self.is_spent = self._asked >= self._terms.files
        try:
            line.send_bytes(pickle.dumps((question, about)))
            if self._answers(line):
                return pickle.loads(line.recv_bytes())
        except (EOFError, OSError):
            pass  # it ended itself: the limits of the operating system are its own
        self.is_spent = True
        raise TooCostly

    def close(self) -> None:
        """End it, whatever it is about."""
        if self._line is not None:
            self._line.close()
            self._process.kill()
            self._process.join()
            self._process.close()

    def begin(self) -> None:
        """Start the process, unless it is; nobody waits for it."""
        if self._line is not None:
            return
        spawn = get_context("spawn")
        self._line, other = spawn.Pipe()
        self._process = spawn.Process(
            target=checker_process.run, args=(other, self._modules, self._terms.limits),
            name="folio-checker", daemon=True,
        )  # fmt: skip
        self._process.start()
        other.close()

    def _ready(self) -> Connection:
        self.begin()
        assert self._line is not None
        if not self._is_ready:
            self._is_ready = self._said_so(self._line)
            if not self._is_ready:
                self.is_spent = True
                raise TooBusy
        return self._line

    def _said_so(self, line: Connection) -> bool:
        try:
            return line.poll(self._terms.starting) and bool(line.recv_bytes())
        except EOFError:
            return False

    def _answers(self, line: Connection) -> bool:
        if not self._terms.limits.by_watching:
            return line.poll(self._terms.longest)
        return self._answers_watched(line)

    def _answers_watched(self, line: Connection) -> bool:
        """Where no operating system keeps to limits, we look at what it uses ten times a second."""
        limits, process = self._terms.limits, psutil.Process(self._process.pid)
        before = process.memory_info().rss, _processor_time(process)
        for _ in range(int(self._terms.longest * 10)):
            if line.poll(0.1):
                return True
            memory, seconds = process.memory_info().rss, _processor_time(process)
            if memory - before[0] > limits.memory or seconds - before[1] > limits.seconds:
                return False
        return False


def _processor_time(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def checkers(modules: tuple[str, ...]) -> Checkers:
    """The checkers of this process for what these modules ask; one that was forked has its own."""
    return _of_process(os.getpid(), modules)


@cache
def _of_process(pid: int, modules: tuple[str, ...]) -> Checkers:
    return Checkers(modules)
