"""Vectors of the transport: Content-Digest, and the digest by which two sides see they agree."""

from typing import Any

from shared.wire import content_digest, digest_matches, scope_digest
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
