"""Resumable uploads, tus 1.0: what the headers say and what is refused. SYNC.md, Transport."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import new as new_hash

from sync_server.blobs.store import SHA256

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
ALGORITHMS = ("sha256", "sha1")
"""For Upload-Checksum; tus asks for sha1, Folio's own tablets send sha256."""

PIECE = "application/offset+octet-stream"
LONGEST_METADATA = 4096


class Refused(Exception):
    """A refused request: HTTP status, a code for programs, the sentence for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


@dataclass(frozen=True, slots=True)
class Announced:
    """What a creation announces: length in bytes, SHA-256 in hex, media type."""

    length: int
    sha256: str
    mime: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """The Upload-Checksum header of one PATCH: algorithm and digest."""

    algorithm: str
    digest: bytes

    def matches(self, piece: bytes) -> bool:
        """Whether these are the bytes."""
        return hmac.compare_digest(new_hash(self.algorithm, piece).digest(), self.digest)


def check_version(headers: Mapping[str, str]) -> None:
    """Every request but OPTIONS names the protocol. Raises Refused (412)."""
    if headers.get("tus-resumable") != VERSION:
        raise Refused(412, "tus-version", f"Tus-Resumable: {VERSION} is asked for")


def announced(headers: Mapping[str, str], largest: int) -> Announced:
    """What a creation announces; `largest` in bytes. Raises Refused."""
    if "upload-defer-length" in headers:
        raise Refused(400, "upload-length", "the length must be known: Upload-Length")
    length = _whole_number(headers, "upload-length")
    if length > largest:
        raise Refused(413, "too-large", f"a file holds at most {largest} bytes")
    text = headers.get("upload-metadata", "")
    metadata = parse_metadata(text)
    sha256 = metadata.get("sha256", "")
    if not SHA256.fullmatch(sha256):
        raise Refused(400, "upload-metadata", "Upload-Metadata names no sha256 in hex")
    mime = metadata.get("mime") or "application/octet-stream"
    if len(mime) > 127 or not mime.isprintable():
        raise Refused(400, "upload-metadata", "Upload-Metadata: this is no mime type")
    return Announced(length, sha256, mime, text)


def parse_metadata(text: str) -> dict[str, str]:
    """Upload-Metadata: `name base64, name base64 …`. Raises Refused."""
    if len(text) > LONGEST_METADATA:
        raise Refused(400, "upload-metadata", "Upload-Metadata is too long")
    found: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, encoded = item.partition(" ")
        try:
            found[name] = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused(400, "upload-metadata", f"Upload-Metadata: {name[:40]!r}") from error
    return found


def offset(headers: Mapping[str, str]) -> int:
    """Where a piece begins. Raises Refused (415 when it is not sent as a piece)."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != PIECE:
        raise Refused(415, "content-type", f"a piece is sent as {PIECE}")
    return _whole_number(headers, "upload-offset")


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """The checksum of a piece, when one was sent. Raises Refused."""
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refused(400, "checksum-algorithm", f"Upload-Checksum: {', '.join(ALGORITHMS)}")
    try:
        return Checksum(algorithm, base64.b64decode(encoded.strip(), validate=True))
    except binascii.Error as error:
        raise Refused(400, "checksum", "Upload-Checksum is no base64") from error


def capabilities(largest: int) -> dict[str, str]:
    """The headers that answer OPTIONS."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(largest),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def offset_headers(
    at: int, length: int | None = None, expires: datetime | None = None
) -> dict[str, str]:
    """The headers that tell how far an upload is; `expires` is zoned."""
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(at), "Cache-Control": "no-store"}
    if length is not None:
        headers["Upload-Length"] = str(length)
    if expires is not None:
        headers["Upload-Expires"] = format_datetime(expires, usegmt=True)
    return headers


def _whole_number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refused(400, name, f"{name.title()} is not a whole number")
    return int(text)
