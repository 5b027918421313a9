"""Photos go up piece by piece, through cuts and repeats, and count only when they are whole."""

import base64
import socket
import threading
from hashlib import sha1, sha256

import httpx
import pytest
from sqlalchemy import select, update

from shared.ticket.people import Role
from sync_server.api.blobs import FLUSH
from sync_server.blobs import uploads
from sync_server.database.tables import blob, upload
from tests.sync_server.tablets import (
    PIECE,
    announce,
    announcement,
    enrolled,
    photo,
    problem,
    send,
    sent,
)


@pytest.fixture
def tablet(office):
    client = enrolled(office)
    yield client
    client.close()


def noted(office, content):
    sha = sha256(content).hexdigest()
    return office.ask(lambda tx: tx.one_or_none(select(blob).where(blob.c.sha256 == sha)))


def test_the_server_says_what_it_understands(office):
    answer = httpx.options(f"{office.url}/api/v1/blobs/")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) >= {
        "creation", "checksum", "termination", "expiration",
    }  # fmt: skip
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_a_photo_sent_in_pieces_is_kept_under_its_hash(office, tablet):
    content = photo()
    where = announce(tablet, content)
    assert send(tablet, where, 0, content[:700]).headers["Upload-Offset"] == "700"
    assert noted(office, content) is None
    assert tablet.head(where).headers["Upload-Offset"] == "700"
    last = send(tablet, where, 700, content[700:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    row = noted(office, content)
    assert (row.size, row.mime, row.readable, row.durable) == (
        len(content), "image/jpeg", True, True,
    )  # fmt: skip
    assert office.context.blobs.read(row.sha256) == content


def test_a_file_can_come_with_its_announcement(office, tablet):
    content = photo()
    headers = {**announcement(content), "Content-Type": PIECE}
    answer = tablet.post("/api/v1/blobs/", headers=headers, content=content)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(content)))
    assert noted(office, content) is not None


def test_a_file_that_is_here_is_answered_at_once_with_its_full_offset(office, tablet):
    content = photo()
    sent(tablet, content)
    answer = tablet.post("/api/v1/blobs/", headers=announcement(content))
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(len(content))
    again = tablet.head(answer.headers["Location"])
    assert again.headers["Upload-Offset"] == again.headers["Upload-Length"] == str(len(content))


def test_a_client_that_overlooks_the_full_offset_is_told_it_again(tablet):
    content = photo()
    name = sent(tablet, content)
    where = f"/api/v1/blobs/{name}"
    answer = send(tablet, where, 0, content)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, str(len(content)))
    assert send(tablet, where, len(content), b"").status_code == 204
    assert send(tablet, where, len(content), b"more").status_code == 413
    assert send(tablet, f"/api/v1/blobs/{'0' * 64}", 0, content).status_code == 404


def test_an_announcement_says_its_length_hash_and_kind(tablet):
    good = announcement(photo())
    for header, value in [
        ("Upload-Length", "many"),
        ("Upload-Length", "-1"),
        ("Upload-Metadata", ""),
        ("Upload-Metadata", "sha256 %%%"),
        ("Upload-Metadata", f"sha256 {base64.b64encode(b'abc').decode()}"),
        ("Upload-Metadata", "x" * 5000),
    ]:
        answer = tablet.post("/api/v1/blobs/", headers={**good, header: value})
        assert answer.status_code == 400, (header, value)
    later = {**good, "Upload-Defer-Length": "1"}
    assert tablet.post("/api/v1/blobs/", headers=later).status_code == 400


def test_a_file_larger_than_any_report_is_not_taken(tablet):
    headers = {**announcement(b"x"), "Upload-Length": str(10**10)}
    assert tablet.post("/api/v1/blobs/", headers=headers).status_code == 413


