"""The rescue package, opened by hand from what docs/RESCUE.md says and nothing else."""

import json
from hashlib import scrypt, sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from field_app.sync.rescue import WeakPassphrase
from shared.operations.wire import message_hash
from tests.field_app.cast import TICKET, photo

PASSPHRASE = "caballo batería grapa correcto"


def opened(package: bytes, passphrase: str) -> tuple[dict[str, Any], list[bytes]]:
    magic, header, sealed = package.split(b"\n", 2)
    assert magic == b"FOLIO-RESCUE 1"
    said = json.loads(header)
    kdf = said["kdf"]
    key = scrypt(
        passphrase.encode(), salt=bytes.fromhex(kdf["salt"]), n=kdf["n"], r=kdf["r"], p=kdf["p"],
        dklen=32, maxmem=2**26,
    )  # fmt: skip
    size = said["chunk"] + 16
    pieces = [sealed[i : i + size] for i in range(0, len(sealed), size)]
    plain = b""
    for number, piece in enumerate(pieces):
        last = b"\x01" if number == len(pieces) - 1 else b"\x00"
        nonce = bytes.fromhex(said["prefix"]) + number.to_bytes(4, "big") + last
        plain += AESGCM(key).decrypt(nonce, piece, magic + b"\n" + header + b"\n")
    line, _, rest = plain.partition(b"\n")
    manifest = json.loads(line)
    files = []
    for file in manifest["files"]:
        files.append(rest[: file["size"]])
        rest = rest[file["size"] :]
    assert rest == b""
    return manifest, files


def test_the_package_holds_every_operation_and_file_that_is_not_safe(session):
    session.set_field(TICKET, solution="Se cambió el fusor")
    session.keep_photo(TICKET, "after", photo(size=(3000, 2000)))
    manifest, files = opened(session.rescue_package(PASSPHRASE), PASSPHRASE)
    assert [op["kind"] for op in manifest["operations"]] == ["set", "append"]
    assert message_hash(manifest["operations"][0])
    assert [sha256(data).hexdigest() for data in files] == [f["sha256"] for f in manifest["files"]]
    assert len(files) == 2
    assert manifest["device_id"] == "device-1"


def test_what_is_durable_stays_out(tablet):
    tablet.session.set_field(TICKET, solution="Se cambió el fusor")
    tablet.network.round(tablet.session).run()
    manifest, files = opened(tablet.session.rescue_package(PASSPHRASE), PASSPHRASE)
    assert (manifest["operations"], files) == ([], [])


def test_without_the_passphrase_nothing_can_be_read_or_changed(session):
    session.set_field(TICKET, solution="Se cambió el fusor")
    package = session.rescue_package(PASSPHRASE)
    assert b"fusor" not in package
    with pytest.raises(InvalidTag):
        opened(package, "otra frase cualquiera")
    with pytest.raises(InvalidTag):
        opened(package[:-1] + bytes([package[-1] ^ 1]), PASSPHRASE)
    with pytest.raises(InvalidTag):
        opened(package.replace(b'"chunk": 1048576', b'"chunk": 1048577'), PASSPHRASE)


def test_a_package_of_many_megabytes_cannot_be_shortened_unseen(session, monkeypatch):
    monkeypatch.setattr("field_app.sync.rescue.CHUNK", 1000)
    session.keep_photo(TICKET, "after", photo(size=(1600, 1200)))
    package = session.rescue_package(PASSPHRASE)
    assert len(opened(package, PASSPHRASE)[1]) == 2
    with pytest.raises(InvalidTag):
        opened(package[: -len(package) % 1016 - 1016], PASSPHRASE)


def test_a_short_passphrase_is_refused(session):
    with pytest.raises(WeakPassphrase):
        session.rescue_package("corta")
    with pytest.raises(WeakPassphrase):
        session.rescue_package("doce no son      ")
