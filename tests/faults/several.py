"""Several `folio serve` on one database and one store, and clients that take them in turn."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from threading import Event

import httpx

HOUSE = Path(__file__).parents[2]
FOLIO = Path(sys.executable).with_name("folio")
PATIENCE = 60.0
"""Seconds in which a process opens, also on a machine that does other things meanwhile."""


class Offices:
    """Processes of one office; `urls` are those of the ones that live, by their number."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.urls: dict[int, str] = {}
        self._folder = folder
        self._settings = settings
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, *numbers: int) -> None:
        """Open these, all at the same moment; back when each of them has said where."""
        for number in numbers:
            self._processes[number] = self._born(number)
        for number in numbers:
            self.urls[number] = self._address(number)

    def kill(self, number: int) -> None:
        """kill -9."""
        process = self._processes.pop(number)
        process.kill()
        process.wait()
        del self.urls[number]

    def close(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(timeout=20)

    def _born(self, number: int) -> subprocess.Popen[bytes]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith("FOLIO_")}
        data = {"FOLIO_DATA": str(self._folder / f"office-{number}")}
        with self._log(number).open("wb") as log:
            return subprocess.Popen(
                [FOLIO, "serve", "--port", "0"], cwd=HOUSE, stdout=log, stderr=log,
                env={**kept, "PYTHONPATH": str(HOUSE), **self._settings, **data},
            )  # fmt: skip

    def _address(self, number: int) -> str:
        for _ in range(int(PATIENCE / 0.05)):
            said = self._log(number).read_text(encoding="utf-8", errors="replace")
            if found := re.search(r"open at (http://\S+)", said):
                return found[1]
            assert self._processes[number].poll() is None, said
            Event().wait(0.05)
        raise AssertionError(f"office {number} does not open: {said}")

    def _log(self, number: int) -> Path:
        return self._folder / f"office-{number}.log"


class RoundRobin(httpx.BaseTransport):
    """Sends each request to another of the offices than the one before: a load balancer without
    stickiness. That one of them is dead it learns from the first call that is refused.
    """

    def __init__(self, offices: Offices) -> None:
        self._offices = offices
        self._refused: set[str] = set()
        self._known: list[str] = []
        self._turns = count()
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._known += [url for url in self._offices.urls.copy().values() if url not in self._known]
        living = [url for url in self._known if url not in self._refused]
        chosen = living[next(self._turns) % len(living)]
        url = httpx.URL(chosen)
        request.url = request.url.copy_with(scheme=url.scheme, host=url.host, port=url.port)
        try:
            return self._inner.handle_request(request)
        except httpx.ConnectError:
            self._refused.add(chosen)
            raise

    def close(self) -> None:
        self._inner.close()
