"""The legs of the comparison: how each one's server is started and its clients are called."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.sync import setup
from benchmarks.sync.worker import Worker

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class NotStarted(Exception):
    """A server did not open its port in time."""


@dataclass
class Running:
    """A server at work: its port and process, and what each client's `open` is told besides."""

    port: int
    pid: int
    openings: Sequence[Mapping[str, Any]] = field(default_factory=lambda: [{}, {}])


class Leg:
    """One way to sync. `echoes`: what a client pushed comes back to it, as the server has it."""

    name = ""
    title = ""
    echoes = False

    def is_there(self) -> bool:
        """Whether everything that this leg needs has been installed."""
        return True

    def server_command(self, folder: Path, port: int) -> list[str]:
        raise NotImplementedError

    def client_command(self) -> list[str]:
        raise NotImplementedError

    def environment(self, folder: Path, port: int) -> dict[str, str]:
        return {}

    def openings(self, process: subprocess.Popen[str]) -> Sequence[Mapping[str, Any]]:
        return [{}, {}]

    @contextmanager
    def serving(self, folder: Path) -> Iterator[Running]:
        """The server in a process of its own, until the block ends."""
        folder.mkdir(parents=True)
        port = free_port()
        environ = {**os.environ, "PYTHONPATH": str(ROOT), **self.environment(folder, port)}
        with (folder.parent / f"{self.name}-server.log").open("a") as log:
            process = subprocess.Popen(
                self.server_command(folder, port), env=environ, stdout=subprocess.PIPE, stderr=log,
                text=True,
            )  # fmt: skip
            try:
                openings = self.openings(process)
                wait_for(port, process)
                yield Running(port, process.pid, openings)
            finally:
                process.terminate()
                process.wait(20)

    def client(self, log: Path) -> Worker:
        os.environ["PYTHONPATH"] = str(ROOT)
        return Worker(self.client_command(), log)


class Folio(Leg):
    name, title, echoes = "folio", "Folio", True

    def __init__(self, engineers: int = 1, tablets: int = 2) -> None:
        self.engineers, self.tablets = engineers, tablets

    def server_command(self, folder: Path, port: int) -> list[str]:
        counts = [str(self.engineers), str(self.tablets)]
        return [
            sys.executable,
            "-m",
            "benchmarks.sync.folio_server",
            str(folder),
            str(port),
            *counts,
        ]

    def client_command(self) -> list[str]:
        return [sys.executable, "-m", "benchmarks.sync.folio_client"]

    def openings(self, process: subprocess.Popen[str]) -> Sequence[Mapping[str, Any]]:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise NotStarted("Folio's office said nothing")
        return [{"identity": identity} for identity in json.loads(line)]


class Floor(Leg):
    name, title = "floor", "Floor (FastAPI + SQLite, no rules)"

    def server_command(self, folder: Path, port: int) -> list[str]:
        return [sys.executable, "-m", "benchmarks.sync.floor_server", str(folder), str(port)]

    def client_command(self) -> list[str]:
        return [sys.executable, "-m", "benchmarks.sync.floor_client"]


class Pouch(Leg):
    name, title = "pouchdb", "PouchDB 9 ↔ express-pouchdb"

    def is_there(self) -> bool:
        return (setup.node_modules() / "pouchdb").exists()

    def server_command(self, folder: Path, port: int) -> list[str]:
        script = HERE / "peers/pouchdb_server.cjs"
        return ["node", str(script), str(setup.node_folder()), str(folder), str(port)]

    def client_command(self) -> list[str]:
        return ["node", str(HERE / "peers/pouchdb_client.cjs"), str(setup.node_folder())]


class Anki(Leg):
    name, title = "anki", "Anki's engine"

    def is_there(self) -> bool:
        return setup.anki_python().exists()

    def server_command(self, folder: Path, port: int) -> list[str]:
        return [str(setup.anki_python()), "-m", "anki.syncserver"]

    def environment(self, folder: Path, port: int) -> dict[str, str]:
        return {
            "SYNC_USER1": "bench:bench", "SYNC_BASE": str(folder), "SYNC_HOST": "127.0.0.1",
            "SYNC_PORT": str(port), "RUST_LOG": "error",
        }  # fmt: skip

    def client_command(self) -> list[str]:
        return [str(setup.anki_python()), "-m", "benchmarks.sync.peers.anki_client"]


LEGS: Mapping[str, Leg] = {leg.name: leg for leg in (Folio(), Floor(), Anki(), Pouch())}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[str], most: float = 30.0) -> None:
    """Until the port answers. Raises NotStarted."""
    until = time.monotonic() + most
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotStarted(f"nothing listens on {port}")
