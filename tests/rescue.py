"""Rescue packages written as docs/RESCUE.md says, by other code than the tablet's."""

import json
import os
from collections.abc import Mapping, Sequence
from hashlib import scrypt, sha256
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSPHRASE = "caballo batería grapa correcto"
CHEAP = {"n": 16, "r": 1, "p": 1}
"""What costs nothing to try: these packages are no secret."""


def manifest(
    device_id: str,
    user: str,
    operations: Sequence[Mapping[str, Any]] = (),
    files: Sequence[bytes] = (),
    **more: Any,
) -> dict[str, Any]:
    """What a tablet says of itself; `operations` are messages, numbered under `device_id`."""
    return {
        "format": 1, "device_id": device_id, "user": user, "server": "https://folio.example.com",
        "epoch": "", "made_at": "2026-03-09T15:00:00Z", "damaged": [],
        "operations": [{"device_id": device_id, **op} for op in operations],
        "files": [
            {"sha256": sha256(data).hexdigest(), "mime": "image/jpeg", "size": len(data)}
            for data in files
        ],
        **more,
    }  # fmt: skip


def sealed(
    plain: bytes,
    passphrase: str = PASSPHRASE,
    *,
    chunk: int = 1000,
    magic: bytes = b"FOLIO-RESCUE 1\n",
    header: Mapping[str, Any] = MappingProxyType({}),
) -> bytes:
    """`plain` as the file that a tablet would write of it; `header` changes what it says."""
    salt, prefix = os.urandom(16), os.urandom(7)
    said = {
        "chunk": chunk, "cipher": "AES-256-GCM", "prefix": prefix.hex(),
        "kdf": {"name": "scrypt", **CHEAP, "salt": salt.hex()}, **header,
    }  # fmt: skip
    line = json.dumps(said).encode() + b"\n"
    key = scrypt(passphrase.encode(), salt=salt, dklen=32, **CHEAP)
    pieces = [plain[at : at + chunk] for at in range(0, len(plain), chunk)] or [b""]
    out = magic + line
    for number, piece in enumerate(pieces):
        last = b"\x01" if number == len(pieces) - 1 else b"\x00"
        nonce = prefix + number.to_bytes(4, "big") + last
        out += AESGCM(key).encrypt(nonce, piece, magic + line)
    return out


def plain(said: Mapping[str, Any], files: Sequence[bytes] = ()) -> bytes:
    """A manifest and its files, before they are sealed."""
    return json.dumps(said, ensure_ascii=False).encode() + b"\n" + b"".join(files)


def packed(said: Mapping[str, Any], files: Sequence[bytes] = (), **how: Any) -> bytes:
    """A whole package."""
    return sealed(plain(said, files), **how)
