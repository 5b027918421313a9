"""Files go on from where they stopped, piece by piece, and begin anew when they must."""

import pytest

from field_app.store import evidence
from field_app.store.evidence import Rank
from field_app.sync.server import Caller, Server
from field_app.sync.troubles import BrokenAnswer, NotOurServer, UploadRefused
from field_app.sync.uploads import is_durable, upload
from tests.field_app.cast import NOW, TICKET
from tests.field_app.small_office import page, problem, tus

DATA = bytes(range(256)) * 40
CALLER = Caller("device-1", "secret", "0.1.0")


@pytest.fixture
def blob(database):
    kept = evidence.keep(database, DATA)
    evidence.note(database, kept, mime="image/jpeg", rank=Rank.PHOTO, ticket=TICKET, at=NOW)
    return kept.sha256


@pytest.fixture
def send(database, small_office):
    server = Server("https://office.example", 5, small_office)
    yield lambda: upload(
        database, server, CALLER, evidence.unsent(database)[0], chunk=1000
    )  # fmt: skip
    server.close()


def test_a_file_goes_in_pieces(blob, send, small_office):
    assert send()
    assert small_office.blobs[blob] == DATA
    assert small_office.requests.count("PATCH /api/v1/blobs/u0") == 10


def test_a_small_file_needs_one_request(database, send, small_office):
    kept = evidence.keep(database, b"small")
    evidence.note(database, kept, mime="image/jpeg", rank=Rank.PHOTO, ticket=TICKET, at=NOW)
    send()
    assert small_office.requests == ["POST /api/v1/blobs/"]


def test_what_the_office_has_already_is_not_sent_again(blob, send, small_office):
    small_office.blobs[blob] = DATA
    send()
    assert small_office.requests == ["POST /api/v1/blobs/"]


@pytest.mark.parametrize("pieces", range(1, 10))
def test_an_upload_cut_after_any_piece_goes_on_from_there(blob, send, small_office, pieces):
    small_office.answer = lambda request: (
        problem(503, "away") if len(small_office.requests) > pieces else None
    )
    with pytest.raises(Exception, match="Busy"):
        send()
    small_office.answer = lambda request: None
    small_office.requests.clear()
    send()
    assert small_office.blobs[blob] == DATA
    assert small_office.requests[0] == "HEAD /api/v1/blobs/u0"
    assert len(small_office.requests) == 1 + 11 - pieces


def test_a_piece_that_arrived_though_its_answer_was_lost_is_not_doubled(blob, send, small_office):
    lost: list[str] = []

    def cut_once(request) -> bool:
        lost.append(f"{request.method} {request.headers.get('Upload-Offset')}")
        return lost.count(lost[-1]) == 1

    small_office.cut = cut_once
    send()
    assert small_office.blobs[blob] == DATA


@pytest.mark.parametrize("status", [404, 410])
def test_an_upload_that_the_office_forgot_begins_anew(database, blob, send, small_office, status):
    evidence.upload_began(database, blob, "/api/v1/blobs/long-ago")
    small_office.answer = lambda request: (
        problem(status, "gone") if request.url.path.endswith("long-ago") else None
    )
    send()
    assert small_office.blobs[blob] == DATA


def test_a_whole_that_is_not_what_was_announced_begins_anew_at_once(blob, send, small_office):
    small_office.answer = lambda request: (
        problem(503, "away") if len(small_office.requests) > 5 else None
    )
    with pytest.raises(Exception, match="Busy"):
        send()
    small_office.answer = lambda request: None
    _, _, held = small_office.uploads["u0"]
    held[7] ^= 1
    assert send()
    assert small_office.blobs[blob] == DATA
    assert small_office.requests.count("POST /api/v1/blobs/") == 2


def test_a_file_that_the_office_will_not_take_is_given_up_for_now(blob, send, small_office):
    small_office.answer = lambda request: problem(413, "too-large")
    with pytest.raises(UploadRefused):
        send()


def test_a_page_in_the_way_is_not_the_office(blob, send, small_office):
    small_office.answer = lambda request: page(200, "<h1>wifi</h1>")
    with pytest.raises(NotOurServer):
        send()


def test_a_page_in_the_way_says_nothing_of_a_file_that_the_office_had(database, blob, small_office):
    small_office.answer = lambda request: page(200, "<h1>wifi</h1>")
    server = Server("https://office.example", 5, small_office)
    with pytest.raises(NotOurServer):
        is_durable(server, CALLER, blob)
    server.close()


def test_an_office_that_never_moves_on_is_not_asked_for_ever(blob, send, small_office):
    small_office.answer = lambda request: tus(204, 1000) if request.method != "POST" else None
    with pytest.raises(BrokenAnswer):
        send()


@pytest.mark.parametrize("status", [409, 460])
@pytest.mark.parametrize(("damaged", "arrives"), [(3, True), (4, False)])
def test_a_line_that_damages_every_piece_is_not_tried_for_ever(
    blob, send, small_office, status, damaged, arrives
):
    def damages(request):
        nonlocal damaged
        if request.method != "PATCH" or not damaged:
            return None
        damaged -= 1
        return problem(status, "mismatch")

    small_office.answer = damages
    if arrives:
        assert send()
        return
    with pytest.raises(BrokenAnswer):
        send()
    assert damaged == 0
    assert small_office.requests.count("PATCH /api/v1/blobs/u0") == 4
    assert send(), "the next round goes on"
    assert small_office.blobs[blob] == DATA
