"""Which packings a header names, and how much may come out of a body. SYNC.md, Transport."""

import gzip

import pytest

from shared.packing import BrokenPacking, GrowsTooMuch, gunzipped, taken

PACKED = gzip.compress(b"Cambio de fusor. " * 100, mtime=0)


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


def test_what_was_packed_comes_out():
    assert gunzipped(PACKED, 1700) == b"Cambio de fusor. " * 100


@pytest.mark.parametrize("length", [0, 1, 9, 10, 25, len(PACKED) - 8, len(PACKED) - 1])
def test_a_cut_body_is_broken(length):
    with pytest.raises(BrokenPacking):
        gunzipped(PACKED[:length], 10_000)


@pytest.mark.parametrize("body", [b"not gzip", PACKED[:10] + b"\xff" * 30, PACKED + PACKED])
def test_what_is_not_one_whole_body_is_broken(body):
    with pytest.raises(BrokenPacking):
        gunzipped(body, 10_000)


def test_no_more_comes_out_than_is_let():
    with pytest.raises(GrowsTooMuch):
        gunzipped(PACKED, 1699)
