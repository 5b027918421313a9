"""Files under their hash, on the disk and in an object store: once kept, they stay as they are."""

import asyncio
import os
import socket
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from shared.ticket.people import Role
from sync_server.blobs import s3
from sync_server.blobs.file_work import FileWork
from sync_server.blobs.local import LocalStore
from sync_server.blobs.open import open_store
from sync_server.blobs.s3 import S3Store
from sync_server.blobs.store import (
    BlobAltered,
    BlobMissing,
    DigestMismatch,
    OffsetTaken,
    StoreDown,
    StoreFull,
)
from tests.http_line import HttpLine
from tests.raw_tablet import RawTablet
from tests.sync_server.tablets import announce, enrolled, photo, sent
from tests.sync_server.visit import Visit

CONTENT = photo()
NAME = sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def object_store():
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(object_store, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = boto3.client("s3", endpoint_url=object_store, region_name="us-east-1")
    client.create_bucket(Bucket="folio")
    yield client
    for item in client.list_objects_v2(Bucket="folio").get("Contents", ()):
        client.delete_object(Bucket="folio", Key=item["Key"])
    client.delete_bucket(Bucket="folio")


@pytest.fixture(params=["local", "s3"])
def store(request, tmp_path):
    if request.param == "local":
        return LocalStore(tmp_path / "blobs")
    bucket = request.getfixturevalue("bucket")
    return S3Store(bucket, "folio", "office/")


def test_what_is_kept_comes_back(store):
    assert not store.has(NAME)
    store.keep(NAME, CONTENT)
    assert store.has(NAME)
    assert store.size(NAME) == len(CONTENT)
    assert store.read(NAME) == CONTENT
    assert list(store.names()) == [NAME]


def test_keeping_twice_is_keeping_once(store):
    store.keep(NAME, CONTENT)
    store.keep(NAME, CONTENT)
    assert list(store.names()) == [NAME]


def test_bytes_are_kept_under_their_own_hash_only(store):
    with pytest.raises(DigestMismatch):
        store.keep(NAME, CONTENT + b"!")
    assert not store.has(NAME)


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64, f"{NAME}\n"])
def test_what_is_not_kept_is_missing(store, name):
    with pytest.raises(BlobMissing):
        store.read(name)
    with pytest.raises(BlobMissing):
        store.size(name)


def test_what_is_removed_is_gone(store):
    store.keep(NAME, CONTENT)
    store.remove(NAME)
    assert not store.has(NAME)
    with pytest.raises(BlobMissing):
        store.remove(NAME)


def test_an_upload_grows_at_its_end_only(store):
    assert store.held("u1") == 0
    assert store.add("u1", 0, b"abc") == 3
    assert store.add("u1", 3, b"def") == 6
    for wrong in (0, 3, 9):
        with pytest.raises(OffsetTaken):
            store.add("u1", wrong, b"x")
    assert (store.held("u1"), store.assembled("u1")) == (6, b"abcdef")
    assert list(store.uploads()) == ["u1"]
    store.drop("u1")
    store.drop("u1")
    assert (store.held("u1"), list(store.uploads())) == (0, [])


def test_uploads_are_no_files(store):
    store.add("u1", 0, CONTENT)
    assert list(store.names()) == []


