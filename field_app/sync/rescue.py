"""The rescue package: all work that the office does not have, in one encrypted file.

docs/RESCUE.md says the format, for whoever reads it.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import scrypt
from io import BytesIO
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from field_app.device.trouble import Trouble
from field_app.store import evidence, operation_queue
from field_app.store.database import Database
from field_app.store.enrolment import enrolled
from field_app.store.evidence import EvidenceMissing
from shared.operations.digest import canonical
from shared.operations.passphrase import passphrase_bytes
from shared.time.timestamps import wire_time

MAGIC = b"FOLIO-RESCUE 1\n"
SHORTEST_PASSPHRASE = 12
COST = {"n": 2**15, "r": 8, "p": 1}
CHUNK = 1024 * 1024


class WeakPassphrase(Trouble):
    """Whoever finds the file may try as long as they like."""

    key = "sync.trouble.weak_passphrase"


def rescue_package(
    database: Database, passphrase: str, now: datetime, entropy: Callable[[int], bytes]
) -> bytes:
    """The package of everything that is not durable at the office. Raises WeakPassphrase."""
    secret = passphrase_bytes(passphrase)
    if len(secret.decode("utf-8", "surrogatepass")) < SHORTEST_PASSPHRASE:
        raise WeakPassphrase
    file = BytesIO()
    _write(file, _content(database, now), secret, entropy)
    return file.getvalue()


def _content(database: Database, now: datetime) -> Iterator[bytes]:
    """A line of JSON that says what is inside, then the files, one after another."""
    files, damaged = [], []
    for blob in evidence.unsafe(database):
        try:
            evidence.read(database, blob.sha256)
        except EvidenceMissing:
            damaged.append(blob.sha256)
            continue
        files.append({"sha256": blob.sha256, "mime": blob.mime, "size": blob.size})
    me = enrolled(database)
    manifest: dict[str, Any] = {
        "format": 1,
        "device_id": me.device_id,
        "user": me.user.id,
        "server": me.server,
        "epoch": me.epoch,
        "made_at": wire_time(now),
        "operations": operation_queue.messages_unsafe(database),
        "files": files,
        "damaged": damaged,
    }
    yield canonical(manifest) + b"\n"
    for file in files:
        yield evidence.read(database, str(file["sha256"]))


def _write(
    out: BinaryIO, content: Iterator[bytes], secret: bytes, entropy: Callable[[int], bytes]
) -> None:
    salt, prefix = entropy(16), entropy(7)
    header = {
        "kdf": {"name": "scrypt", **COST, "salt": salt.hex()},
        "cipher": "AES-256-GCM",
        "prefix": prefix.hex(),
        "chunk": CHUNK,
    }
    line = json.dumps(header, sort_keys=True).encode() + b"\n"
    key = scrypt(secret, salt=salt, dklen=32, maxmem=2**26, **COST)
    cipher = AESGCM(key)
    out.write(MAGIC + line)
    for number, (piece, last) in enumerate(_pieces(content)):
        nonce = prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")
        out.write(cipher.encrypt(nonce, piece, MAGIC + line))


def _pieces(content: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces of exactly CHUNK bytes, and a last one of at most so many."""
    held = b""
    for data in content:
        held += data
        while len(held) > CHUNK:
            yield held[:CHUNK], False
            held = held[CHUNK:]
    yield held, True
