"""Pushes a second: many tablets at once, each sending the next when the last is answered."""

import asyncio
import gzip
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from benchmarks.sync.documents import documents
from benchmarks.sync.legs import Floor, Folio, Running
from benchmarks.sync.run import scratch
from shared.operations.ids import uuid7
from shared.operations.wire import content_digest

TICKETS = 20
WARMING = 1.0
"""Seconds that are not counted."""


@dataclass(frozen=True)
class Rate:
    """What a server stood: pushes a second; the median and the 99th percentile, in seconds.

    `cpu` is the server's own seconds for each push, None where the system does not tell: it hardly
    depends on what else the machine does.
    """

    leg: str
    operations: int
    connections: int
    pushes: float
    median: float
    p99: float
    cpu: float | None


class Sender(Protocol):
    """One tablet: its requests, one after another."""

    def first(self) -> bytes: ...

    def next(self, operations: int) -> bytes: ...


class FolioTablet:
    """A tablet with its own tickets, on which it sets fields."""

    def __init__(self, number: int, identity: Mapping[str, Any]) -> None:
        self.identity = identity
        self.n = 0
        self.number = number
        dice = sha256(str(number).encode()).digest()
        self.tickets = [uuid7(_now(), bytes([i]) + dice) for i in range(TICKETS)]

    def first(self) -> bytes:
        fields = [document["fields"] for document in documents(TICKETS)]
        return self._push(
            [
                self._op(t, "create", {"fields": f})
                for t, f in zip(self.tickets, fields, strict=True)
            ]
        )

    def next(self, operations: int) -> bytes:
        ops = []
        for _ in range(operations):
            ticket = self.tickets[(self.n + 1) % TICKETS]
            said = {"diagnosis": f"El calefactor no alcanza temperatura, lectura {self.n}."}
            ops.append(self._op(ticket, "set", {"fields": said}))
        return self._push(ops)

    def _op(self, ticket: str, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.n += 1
        entropy = sha256(f"{self.number} {self.n}".encode()).digest()
        return {
            "n": self.n, "op_id": uuid7(_now(), entropy), "ticket": ticket, "kind": kind,
            "schema": 1, "base_rev": 0, "captured_at": _now().isoformat(timespec="milliseconds"),
            "body": body,
        }  # fmt: skip

    def _push(self, ops: Sequence[Mapping[str, Any]]) -> bytes:
        message = {"device_id": self.identity["device_id"], "ops": ops}
        token = self.identity["token"]
        return _request("/api/v1/sync/push", message, {"Authorization": f"Bearer {token}"})


class FloorTablet:
    """A client of the floor with its own documents."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.n = 0

    def first(self) -> bytes:
        docs = [{**d, "id": f"{self.number}-{i}"} for i, d in enumerate(documents(TICKETS))]
        return _request("/push", docs, {}, packed=True)

    def next(self, operations: int) -> bytes:
        docs = []
        for _ in range(operations):
            self.n += 1
            said = {"diagnosis": f"El calefactor no alcanza temperatura, lectura {self.n}."}
            docs.append({"id": f"{self.number}-{self.n % TICKETS}", "fields": said})
        return _request("/push", docs, {}, packed=True)


def folio(operations: int, connections: int, seconds: float) -> Rate:
    """Folio's office."""
    leg = Folio(engineers=connections, tablets=1)
    with scratch() as folder, leg.serving(folder / "server") as office:
        tablets = [FolioTablet(i, said["identity"]) for i, said in enumerate(office.openings)]
        return asyncio.run(_load("folio", office, tablets, operations, seconds))


def floor(operations: int, connections: int, seconds: float) -> Rate:
    """The floor."""
    with scratch() as folder, Floor().serving(folder / "server") as office:
        tablets = [FloorTablet(i) for i in range(connections)]
        return asyncio.run(_load("floor", office, tablets, operations, seconds))


async def _load(
    leg: str, office: Running, tablets: Sequence[Sender], operations: int, seconds: float
) -> Rate:
    lines = [await asyncio.open_connection("127.0.0.1", office.port) for _ in tablets]
    for tablet, (reader, writer) in zip(tablets, lines, strict=True):
        await _ask(reader, writer, tablet.first())
    await _all(tablets, lines, operations, WARMING)
    spent = cpu_seconds(office.pid)
    took = sorted(await _all(tablets, lines, operations, seconds))
    cpu = None if spent is None else (cpu_seconds(office.pid) or spent) - spent
    for _, writer in lines:
        writer.close()
    return Rate(
        leg, operations, len(tablets), len(took) / seconds, took[len(took) // 2],
        took[int(len(took) * 0.99)], cpu and cpu / len(took),
    )  # fmt: skip


Lines = Sequence[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


async def _all(
    tablets: Sequence[Sender], lines: Lines, operations: int, seconds: float
) -> list[float]:
    """How long each push took, of all tablets, for so many seconds."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def one(
        tablet: Sender, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while (began := time.perf_counter()) < end:
            await _ask(reader, writer, tablet.next(operations))
            took.append(time.perf_counter() - began)

    await asyncio.gather(*(one(t, r, w) for t, (r, w) in zip(tablets, lines, strict=True)))
    return took


def cpu_seconds(pid: int) -> float | None:
    """What a process has used of the processors so far, where /proc tells it."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    size = next(
        int(line.split(":")[1]) for line in head.splitlines()
        if line.lower().startswith("content-length:")
    )  # fmt: skip
    body = await reader.readexactly(size)
    if not head.startswith("HTTP/1.1 200"):
        raise RuntimeError(f"{head.splitlines()[0]} {body[:300]!r}")


def _request(path: str, message: Any, headers: Mapping[str, str], packed: bool = False) -> bytes:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    more = dict(headers)
    if packed or len(body) >= 600:
        body = gzip.compress(body, 6, mtime=0)
        more["Content-Encoding"] = "gzip"
    lines = {
        "Host": "127.0.0.1", "Content-Type": "application/json",
        "Content-Length": str(len(body)), "Content-Digest": content_digest(body), **more,
    }  # fmt: skip
    head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items())
    return head.encode() + b"\r\n" + body


def _now() -> datetime:
    return datetime.now(UTC)