def test_two_writers_at_one_place_of_an_upload(store):
    won = []

    def write(piece):
        with suppress(OffsetTaken):
            won.append(store.add("u1", 0, piece))

    threads = [threading.Thread(target=write, args=(bytes([i]) * 50_000,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [50_000]
    assert len(set(store.assembled("u1"))) == 1


def test_two_writers_of_one_file(store):
    threads = [threading.Thread(target=store.keep, args=(NAME, CONTENT)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read(NAME) == CONTENT


# On the disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


def test_a_file_whose_bytes_rotted_is_never_given_out_and_heals_when_it_comes_again(folder):
    store = LocalStore(folder)
    store.keep(NAME, CONTENT)
    (folder / NAME[:2] / NAME).write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(BlobAltered):
        store.read(NAME)
    store.keep(NAME, CONTENT)
    assert store.read(NAME) == CONTENT
    assert list(store.names()) == [NAME]


def test_a_kept_file_is_flushed_before_it_has_its_name(folder, monkeypatch):
    done: list[str] = []
    real_fsync, real_link = os.fsync, os.link

    def flush(file: int) -> None:
        done.append("flush")
        real_fsync(file)

    def link(here: str, there: str) -> None:
        done.append("link")
        real_link(here, there)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "link", link)
    LocalStore(folder).keep(NAME, CONTENT)
    assert done[:2] == ["flush", "link"]
    assert "flush" in done[2:]
    assert [path.name for path in folder.iterdir() if path.is_file()] == []


def test_a_full_disk_is_said_and_leaves_nothing_half(folder, monkeypatch):
    store = LocalStore(folder)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull):
        store.keep(NAME, CONTENT)
    monkeypatch.undo()
    assert not store.has(NAME)
    store.keep(NAME, CONTENT)


# In an object store


def test_an_object_with_other_bytes_is_never_given_out_and_heals(bucket):
    store = S3Store(bucket, "folio")
    bucket.put_object(Bucket="folio", Key=f"kept/{NAME}", Body=b"other")
    with pytest.raises(BlobAltered):
        store.read(NAME)
    store.keep(NAME, CONTENT)
    assert store.read(NAME) == CONTENT


def test_an_object_store_that_is_away_is_said(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store = open_store("s3://folio/office?endpoint=http://127.0.0.1:9&region=us-east-1")
    with pytest.raises(StoreDown):
        store.size(NAME)


def test_a_bucket_that_is_not_there_is_no_missing_file(bucket):
    with pytest.raises(StoreDown):
        S3Store(bucket, "nowhere").keep(NAME, CONTENT)


def test_the_place_is_chosen_by_its_address(tmp_path, bucket, object_store):
    assert isinstance(open_store(str(tmp_path)), LocalStore)
    assert isinstance(open_store(f"file://{tmp_path}"), LocalStore)
    store = open_store(f"s3://folio/a/b?endpoint={object_store}&region=us-east-1")
    store.keep(NAME, CONTENT)
    assert bucket.head_object(Bucket="folio", Key=f"a/b/kept/{NAME}")["ContentLength"]
    with pytest.raises(ValueError):
        open_store("ftp://somewhere")


def test_a_tablet_sends_to_an_office_with_an_object_store(office, bucket, object_store):
    office.stop()
    office.start(blobs=f"s3://folio?endpoint={object_store}&region=us-east-1")
    with_token = enrolled(office)
    sent(with_token, CONTENT)
    assert office.context.blobs.read(NAME) == CONTENT
    assert list(office.context.blobs.uploads()) == []


@pytest.fixture
def silent():
    """The address of an object store that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_while_the_object_store_says_nothing_words_go_on(office, silent, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(s3, "READING", 60)
    office.stop()
    office.start(blobs=f"s3://folio?endpoint={silent}&region=us-east-1")
    ticket, words, files = office.ticket(), RawTablet(office), enrolled(office)
    token = files.headers["Authorization"]
    lines = []
    for place in [announce(files, photo(number)) for number in range(45)]:
        head = f"HEAD {place} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nAuthorization: {token}"
        lines.append(HttpLine(office.port))
        lines[-1].say(f"{head}\r\n\r\n".encode())
    while office.context.file_work.asked < len(lines):
        threading.Event().wait(0.01)
    [said] = words.push(words.sets(ticket, diagnosis="Rodillo gastado"))
    assert said["outcome"] == "applied"
    assert httpx.get(f"{office.url}/v").status_code == 200
    assert not any(line.was_answered() for line in lines)
    for line in lines:
        line.close()
    words.close()
    files.close()


def test_whoever_comes_when_too_many_wait_is_told_at_once():
    work, gate = FileWork(workers=1, queue=1), threading.Event()

    async def asked() -> list[Any]:
        first, second = (asyncio.ensure_future(work.do(gate.wait)) for _ in range(2))
        await asyncio.sleep(0)
        with pytest.raises(StoreDown):
            await work.do(gate.wait)
        gate.set()
        return [await first, await second, await work.do(gate.wait)]

    assert asyncio.run(asked()) == [True] * 3
    work.close()


def test_a_bucket_is_asked_by_few_at_once(bucket, monkeypatch):
    monkeypatch.setattr(s3, "AT_ONCE", 1)
    monkeypatch.setattr(s3, "ROOM", 0)
    store = S3Store(bucket, "folio")
    with store._asking(), pytest.raises(StoreDown):
        store.has(NAME)
    assert not store.has(NAME)


# Who may see a file


@pytest.fixture
def taken(office, tablet):
    """A photo on the engineer's own ticket, its operations sent and its bytes too."""
    visit = Visit(tablet, office.ticket())
    name = visit.keeps("after", CONTENT)
    visit.upload(name)
    visit.push()
    return visit


def test_the_engineer_sees_the_files_of_their_own_tickets(taken):
    answer = taken.tablet.http.get(f"/api/v1/blobs/{NAME}")
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_another_engineer_does_not(office, taken):
    stranger = enrolled(office, office.user(Role.ENGINEER, "Otra Ingeniera"))
    assert stranger.get(f"/api/v1/blobs/{NAME}").status_code == 404


def test_a_file_that_no_ticket_names_is_nobody_s(office, tablet):
    mine = enrolled(office)
    name = sent(mine, photo(5))
    assert mine.get(f"/api/v1/blobs/{name}").status_code == 404


def test_nobody_without_a_token(office, taken):
    assert httpx.get(f"{office.url}/api/v1/blobs/{NAME}").status_code == 401
