"""The office reads what is packed with zstd, no further than it may grow. SYNC.md, Transport."""

import gzip
import json
import tracemalloc

import pytest
import zstandard

from shared.packing import BrokenPacking, GrowsTooMuch
from sync_server.api.packing import packed, unpacked
from tests.raw_tablet import RawTablet, sha

MESSAGE = b'{"description": "No enciende, el fusor no alcanza temperatura"}' * 50
MOST = 1 << 20


def with_zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def without_its_size(content: bytes) -> bytes:
    """As a client packs that does not know beforehand how much it will send."""
    packing = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    return packing.compress(content) + packing.flush()


def repeated(blocks: int) -> bytes:
    """A frame of blocks that say «128 KiB of the same byte» in four bytes each. RFC 8878."""
    head = without_its_size(b"")[:6]
    block = (((128 << 10) << 3) | (1 << 1)).to_bytes(3, "little") + b" "
    last = (((128 << 10) << 3) | (1 << 1) | 1).to_bytes(3, "little") + b" "
    return head[:4] + b"\x00" + b"\x58" + block * (blocks - 1) + last


@pytest.mark.parametrize("pack", [with_zstd, without_its_size])
def test_what_was_packed_comes_out(pack):
    assert unpacked(pack(MESSAGE), "zstd", MOST) == MESSAGE
    assert unpacked(pack(b""), "zstd", MOST) == b""


@pytest.mark.parametrize("pack", [with_zstd, without_its_size])
def test_a_body_cut_anywhere_is_broken(pack):
    whole = pack(MESSAGE)
    for length in range(len(whole)):
        with pytest.raises(BrokenPacking):
            unpacked(whole[:length], "ZSTD", MOST)


def test_two_bodies_in_one_are_broken():
    for body in (with_zstd(MESSAGE) * 2, with_zstd(MESSAGE) + b"x", without_its_size(MESSAGE) * 2):
        with pytest.raises(BrokenPacking):
            unpacked(body, "zstd", MOST)


@pytest.mark.parametrize("pack", [with_zstd, without_its_size])
def test_no_more_comes_out_than_is_let(pack):
    body = pack(b" " * MOST)
    assert len(unpacked(body, "zstd", MOST)) == MOST
    with pytest.raises(GrowsTooMuch):
        unpacked(body, "zstd", MOST - 1)


def test_a_bomb_takes_no_room():
    bomb = repeated(4096)
    assert (len(bomb), unpacked(repeated(8), "zstd", MOST)) == (16_390, b" " * MOST)
    tracemalloc.start()
    with pytest.raises(GrowsTooMuch):
        unpacked(bomb, "zstd", MOST)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MOST


def test_who_would_have_us_look_back_further_than_eight_megabytes_is_refused():
    far = zstandard.ZstdCompressionParameters.from_level(3, window_log=24)
    packing = zstandard.ZstdCompressor(compression_params=far).compressobj()
    with pytest.raises(BrokenPacking):
        unpacked(packing.compress(b"a" * 1000) + packing.flush(), "zstd", MOST)


def test_an_answer_is_packed_as_its_reader_likes_it_best():
    for liked, name in (("gzip, zstd", "zstd"), ("gzip", "gzip"), ("br", None), ("zstd;q=0", None)):
        body, said = packed(MESSAGE, liked)
        assert said == name
        assert unpacked(body, said or "", MOST) == MESSAGE
        assert (len(body) < len(MESSAGE)) == (name is not None)
    assert packed(b"{}", "zstd") == (b"{}", None)


def test_the_office_says_in_its_hello_what_it_takes_and_takes_it(tablet: RawTablet):
    op = tablet.op("ticket-1", "create", {"fields": {"description": "No enciende. " * 300}})
    message = {"device_id": tablet.device_id, "ops": [op]}
    hello = tablet.post("/api/v1/sync/hello", {"device_id": tablet.device_id, "protocol": 1})
    assert hello.headers["Accept-Encoding"] == "zstd, gzip"
    for pack in (with_zstd, without_its_size):
        body = pack(json.dumps(message).encode())
        answer = posted(tablet, body, "zstd")
        assert answer.status_code == 200, answer.text
        assert answer.json()["results"][0]["outcome"] == "applied"


def test_what_cannot_be_unpacked_is_said_in_a_problem_document(tablet: RawTablet):
    message = json.dumps({"device_id": tablet.device_id, "ops": []}).encode()
    whole = with_zstd(message)
    damaged = bytes([*whole[:8], whole[8] ^ 0xFF, *whole[9:]])
    for body, status, name in (
        (whole[:-1], 400, "message"),
        (gzip.compress(message), 400, "message"),
        (repeated(4096), 413, "too-much"),
        (with_zstd(b" " * 5_000_000), 413, "too-much"),
    ):
        answer = posted(tablet, body, "zstd")
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{name}")
    assert posted(tablet, damaged, "zstd", digest=sha(whole)).json()["type"] == "/problems/digest"
    unknown = posted(tablet, message, "br")
    assert (unknown.status_code, unknown.headers["Accept-Encoding"]) == (415, "zstd, gzip")


def posted(tablet: RawTablet, body: bytes, packing: str, digest: str | None = None):
    headers = {
        "Authorization": f"Bearer {tablet.token}", "Content-Encoding": packing,
        "Content-Digest": digest or sha(body),
    }  # fmt: skip
    return tablet.http.post("/api/v1/sync/push", content=body, headers=headers)
