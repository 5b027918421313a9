"""A passphrase as tablet and office read it, whichever keyboard wrote it."""

from unicodedata import normalize


def passphrase_bytes(text: str) -> bytes:
    """UTF-8 of the words: composed (NFC), and without the space that a keyboard adds at the end."""
    return normalize("NFC", text).strip().encode("utf-8", "surrogatepass")
