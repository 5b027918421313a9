"""A rescue package, read: opened with its passphrase, every byte of it checked before any is used.

docs/RESCUE.md says the format. A tablet wrote it; what brings it here may have cut or altered it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import scrypt, sha256
from io import BufferedReader, RawIOBase
from typing import Annotated, Any, BinaryIO, ClassVar, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.operations.passphrase import passphrase_bytes
from sync_server.blobs.store import SHA256

MAGIC = b"FOLIO-RESCUE "
FORMAT = b"1\n"
TAG = 16
LONGEST_HEADER = 4096
LONGEST_MANIFEST = 64 * 1024 * 1024
LARGEST_FILE = 32 * 1024 * 1024
"""Bytes; the office takes no larger file from a tablet that syncs, either."""


class UnusablePackage(Exception):
    """Nothing can be taken from this file; `key` names the sentence for a person."""

    key: ClassVar[str] = "rescue.trouble.not_a_package"

    def __init__(self, **values: object) -> None:
        super().__init__(f"{type(self).__name__} {values or ''}".strip())
        self.values = values


class NotAPackage(UnusablePackage):
    """This file was never a rescue package, or its first lines are gone."""


class NewerPackage(UnusablePackage):
    """A newer tablet wrote it, in a format that is not known here."""

    key = "rescue.trouble.newer"


class WrongPassphrase(UnusablePackage):
    """The passphrase does not open even the first piece; nor would it if that piece was altered."""

    key = "rescue.trouble.wrong_passphrase"


class PackageAltered(UnusablePackage):
    """The passphrase is right, and the file is not the one that the tablet wrote."""

    key = "rescue.trouble.altered"


@dataclass(frozen=True, slots=True)
class PackedOperation:
    """An operation as it was or would have been sent, and the identity that numbered it."""

    device_id: str
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file inside; `size` in bytes."""

    sha256: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package says is inside; `damaged` are hashes of files that it could not carry."""

    sha256: str
    device_id: str
    user: str
    server: str
    made_at: str
    operations: tuple[PackedOperation, ...]
    files: tuple[PackedFile, ...]
    damaged: tuple[str, ...]


class Package:
    """An open package, all of which was read and checked once. Raises UnusablePackage."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file = file
        self._sealed = _Sealed.read(file, passphrase)
        whole = _named(file)
        plain = self._sealed.plain(file)
        self.contents = _contents(whole, plain.readline(LONGEST_MANIFEST))
        for _ in self._files(plain):
            pass
        if plain.read(1):
            raise PackageAltered

    def files(self) -> Iterator[tuple[PackedFile, bytes]]:
        """Each file with its bytes, checked against its hash. Raises PackageAltered."""
        plain = self._sealed.plain(self._file)
        plain.readline(LONGEST_MANIFEST)
        yield from self._files(plain)

    def _files(self, plain: BufferedReader) -> Iterator[tuple[PackedFile, bytes]]:
        for file in self.contents.files:
            content = plain.read(file.size)
            if sha256(content).hexdigest() != file.sha256:
                raise PackageAltered
            yield file, content


