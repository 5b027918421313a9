"""The office as an operator runs it: `folio serve` in a process of its own, on a folder."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx

from sync_server import demo
from sync_server.assembly import assemble
from sync_server.runtime.settings import Settings
from tests.browser.conftest import HOUSE, START, free_port

FOLIO = Path(sys.executable).parent / "folio"


class OfficeProcess:
    """The demo organisation behind `url`; `stop` and `start` keep its data and its address."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ, "PYTHONPATH": str(HOUSE),
            "FOLIO_DATA": str(data), "FOLIO_PUBLIC_URL": self.url,
        }  # fmt: skip

    @property
    def settings(self) -> Settings:
        """As the process reads them."""
        return Settings.from_environment(self._environment)

    def found(self) -> "OfficeProcess":
        """Fill the empty folder with the demo's people, assets and tickets."""
        office = assemble(self.settings)
        demo.seed(office, datetime.now(UTC))
        office.close()
        return self

    def start(self) -> "OfficeProcess":
        """Serve until stopped; back when it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [FOLIO, "serve", "--port", str(self.port)],
                cwd=HOUSE,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        pause = threading.Event()
        for _ in range(int(START / 0.1)):
            assert self._process.poll() is None, self.said()
            try:
                if httpx.get(f"{self.url}/sign-in", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                pause.wait(0.1)
        raise AssertionError(f"the office does not answer: {self.said()}")

    def stop(self) -> None:
        """As when an operator stops the service."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def said(self) -> str:
        """What the process wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def folio(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the command line, beside the running office."""
        return subprocess.run(
            [FOLIO, *words],
            cwd=HOUSE,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
