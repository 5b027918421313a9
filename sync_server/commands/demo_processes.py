"""The demo's two programs: its office and its tablet, started, watched and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sync_server.commands.opening import NeverDone

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds that the server and the tablet have to open."""


@dataclass
class Demo:
    """Where it lives and what runs of it."""

    data: Path
    server_port: int
    app_port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def server(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    @property
    def tablet(self) -> str:
        return f"http://{HOST}:{self.app_port}"

    def start(self, name: str) -> None:
        """Start `server` or `tablet`; what it says goes to a file."""
        logs = self.data / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self._command(name), env=self._environment(), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def stop(self, name: str) -> None:
        """Stop it, gently first."""
        process = self.running.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def wait_until_open(self, name: str, port: int) -> None:
        """Until somebody answers at the port. Raises NeverDone with what the process said."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.running[name].poll() is not None:
                break
            with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return
            time.sleep(0.1)
        said = (self.data / "logs" / f"{name}.log").read_text("utf-8", "replace").strip()
        raise NeverDone(f"the {name} did not open:\n{said[-2000:]}")

    def _command(self, name: str) -> list[str]:
        if name == "server":
            entry = "from sync_server.commands.cli import main; main()"
            return [sys.executable, "-c", entry, "serve", "--port", str(self.server_port)]
        entry = "import sys; from field_app.app.app import main; sys.exit(main())"
        return [
            sys.executable, "-c", entry, "--web", "--port", str(self.app_port),
            "--data", str(self.data / "tablet"), "--server", self.server,
        ]  # fmt: skip

    def _environment(self) -> Mapping[str, str]:
        # Flet would open a browser by itself, also where there is none.
        return {
            **os.environ, "FOLIO_DATA": str(self.data), "FLET_FORCE_WEB_SERVER": "true",
            "FOLIO_PUBLIC_URL": self.server,
        }  # fmt: skip
