"""Vectors of the transport: digests of bodies and scopes, and what comes out of a packed body."""

from typing import Any

import zstandard

from shared.operations.packing import BrokenPacking, GrowsTooMuch, UnknownPacking, unpacked
from shared.operations.wire import content_digest, digest_matches, scope_digest
from tests.snapshots.vector_file import Given, VectorFile


def header(given: Given) -> Any:
    body = bytes.fromhex(given["body_hex"])
    answer: dict[str, Any] = {"content_digest": content_digest(body)}
    if "header" in given:
        answer["matches"] = digest_matches(given["header"], body)
    return answer


HELLO = b'{"hello": "world"}'
EMPTY = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"

CONTENT_DIGESTS = VectorFile(
    "content-digests",
    "The Content-Digest header (RFC 9530, sha-256) over the bytes of a body as encoded for the "
    "wire, given here in hex, and whether a header that came with them matches. A header that "
    "knows only other algorithms does not match: such a message is not taken for whole.",
    {
        "an empty body": {"body_hex": ""},
        "a body": {"body_hex": HELLO.hex()},
        "the header that belongs to it": {
            "body_hex": HELLO.hex(),
            "header": content_digest(HELLO),
        },
        "one algorithm among others": {
            "body_hex": HELLO.hex(),
            "header": f"sha-512=:AAAA:, {content_digest(HELLO)}",
        },
        "the header of other bytes": {"body_hex": HELLO.hex(), "header": EMPTY},
        "one byte is missing": {"body_hex": HELLO[:-1].hex(), "header": content_digest(HELLO)},
        "only another algorithm": {"body_hex": "00", "header": "md5=:Sd/dVLAcvNLSq16eXua5uQ==:"},
    },
    header,
)  # fmt: skip


def packing(given: Given) -> Any:
    body, most = bytes.fromhex(given["body_hex"]), given["most"]
    try:
        return {"text": unpacked(body, given["encoding"], most, zstandard).decode()}
    except UnknownPacking:
        return {"refused": "unknown"}
    except BrokenPacking:
        return {"refused": "broken"}
    except GrowsTooMuch:
        return {"refused": "too much"}


SAID = ('{"said":"' + "No enciende. " * 8 + '"}').encode()
GZIP = bytes.fromhex(
    "1f8b0800000000000203ab562a4ecc4c51b252f2cb5748cd4bce4ccd4b49d553a02147a91600f2d43b4b73000000"
)
ZSTD = bytes.fromhex(
    "28b52ffd2073fd0000c07b2273616964223a224e6f20656e6369656e64652e20227d010010a6d904"
)
UNSIZED = bytes.fromhex(
    "28b52ffd0058fd0000c07b2273616964223a224e6f20656e6369656e64652e20227d010010a6d904"
)
CHECKED = bytes.fromhex(
    "28b52ffd2473fd0000c07b2273616964223a224e6f20656e6369656e64652e20227d010010a6d9048ef9ac31"
)
BOMB = bytes.fromhex("28b52ffd00580200102002001020020010200200102002001020020010200200102003001020")
FAR = bytes.fromhex("28b52ffd007045000010616101001f8005")


def _body(encoding: str, body: bytes, most: int = 1000) -> dict[str, Any]:
    return {"encoding": encoding, "body_hex": body.hex(), "most": most}


PACKED_BODIES = VectorFile(
    "packed-bodies",
    "What comes out of a body with this Content-Encoding, of which no more than `most` bytes are "
    "ever unpacked: the text, or why it is refused. A zstd body is one frame of RFC 8878, with "
    "or without its size and its checksum, and nothing behind it; it asks its reader to look "
    "back no further than 8 MiB (RFC 9659) unless it says its size.",
    {
        "not packed": _body("identity", SAID),
        "gzip": _body("gzip", GZIP),
        "gzip that was cut": _body("gzip", GZIP[:-1]),
        "gzip, and another one behind it": _body("gzip", GZIP * 2),
        "gzip that grows to the limit": _body("gzip", GZIP, len(SAID)),
        "gzip that grows beyond the limit": _body("gzip", GZIP, len(SAID) - 1),
        "zstd": _body("zstd", ZSTD),
        "zstd by its name in capitals": _body("ZSTD", ZSTD),
        "zstd without its size": _body("zstd", UNSIZED),
        "zstd with its checksum": _body("zstd", CHECKED),
        "zstd whose checksum is another": _body("zstd", CHECKED[:-1] + b"\x00"),
        "zstd that was cut": _body("zstd", ZSTD[:-1]),
        "zstd without its size that was cut": _body("zstd", UNSIZED[:-1]),
        "zstd, and something behind it": _body("zstd", ZSTD + b"x"),
        "zstd without its size, and another one behind it": _body("zstd", UNSIZED * 2),
        "gzip under the name of zstd": _body("zstd", GZIP),
        "zstd that grows to the limit": _body("zstd", ZSTD, len(SAID)),
        "zstd that grows beyond the limit": _body("zstd", ZSTD, len(SAID) - 1),
        "zstd without its size that grows beyond the limit": _body("zstd", UNSIZED, len(SAID) - 1),
        "zstd of a megabyte of spaces": _body("zstd", BOMB),
        "zstd that looks back further than it may": _body("zstd", FAR),
        "a packing that nobody asked for": _body("br", b"\x00"),
    },
    packing,
)  # fmt: skip

ROWS = [
    ["ticket", "019cd3a6-6e00-7000-8000-000000000001", 9],
    ["asset", "asset-1", 1],
    ["customer", "customer-1", 3],
]

SCOPE_DIGESTS = VectorFile(
    "scope-digests",
    "The digest of a scope: how many records it holds, and the exclusive-or of the first 8 bytes "
    "of sha256(record/id/rev), in hex. The order of the records does not matter.",
    {
        "nothing": {"rows": []},
        "one record": {"rows": ROWS[:1]},
        "three records": {"rows": ROWS},
        "three records in another order": {"rows": ROWS[::-1]},
        "one of them has moved on": {"rows": [["ticket", ROWS[0][1], 10], *ROWS[1:]]},
    },
    lambda given: scope_digest((record, id, rev) for record, id, rev in given["rows"]),
)
