"""Secrets that the office must read again are kept encrypted: AES-256-GCM under FOLIO_SECRET.

Whoever has the database alone has none of them. Restored without its FOLIO_SECRET an office cannot
read them either, and says so.
"""

import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = "aes:"
"""How an encrypted one begins; none of those kept in clear by 0.1.0 does."""

NONCE = 12


class UnreadableSecret(Exception):
    """It was encrypted under another FOLIO_SECRET, or was altered."""


def encrypted(secret: bytes, purpose: str, text: str) -> str:
    """`text` as it is kept, for one purpose: in another place it cannot be read."""
    nonce = os.urandom(NONCE)
    sealed = _cipher(secret).encrypt(nonce, text.encode(), purpose.encode())
    return MARK + b64encode(nonce + sealed).decode()


def decrypted(secret: bytes, purpose: str, kept: str) -> str:
    """What was kept; a text in clear, from before, is itself. Raises UnreadableSecret."""
    if not kept.startswith(MARK):
        return kept
    try:
        raw = b64decode(kept.removeprefix(MARK), validate=True)
        return _cipher(secret).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise UnreadableSecret(purpose) from error


def _cipher(secret: bytes) -> AESGCM:
    key = HKDF(SHA256(), 32, salt=None, info=b"folio kept secrets").derive(secret)
    return AESGCM(key)
