"""A line between a client and a server on this machine: it counts, and it can be slow.

Only loopback addresses are listened on and dialled.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"
PIECE = 4096
AHEAD = 16
"""Pieces that wait in the line, like the buffer of a modem, before the sender is held back."""


@dataclass(frozen=True)
class Line:
    """What the line is like. `delay` in seconds for each way, `rate` in bytes a second each way."""

    name: str
    delay: float = 0.0
    rate: float | None = None


LOCAL = Line("local")
SLOW = Line("slow", delay=0.05, rate=1_000_000 / 8)
"""100 ms there and back, 1 Mbit/s each way."""


@dataclass
class Way:
    """One way of the line: `carried` bytes so far; `free` is when it can take the next byte."""

    line: Line
    carried: int = 0
    free: float = 0.0

    def arrival(self, size: int, now: float) -> float:
        """When a piece that is sent now will have arrived."""
        self.carried += size
        if self.line.rate is None:
            return now + self.line.delay
        self.free = max(self.free, now) + size / self.line.rate
        return self.free + self.line.delay


@dataclass
class Meter:
    """A running line: `port` to dial, bytes carried up (to the server) and down, connections."""

    port: int
    up: Way
    down: Way
    opened: int = field(default=0)

    def reset(self) -> None:
        self.up.carried = self.down.carried = self.opened = 0


@contextmanager
def laid(line: Line, to: int) -> Iterator[Meter]:
    """A line to a port of this machine, until the block ends."""
    meter = Meter(0, Way(line), Way(line))
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    thread = threading.Thread(target=_run, args=(loop, meter, to, ready), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield meter
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def _run(loop: asyncio.AbstractEventLoop, meter: Meter, to: int, ready: threading.Event) -> None:
    asyncio.set_event_loop(loop)

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _join(meter, to, reader, writer)

    server = loop.run_until_complete(asyncio.start_server(joined, LOOPBACK, 0))
    meter.port = server.sockets[0].getsockname()[1]
    ready.set()
    loop.run_forever()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    server.close()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


async def _join(
    meter: Meter, to: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    meter.opened += 1
    await asyncio.sleep(2 * meter.up.line.delay)  # the handshake goes there and back
    far_reader, far_writer = await asyncio.open_connection(LOOPBACK, to)
    await asyncio.gather(
        _carry(meter.up, reader, far_writer), _carry(meter.down, far_reader, writer)
    )
    far_writer.close()
    writer.close()


async def _carry(way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)
    delivery = asyncio.create_task(_deliver(pieces, writer))
    loop = asyncio.get_running_loop()
    piece = b"-"
    while piece and not delivery.done():
        try:
            piece = await reader.read(PIECE if way.line.rate else 65536)
        except OSError:
            piece = b""
        if not delivery.done():
            await pieces.put((way.arrival(len(piece), loop.time()), piece))
    await delivery


async def _deliver(
    pieces: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
) -> None:
    loop = asyncio.get_running_loop()
    at, piece = await pieces.get()
    while piece:
        if at > loop.time():
            await asyncio.sleep(at - loop.time())
        try:
            writer.write(piece)
            await writer.drain()
        except OSError:
            return
        at, piece = await pieces.get()
    if writer.can_write_eof() and not writer.is_closing():
        writer.write_eof()