def test_another_version_of_the_protocol_is_refused(tablet):
    answer = tablet.post("/api/v1/blobs/", headers={"Tus-Resumable": "2.0.0"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_piece_must_begin_where_the_upload_ends(tablet):
    content = photo()
    where = announce(tablet, content)
    send(tablet, where, 0, content[:500])
    again = send(tablet, where, 0, content[:500])
    assert (again.status_code, again.json()["offset"]) == (409, 500)
    assert send(tablet, where, 900, content[900:]).status_code == 409
    assert send(tablet, where, 500, content[500:]).status_code == 204


def test_a_piece_that_is_not_sent_as_one_is_refused(tablet):
    content = photo()
    where = announce(tablet, content)
    answer = tablet.patch(where, content=content, headers={"Upload-Offset": "0"})
    assert answer.status_code == 415
    headers = {"Upload-Offset": "zero", "Content-Type": PIECE}
    assert tablet.patch(where, content=content, headers=headers).status_code == 400


@pytest.mark.parametrize("algorithm", [sha1, sha256])
def test_a_piece_with_a_checksum_is_all_or_nothing(office, tablet, algorithm):
    content = photo()
    where = announce(tablet, content)
    name = algorithm().name

    def said(piece):
        return f"{name} {base64.b64encode(algorithm(piece).digest()).decode()}"

    wrong = send(tablet, where, 0, content, **{"Upload-Checksum": said(b"other")})
    assert (wrong.status_code, problem(wrong)) == (460, "checksum")
    assert tablet.head(where).headers["Upload-Offset"] == "0"
    right = send(tablet, where, 0, content, **{"Upload-Checksum": said(content)})
    assert right.status_code == 204
    assert noted(office, content) is not None


def test_a_checksum_of_another_kind_is_refused(tablet):
    content = photo()
    where = announce(tablet, content)
    for header in ("md5 aaaa", "sha256 %%%"):
        assert send(tablet, where, 0, content, **{"Upload-Checksum": header}).status_code == 400


def test_the_wrong_bytes_are_thrown_away_and_sent_again_from_their_beginning(office, tablet):
    content = photo(1)
    where = announce(tablet, content)
    answer = send(tablet, where, 0, content[:-1] + b"!")
    assert (answer.status_code, problem(answer)) == (422, "digest-mismatch")
    assert noted(office, content) is None
    assert tablet.head(where).status_code == 404
    sent(tablet, content)
    assert noted(office, content) is not None


def test_more_bytes_than_announced_are_refused(office, tablet):
    content = photo()
    where = announce(tablet, content)
    assert send(tablet, where, 0, content + b"more").status_code == 413
    at = int(tablet.head(where).headers["Upload-Offset"])
    assert send(tablet, where, at, content[at:]).status_code == 204
    assert noted(office, content) is not None


def test_what_arrived_before_a_cut_is_kept(office, tablet):
    content = photo() + bytes(3 * FLUSH)
    where = announce(tablet, content)
    cut = 2 * FLUSH
    with socket.create_connection(("127.0.0.1", office.port)) as line:
        head = (
            f"PATCH {where} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\n"
            f"Authorization: {tablet.headers['Authorization']}\r\nUpload-Offset: 0\r\n"
            f"Content-Type: {PIECE}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        line.sendall(head.encode() + content[:cut])
        # Cut only once the server has begun to read: what it never looked at, it cannot keep.
        offsets = (int(tablet.head(where).headers["Upload-Offset"]) for _ in range(300))
        assert next((offset for offset in offsets if offset), 0)
    at, status = 0, 409
    while status == 409:  # What came before the cut may still be on its way to the disk.
        before, at = at, int(tablet.head(where).headers["Upload-Offset"])
        assert before < at <= cut
        status = send(tablet, where, at, content[at:]).status_code
    assert status == 204
    assert office.context.blobs.read(sha256(content).hexdigest()) == content


def test_an_answer_that_got_lost_is_made_up_for_by_asking_again(office, tablet):
    """The server died after the last byte and before the file was noted."""
    content = photo()
    where = announce(tablet, content)
    office.context.blobs.add(where.rpartition("/")[2], 0, content)
    assert noted(office, content) is None
    assert tablet.head(where).headers["Upload-Offset"] == str(len(content))
    assert noted(office, content) is not None


def test_the_same_piece_twice_at_once_is_kept_once(office, tablet):
    content = photo(size=(1600, 1200))
    where = announce(tablet, content)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(send(tablet, where, 0, content).status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 204 in answers
    assert set(answers) <= {204, 404, 409}
    assert office.context.blobs.read(sha256(content).hexdigest()) == content


def test_two_tablets_send_the_same_photo(office, tablet):
    content = photo()
    other = enrolled(office, office.user(Role.ENGINEER, "Otra Ingeniera"))
    mine, theirs = announce(tablet, content), announce(other, content)
    send(tablet, mine, 0, content[:100])
    assert send(other, theirs, 0, content).status_code == 204
    assert send(tablet, mine, 100, content[100:]).status_code == 204


def test_an_upload_is_of_the_tablet_that_announced_it(office, tablet):
    content = photo()
    where = announce(tablet, content)
    other = enrolled(office, office.user(Role.ENGINEER, "Otra Ingeniera"))
    assert other.head(where).status_code == 404
    assert send(other, where, 0, content).status_code == 404
    assert other.delete(where).status_code == 404
    assert tablet.delete(where).status_code == 204
    assert tablet.head(where).status_code == 404


def test_an_upload_that_nobody_continues_expires(office, tablet):
    content = photo()
    answer = tablet.post("/api/v1/blobs/", headers=announcement(content))
    assert answer.headers["Upload-Expires"].endswith("GMT")
    office.clock.forward(days=8)
    assert tablet.head(answer.headers["Location"]).status_code == 410


def test_a_tablet_has_no_more_under_way_than_its_quota(office, tablet):
    where = announce(tablet, photo())
    id = where.rpartition("/")[2]
    office.do(
        lambda tx: tx.execute(
            update(upload).where(upload.c.id == id).values(length=uploads.MOST_BYTES)
        )
    )
    answer = tablet.post("/api/v1/blobs/", headers=announcement(photo(2)))
    assert (answer.status_code, problem(answer)) == (507, "upload-quota")


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (photo()[:400], "image/jpeg"),
        (b"just text", "image/jpeg"),
        (b"%PDF-1.7 nothing", "application/pdf"),
        (b"\xff\xfe", "text/plain"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_kept_and_known_as_such(office, tablet, content, mime):
    sent(tablet, content, mime)
    assert noted(office, content).readable is False


def test_an_empty_file_is_a_file(office, tablet):
    headers = {**announcement(b"", "text/plain"), "Content-Type": PIECE}
    answer = tablet.post("/api/v1/blobs/", headers=headers)
    assert answer.status_code == 201
    assert noted(office, b"") is not None


def test_a_proxy_that_knows_no_patch_is_passed_by_post(office, tablet):
    content = photo()
    where = announce(tablet, content)
    headers = {
        "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": PIECE,
    }  # fmt: skip
    assert tablet.post(where, content=content, headers=headers).status_code == 204
    assert noted(office, content) is not None


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE", "POST"])
def test_nobody_without_a_token(office, method):
    answer = httpx.request(
        method, f"{office.url}/api/v1/blobs/x", headers={"Tus-Resumable": "1.0.0"}
    )
    assert answer.status_code == 401
