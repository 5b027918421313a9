"""The small office of the tablet's tests answers as the office does: by the schema, and alike.

Both hear the same story, told by an independent client over their own lines.
"""

import base64
import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from shared.operations.wire import content_digest
from tests.contract.schema import faults
from tests.contract.traffic import Recorder
from tests.field_app import cast
from tests.field_app.small_office import SmallOffice
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet

LATER = "2026-03-09T10:00:00-06:00"


@pytest.fixture(params=["small", "real"])
def told(request: pytest.FixtureRequest) -> Iterator[tuple[RawTablet, str, Recorder]]:
    """A client of one of the two offices, a ticket of its engineer, and what was said."""
    if request.param == "small":
        small = SmallOffice()
        small.assign("ticket-1")
        line = Recorder(line=small)
        place = SimpleNamespace(url="https://small.example", clock=lambda: cast.NOW)
        tablet, ticket = _client(place, line, small.code), "ticket-1"
    else:
        office: RunningOffice = request.getfixturevalue("office")
        ticket = office.ticket()
        line = Recorder()
        tablet = _client(office, line, office.code())
    yield tablet, ticket, line
    tablet.close()


def _client(place: Any, line: httpx.BaseTransport, code: str) -> RawTablet:
    with pytest.MonkeyPatch.context() as patch:
        real = httpx.Client
        patch.setattr(
            "tests.raw_tablet.httpx.Client",
            lambda **kept: real(**{**kept, "transport": line}),
        )
        return RawTablet(place, code)


def test_both_offices_speak_by_the_schema_and_alike(told):
    tablet, ticket, line = told
    first = tablet.hello()
    assert "digest" not in first, "there is something to pull"
    tablet.pull()
    assert set(tablet.hello()["digest"]) == set(first["scopes"]), "there is nothing to pull"
    assert tablet.hello()["digest"] == tablet.digest
    seen = tablet.sets(ticket, diagnosis="El fusor no calienta, agotado.")
    unknown = tablet.op(ticket, "teleport", {})
    note = tablet.appends(ticket, "notes", at=LATER, text="Sin señal")
    results = tablet.push(seen, unknown, note)
    assert [each["outcome"] for each in results] == ["applied", "parked", "applied"]
    assert tablet.push(seen, unknown, note) == results, "the stored answers"
    assert "digest" not in tablet.hello()
    tablet.pull()
    assert tablet.fields(ticket)["diagnosis"] == "El fusor no calienta, agotado."
    gap = tablet.try_push({**tablet.sets(ticket, solution="x"), "n": 9})
    assert (gap.status_code, gap.json()["type"], gap.json()["expect"]) == (409, "/problems/gap", 4)
    fork = tablet.try_push({**tablet.sets(ticket, solution="y"), "n": 2})
    assert (fork.status_code, fork.json()["type"]) == (409, "/problems/fork")
    tablet.n = 3
    assert [action["do"] for action in tablet.hello()["actions"]] == ["reidentify"]
    tablet.token = "nobody's"
    refused = tablet.post("/api/v1/sync/pull", {"device_id": tablet.device_id, "cursors": {}})
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/not-signed-in")
    assert {exchange.name for exchange in line.exchanges} == {"enrol", "hello", "push", "pull"}
    for said in line.exchanges:
        assert faults(said.definition, said.answered) == [], (said.name, said.status)


def test_both_offices_take_files_alike(told):
    tablet, _, _ = told
    data, piece = bytes(range(256)) * 8, 1024
    name = sha256(data).hexdigest()

    def ask(method: str, url: str, body: bytes = b"", spoilt: bool = False, **more: str) -> Any:
        checksum = base64.b64encode(sha256(body + b"?" * spoilt).digest()).decode()
        headers = {
            "Authorization": f"Bearer {tablet.token}", "Tus-Resumable": "1.0.0", **more,
            **({"Content-Type": "application/offset+octet-stream",
                "Upload-Checksum": f"sha256 {checksum}"} if body else {}),
        }  # fmt: skip
        answer = tablet.http.request(method, url, content=body, headers=headers)
        problem = answer.json()["type"] if answer.content else ""
        return answer.status_code, answer.headers.get("Upload-Offset"), problem, answer

    def announced(body: bytes = b"", **how: Any) -> Any:
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}"
            for key, value in (("sha256", name), ("mime", "image/jpeg"))
        )
        more: Any = {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        return ask("POST", "/api/v1/blobs/", body, **how, **more)

    assert ask("HEAD", f"/api/v1/blobs/{name}")[0] == 404
    status, offset, _, answer = announced(data[:piece])
    assert (status, offset) == (201, str(piece))
    url = httpx.URL(answer.headers["Location"]).path
    assert ask("HEAD", url)[:2] == (200, str(piece))
    elsewhere = ask("PATCH", url, data[piece:], **at(7))
    assert (elsewhere[0], elsewhere[2]) == (409, "/problems/offset")
    damaged = ask("PATCH", url, data[piece:], spoilt=True, **at(piece))
    assert (damaged[0], damaged[2]) == (460, "/problems/checksum")
    other = ask("PATCH", url, data[piece:][::-1], **at(piece))
    assert (other[0], other[2]) == (422, "/problems/digest-mismatch")
    assert ask("HEAD", url)[0] == 404, "it was thrown away"
    url = httpx.URL(announced(data[:piece])[3].headers["Location"]).path
    assert ask("PATCH", url, data[piece:], **at(piece))[:2] == (204, "2048")
    status, offset, _, answer = ask("HEAD", f"/api/v1/blobs/{name}")
    assert (status, offset, answer.headers["Blob-Durable"]) == (200, "2048", "true")


def at(offset: int) -> Any:
    return {"Upload-Offset": str(offset)}


def test_a_message_that_was_damaged_on_the_way_is_refused_by_both(told):
    tablet, _, _ = told
    body = gzip.compress(json.dumps({"device_id": tablet.device_id, "cursors": {}}).encode())
    answer = tablet.http.post(
        "/api/v1/sync/pull", content=body + b"\0",
        headers={"Authorization": f"Bearer {tablet.token}", "Content-Encoding": "gzip",
                 "Content-Digest": content_digest(body)},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/digest")
