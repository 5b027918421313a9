"""A client in a process of its own, told what to do by lines of JSON: the same for every leg.

The driver sends {"do": …}; the worker answers {"seconds": …, …}. Only the work is timed.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

LONGEST = 900.0
"""Seconds after which a step is given up."""


class StepFailed(Exception):
    """A worker said that it could not; its words are the message."""


class Worker:
    """The driver's end of a worker process."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._log = log.open("a")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
        )

    def ask(self, do: str, **values: Any) -> dict[str, Any]:
        """One step, done; its answer. Raises StepFailed."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"do": do, **values}) + "\n")
        stdin.flush()
        line = stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the worker is gone"}
        if "error" in answer:
            raise StepFailed(f"{do}: {answer['error']} (see {self._log.name})")
        return answer

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def obey(steps: Mapping[str, Callable[..., Mapping[str, Any] | None]]) -> None:
    """The worker's end: read steps until the driver closes, time each, answer."""
    for line in sys.stdin:
        message = json.loads(line)
        step = steps[message.pop("do")]
        began = time.perf_counter()
        try:
            answer = dict(step(**message) or {})
        except Exception as error:  # whatever it is, the driver prints it and goes on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"seconds": time.perf_counter() - began, **answer}), flush=True)
