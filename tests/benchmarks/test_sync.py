"""The benchmark measures what it says: bytes are counted, a slow line is slow, replicas agree."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.sync import documents
from benchmarks.sync.legs import LEGS, Floor, Folio
from benchmarks.sync.link import LOCAL, SLOW, Line, laid
from benchmarks.sync.run import STEPS, Measured, NotTheSame, compare, measure
from benchmarks.sync.table import ratios, times


@contextmanager
def echo() -> Iterator[int]:
    """A server that says everything back, once."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            line, _ = door.accept()
            with line:
                while piece := line.recv(65536):
                    line.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        thread.join(10)


def said_back(port: int, size: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"x" * size)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_every_byte_is_counted_and_carried():
    with echo() as port, laid(LOCAL, port) as meter:
        assert said_back(meter.port, 100_000) == b"x" * 100_000
        assert (meter.up.carried, meter.down.carried, meter.opened) == (100_000, 100_000, 1)


def test_a_slow_line_takes_its_time():
    line = Line("slow", delay=0.05, rate=100_000)
    with echo() as port, laid(line, port) as meter:
        began = time.monotonic()
        assert len(said_back(meter.port, 20_000)) == 20_000
        assert time.monotonic() - began >= 0.2 + 2 * 0.05


def test_the_slow_line_is_a_megabit_and_a_tenth_of_a_second():
    assert SLOW.rate == 125_000
    assert SLOW.delay * 2 == pytest.approx(0.1)


def test_the_documents_are_the_same_every_time_and_of_one_size_and_a_half():
    found = [json.dumps(d["fields"], ensure_ascii=False).encode() for d in documents.documents(50)]
    assert found == [
        json.dumps(d["fields"], ensure_ascii=False).encode() for d in documents.documents(50)
    ]
    assert 1400 < sum(map(len, found)) / len(found) < 1600


@pytest.mark.parametrize("leg", [Floor(), Folio()], ids=lambda leg: leg.name)
@pytest.mark.slow
def test_a_leg_is_measured_step_by_step(leg, tmp_path):
    docs = tmp_path / "documents.jsonl"
    documents.write(docs, 20)
    found = measure(leg, LOCAL, docs, 2, tmp_path / "log")
    steps = [step for step in STEPS if leg.echoes or step != "push, back"]
    assert [m.step for m in found] == steps
    assert all(m.seconds > 0 and m.up > 0 and m.down > 0 for m in found)


def test_replicas_that_differ_have_no_times(tmp_path):
    with Floor().client(tmp_path / "log") as one, Floor().client(tmp_path / "log") as two:
        for name, client in (("one", one), ("two", two)):
            client.ask("open", folder=str(tmp_path / name), port=9)
        docs = tmp_path / "documents.jsonl"
        documents.write(docs, 2)
        one.ask("fill", path=str(docs))
        with pytest.raises(NotTheSame):
            compare(one, two)


def test_the_table_says_how_many_times_as_long_and_as_much():
    found = [
        Measured("folio", "local", "push", 2.0, 300, 100),
        Measured("floor", "local", "push", 1.0, 100, 100),
    ]
    assert "× 2.00, × 2.00" in ratios(found, "local")
    assert LEGS["floor"].title in times(found, "local")
