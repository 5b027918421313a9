"""Which packings a header names, and how much may come out of a body. SYNC.md, Transport."""

import gzip
import tracemalloc
from collections.abc import Callable

import pytest
import zstandard

from shared.operations import packing
from shared.operations.packing import BrokenPacking, GrowsTooMuch, UnknownPacking, taken
from tests.packed import repeated, with_zstd, zstd_of_unknown_size

MESSAGE = b'{"description": "No enciende, el fusor no alcanza temperatura"}' * 50
MOST = 1 << 20
WAYS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("zstd", with_zstd),
    ("ZSTD", zstd_of_unknown_size),
]
each_way = pytest.mark.parametrize(("name", "pack"), WAYS, ids=["gzip", "zstd", "zstd, no size"])


def unpacked(body: bytes, encoding: str, most: int = MOST) -> bytes:
    return packing.unpacked(body, encoding, most, zstandard)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("zstd, gzip", {"zstd", "gzip"}),
        ("GZIP;q=0.5 , Zstd ; q=1", {"zstd", "gzip"}),
        ("zstd;q=0, gzip; q = 0.000", set()),
        ("", {""}),
    ],
)
def test_a_header_names_the_packings_it_does_not_weigh_with_nothing(header, names):
    assert taken(header) == names


@each_way
def test_what_was_packed_comes_out(name, pack):
    assert unpacked(pack(MESSAGE), name) == MESSAGE
    assert unpacked(pack(b""), name) == b""


def test_what_is_not_packed_is_left_as_it_is_and_what_is_not_known_is_refused():
    assert unpacked(MESSAGE, "") == unpacked(MESSAGE, "identity") == MESSAGE
    with pytest.raises(UnknownPacking):
        unpacked(MESSAGE, "br")


@each_way
def test_a_body_cut_anywhere_is_broken(name, pack):
    whole = pack(MESSAGE)
    for length in range(len(whole)):
        with pytest.raises(BrokenPacking):
            unpacked(whole[:length], name)


@each_way
def test_a_body_with_something_after_its_end_is_broken(name, pack):
    whole = pack(MESSAGE)
    for more in (b"x", whole):
        with pytest.raises(BrokenPacking):
            unpacked(whole + more, name)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_what_is_not_packed_as_it_says_is_broken(name):
    for body in (MESSAGE, gzip.compress(MESSAGE)[:10] + b"\xff" * 30, with_zstd(MESSAGE)[:6] * 9):
        with pytest.raises(BrokenPacking):
            unpacked(body, name)


@each_way
def test_no_more_comes_out_than_is_let(name, pack):
    body = pack(b" " * MOST)
    assert len(unpacked(body, name, MOST)) == MOST
    with pytest.raises(GrowsTooMuch):
        unpacked(body, name, MOST - 1)


def test_a_bomb_takes_no_room():
    assert unpacked(repeated(8), "zstd") == b" " * MOST
    bomb = repeated(4096)
    assert len(bomb) < 17_000
    tracemalloc.start()
    with pytest.raises(GrowsTooMuch):
        unpacked(bomb, "zstd")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MOST


def test_who_would_have_us_look_back_further_than_eight_megabytes_is_refused():
    far = zstandard.ZstdCompressionParameters.from_level(3, window_log=24)
    with pytest.raises(BrokenPacking):
        unpacked(zstd_of_unknown_size(b"a" * 1000, far), "zstd")
