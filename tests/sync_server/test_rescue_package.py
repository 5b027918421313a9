"""A rescue package is opened whole or not at all, and what is wrong with it has a name."""

import json
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.words import t
from sync_server.sync.rescue_package import (
    NewerPackage,
    NotAPackage,
    Package,
    PackageAltered,
    UnusablePackage,
    WrongPassphrase,
)
from tests.rescue import PASSPHRASE, manifest, packed, plain, sealed

OPERATION = {
    "n": 7, "op_id": "op-7", "ticket": "t-1", "kind": "append", "schema": 1, "base_rev": 0,
    "captured_at": "2026-03-09T15:00:00Z",
    "body": {"collection": "notes", "entry": {"id": "e-1", "text": "Sin señal"}},
}  # fmt: skip
FILES = [bytes([n]) * (600 * n) for n in range(1, 5)]
SAID = manifest("device-1", "user-1", [OPERATION], FILES, damaged=["0" * 64])


def opened(package: bytes, passphrase: str = PASSPHRASE) -> Package:
    return Package(BytesIO(package), passphrase)


@pytest.mark.parametrize("chunk", [1, 7, 1000, 6000, 1 << 20])
def test_everything_inside_comes_out_whatever_the_size_of_its_pieces(chunk):
    package = opened(packed(SAID, FILES, chunk=chunk))
    contents = package.contents
    assert (contents.device_id, contents.user) == ("device-1", "user-1")
    assert contents.damaged == ("0" * 64,)
    assert [(op.device_id, op.message) for op in contents.operations] == [("device-1", OPERATION)]
    assert [content for _, content in package.files()] == FILES
    assert [content for _, content in package.files()] == FILES


def test_a_package_of_nothing_is_a_package():
    assert opened(packed(manifest("device-1", "user-1"))).contents.operations == ()


def test_what_fills_its_pieces_exactly_ends_where_it_ends():
    whole = plain(SAID, FILES)
    assert opened(sealed(whole, chunk=len(whole))).contents.files
    assert opened(sealed(whole, chunk=len(whole) // 2 + len(whole) % 2)).contents.files


def test_another_passphrase_opens_nothing():
    with pytest.raises(WrongPassphrase):
        opened(packed(SAID, FILES), "otra frase cualquiera")


@pytest.mark.parametrize("chunk", [400, 1 << 20])
def test_cut_anywhere_it_is_not_taken(chunk):
    whole = packed(SAID, FILES, chunk=chunk)
    for at in range(0, len(whole), 61):
        with pytest.raises(UnusablePackage):
            opened(whole[:at])


def test_cut_between_two_pieces_is_cut_and_no_wrong_passphrase():
    whole = packed(SAID, FILES, chunk=1000)
    head = whole.index(b"\n", 20) + 1
    for pieces in range(1, 4):
        with pytest.raises(PackageAltered):
            opened(whole[: head + pieces * 1016])
    with pytest.raises(PackageAltered):
        opened(whole[:head])
    with pytest.raises(PackageAltered):
        opened(whole + whole[-1016:])


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_bit_that_changed_anywhere_is_noticed(at, bit):
    whole = bytearray(WHOLE)
    whole[at % len(whole)] ^= 1 << bit
    with pytest.raises(UnusablePackage):
        opened(bytes(whole))


WHOLE = packed(SAID, FILES)


def test_pieces_that_changed_places_are_noticed():
    head = WHOLE.index(b"\n", 20) + 1
    first, second = WHOLE[head : head + 1016], WHOLE[head + 1016 : head + 2032]
    with pytest.raises(UnusablePackage):
        opened(WHOLE[:head] + second + first + WHOLE[head + 2032 :])


@pytest.mark.parametrize(
    "file",
    [
        b"", b"FOLIO", b"%PDF-1.7\n", b"FOLIO-RESCUE 1", b"FOLIO-RESCUE 1\n", b"\n" * 10,
        b"FOLIO-RESCUE 1\n{}\nabc", b"FOLIO-RESCUE 1\n[]\n", b"FOLIO-RESCUE 1\n" + b"x" * 9000,
    ],
)  # fmt: skip
def test_any_other_file_is_no_package(file):
    with pytest.raises(NotAPackage):
        opened(file)


def test_a_package_of_a_newer_tablet_says_so():
    with pytest.raises(NewerPackage):
        opened(packed(SAID, magic=b"FOLIO-RESCUE 2\n"))


@pytest.mark.parametrize(
    "header",
    [
        {"kdf": {"name": "scrypt", "n": 2**30, "r": 8, "p": 1, "salt": "00"}},
        {"kdf": {"name": "scrypt", "n": 15, "r": 1, "p": 1, "salt": "00"}},
        {"kdf": {"name": "pbkdf2", "n": 16, "r": 1, "p": 1, "salt": "00"}},
        {"cipher": "none"}, {"prefix": "00"}, {"prefix": 7}, {"chunk": 0}, {"chunk": 2**40},
        {"kdf": None},
    ],
)  # fmt: skip
def test_a_header_that_would_wear_the_office_down_is_not_obeyed(header):
    with pytest.raises(NotAPackage):
        opened(packed(SAID, header=header))


@pytest.mark.parametrize(
    "amiss",
    [
        {"format": 2}, {"device_id": ""}, {"device_id": 7}, {"user": None}, {"operations": {}},
        {"operations": ["x"]}, {"operations": [{"n": 1}]},
        {"operations": [{"device_id": "d", "n": 0}]},
        {"operations": [{"device_id": "d", "n": True}]},
        {"operations": [{"device_id": "d", "n": 1.5}]},
        {"files": [{"sha256": "x", "mime": "image/jpeg", "size": 1}]},
        {"files": [{"sha256": "0" * 64, "mime": "image/jpeg", "size": -1}]},
        {"files": [{"sha256": "0" * 64, "mime": "image/jpeg", "size": 2**40}]},
        {"damaged": [1]},
    ],
)  # fmt: skip
def test_a_manifest_that_no_tablet_writes_is_not_read(amiss):
    with pytest.raises(NotAPackage):
        opened(packed({**manifest("device-1", "user-1"), **amiss}))


@pytest.mark.parametrize("line", [b"", b"\n", b"{", b"null\n", b"[" * 100_000 + b"\n", b"\xff\n"])
def test_a_plain_text_without_a_manifest_is_no_package(line):
    with pytest.raises(NotAPackage):
        opened(sealed(line))


def test_files_that_are_not_what_the_manifest_says_are_not_taken():
    for files in (FILES[:-1], [*FILES, b"more"], FILES[::-1], []):
        with pytest.raises(PackageAltered):
            opened(packed(SAID, files))


def test_a_manifest_says_more_than_we_read():
    more = {**SAID, "battery": 3, "operations": [{**SAID["operations"][0], "mood": "fine"}]}
    [operation] = opened(packed(more, FILES)).contents.operations
    assert operation.message["mood"] == "fine"
    assert "device_id" not in operation.message


@pytest.mark.parametrize("cause", [*UnusablePackage.__subclasses__(), UnusablePackage])
@pytest.mark.parametrize("language", ["es", "en"])
def test_each_cause_has_its_sentence(cause, language):
    assert t(f"office.{cause.key}", language, server="x").endswith((".", "?"))


def test_the_package_s_own_hash_is_that_of_the_file():
    assert opened(WHOLE).contents.sha256 == sha256(WHOLE).hexdigest()
    assert json.loads(WHOLE.split(b"\n")[1])["chunk"] == 1000