@dataclass(frozen=True, slots=True)
class _Sealed:
    """How the pieces of a package are sealed, and where the first of them begins."""

    cipher: AESGCM
    prefix: bytes
    chunk: int
    spoken_for: bytes

    @classmethod
    def read(cls, file: BinaryIO, passphrase: str) -> "_Sealed":
        file.seek(0)
        magic = file.readline(LONGEST_HEADER)
        if not magic.startswith(MAGIC) or not magic.endswith(b"\n"):
            raise NotAPackage
        if magic != MAGIC + FORMAT:
            raise NewerPackage
        line = file.readline(LONGEST_HEADER)
        try:
            header = _HEADER.validate_json(line)
        except ValidationError as error:
            raise NotAPackage from error
        return cls(
            AESGCM(_key(header.kdf, passphrase)), bytes.fromhex(header.prefix), header.chunk,
            magic + line,
        )  # fmt: skip

    def plain(self, file: BinaryIO) -> BufferedReader:
        """The plain text from its beginning. Its reads raise WrongPassphrase, PackageAltered."""
        file.seek(len(self.spoken_for))
        return BufferedReader(_Pieces(self._pieces(file)), self.chunk)

    def _pieces(self, file: BinaryIO) -> Iterator[bytes]:
        size = self.chunk + TAG
        number, piece = 0, file.read(size)
        while True:
            following = file.read(size)
            yield self._opened(number, piece, last=not following)
            if not following:
                return
            number, piece = number + 1, following

    def _opened(self, number: int, piece: bytes, *, last: bool) -> bytes:
        content = self._tried(number, piece, last)
        if content is not None:
            return content
        if number or len(piece) <= TAG or self._tried(number, piece, not last) is not None:
            raise PackageAltered
        raise WrongPassphrase

    def _tried(self, number: int, piece: bytes, last: bool) -> bytes | None:
        nonce = self.prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")
        try:
            return self.cipher.decrypt(nonce, piece, self.spoken_for)
        except InvalidTag:
            return None


class _Pieces(RawIOBase):
    """Pieces one after another, as one stream of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._held:
            self._held = memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size


class _Said(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$", max_length=128)]
Id = Annotated[str, Field(max_length=64, pattern=r"^[!-~]+$")]
Line = Annotated[str, Field(max_length=500)]


class _Kdf(_Said):
    """No costlier than this machine should bear for one file."""

    name: Literal["scrypt"]
    n: Annotated[int, Field(ge=2, le=2**20)]
    r: Annotated[int, Field(ge=1, le=16)]
    p: Annotated[int, Field(ge=1, le=4)]
    salt: Hex


class _Header(_Said):
    kdf: _Kdf
    cipher: Literal["AES-256-GCM"]
    prefix: Annotated[str, Field(pattern=r"^[0-9a-f]{14}$")]
    chunk: Annotated[int, Field(ge=1, le=16 * 1024 * 1024)]


class _File(_Said):
    sha256: Annotated[str, Field(pattern=f"^{SHA256.pattern}$")]
    mime: Annotated[str, Field(max_length=127)]
    size: Annotated[int, Field(ge=0, le=LARGEST_FILE)]


class _Manifest(_Said):
    format: Literal[1]
    device_id: Id
    user: Id
    server: Line
    made_at: Line
    operations: list[dict[str, Any]]
    files: list[_File]
    damaged: list[Line]


_HEADER = TypeAdapter(_Header)
_MANIFEST = TypeAdapter(_Manifest)
_NUMBER = TypeAdapter(Annotated[int, Field(strict=True, ge=1, lt=2**63)])
_ID = TypeAdapter(Annotated[Id, Field(strict=True)])


def _key(kdf: _Kdf, passphrase: str) -> bytes:
    memory = 128 * kdf.n * kdf.r + 128 * kdf.r * kdf.p + 2**20
    try:
        return scrypt(
            passphrase_bytes(passphrase), salt=bytes.fromhex(kdf.salt),
            n=kdf.n, r=kdf.r, p=kdf.p, dklen=32, maxmem=memory,
        )  # fmt: skip
    except ValueError as error:
        raise NotAPackage from error


def _named(file: BinaryIO) -> str:
    digest = sha256()
    file.seek(0)
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _contents(whole: str, line: bytes) -> Contents:
    """The manifest, read. Raises NotAPackage for what no tablet writes."""
    try:
        said = _MANIFEST.validate_python(json.loads(line))
        operations = tuple(map(_operation, said.operations))
    except (ValueError, RecursionError) as error:
        raise NotAPackage from error
    return Contents(
        whole, said.device_id, said.user, said.server, said.made_at, operations,
        tuple(PackedFile(file.sha256, file.mime, file.size) for file in said.files),
        tuple(said.damaged),
    )  # fmt: skip


def _operation(said: Mapping[str, Any]) -> PackedOperation:
    device_id = _ID.validate_python(said.get("device_id"))
    _NUMBER.validate_python(said.get("n"))
    return PackedOperation(device_id, {k: v for k, v in said.items() if k != "device_id"})
