"""What the office packs, and what it says of bodies that it cannot unpack. SYNC.md, Transport."""

import gzip
import json

import httpx
import pytest
import zstandard

from shared.operations.packing import unpacked
from sync_server.api.packing import packed
from tests.packed import repeated, with_zstd, zstd_of_unknown_size
from tests.raw_tablet import RawTablet, sha

MESSAGE = b'{"description": "No enciende, el fusor no alcanza temperatura"}' * 50


@pytest.mark.parametrize(
    ("liked", "name"),
    [("gzip, zstd", "zstd"), ("gzip", "gzip"), ("br", None), ("zstd;q=0", None)],
)
def test_an_answer_is_packed_as_its_reader_likes_it_best(liked, name):
    body, said = packed(MESSAGE, liked)
    assert said == name
    assert unpacked(body, said or "", len(MESSAGE), zstandard) == MESSAGE
    assert (len(body) < len(MESSAGE)) == (name is not None)


def test_a_short_answer_is_left_as_it_is():
    assert packed(b"{}", "zstd") == (b"{}", None)


def test_the_office_says_in_its_hello_what_it_takes_and_takes_it(tablet: RawTablet):
    op = tablet.op("ticket-1", "create", {"fields": {"description": "No enciende. " * 300}})
    message = json.dumps({"device_id": tablet.device_id, "ops": [op]}).encode()
    hello = tablet.post("/api/v1/sync/hello", {"device_id": tablet.device_id, "protocol": 1})
    assert hello.headers["Accept-Encoding"] == "zstd, gzip"
    for body in (with_zstd(message), zstd_of_unknown_size(message)):
        answer = pushed(tablet, body, "zstd")
        assert answer.status_code == 200, answer.text
        assert answer.json()["results"][0]["outcome"] == "applied"


def test_what_cannot_be_unpacked_is_said_in_a_problem_document(tablet: RawTablet):
    message = json.dumps({"device_id": tablet.device_id, "ops": []}).encode()
    whole = with_zstd(message)
    for body, status, name in (
        (whole[:-1], 400, "message"),
        (whole + b"x", 400, "message"),
        (gzip.compress(message), 400, "message"),
        (repeated(4096), 413, "too-much"),
        (with_zstd(b" " * 5_000_000), 413, "too-much"),
    ):
        answer = pushed(tablet, body, "zstd")
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{name}")
    unknown = pushed(tablet, message, "br")
    assert (unknown.status_code, unknown.headers["Accept-Encoding"]) == (415, "zstd, gzip")


def test_a_packed_body_that_was_damaged_on_the_way_is_not_unpacked(tablet: RawTablet):
    whole = with_zstd(MESSAGE)
    for damaged in (whole[:-1], bytes([*whole[:8], whole[8] ^ 1, *whole[9:]])):
        answer = pushed(tablet, damaged, "zstd", digest=sha(whole))
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/digest")


def pushed(
    tablet: RawTablet, body: bytes, packing: str, digest: str | None = None
) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {tablet.token}", "Content-Encoding": packing,
        "Content-Digest": digest or sha(body),
    }  # fmt: skip
    return tablet.http.post("/api/v1/sync/push", content=body, headers=headers)
