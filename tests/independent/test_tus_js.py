"""tus-js-client sends files to the office: in pieces, cut, taken up again, given up, sent twice."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.faults.proxy import CuttingProxy
from tests.independent import tus_js
from tests.office import RunningOffice
from tests.sync_server.tablets import enrolled

CONTENT = Random(7).randbytes(700_000)
NAME = sha256(CONTENT).hexdigest()
SCRIPT = Path(__file__).with_name("upload.cjs")


@pytest.fixture
def line(office: RunningOffice) -> Iterator[CuttingProxy]:
    """A line to the office that can be cut."""
    line = CuttingProxy(("127.0.0.1", office.port))
    yield line
    line.close()


Story = list[dict[str, Any]]
Upload = Callable[..., Story]


@pytest.fixture(scope="session", autouse=True)
def client() -> None:
    """With CI=true it must be there; elsewhere the tests without it are skipped."""
    if not tus_js.is_here():
        reason = "no node, or no tus-js-client: tests/provide.sh tus gets them"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def tablet(office: RunningOffice) -> httpx.Client:
    return enrolled(office)


@pytest.fixture
def upload(office: RunningOffice, tablet: httpx.Client, tmp_path: Path) -> Upload:
    """Runs the client once, to its end or its death; what it told."""
    file = tmp_path / "photo"
    file.write_bytes(CONTENT)

    def run(url: str = office.url, **order: Any) -> Story:
        said = {
            "endpoint": f"{url}/api/v1/blobs/", "file": str(file), "chunk": 100_000,
            "token": tablet.headers["Authorization"].removeprefix("Bearer "),
            "metadata": {"sha256": NAME, "mime": "application/octet-stream"},
            "remembers": str(tmp_path / "urls.json"), **order,
        }  # fmt: skip
        node = tus_js.node()
        assert node is not None
        done = subprocess.run(
            [node, SCRIPT, tus_js.folder()], input=json.dumps(said), capture_output=True,
            text=True, check=False, timeout=60,
        )  # fmt: skip
        assert not done.stderr, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def asked(story: Story) -> list[str]:
    return [f"{s['method']} {s['status']}" for s in story if "method" in s]


def arrived(office: RunningOffice, story: Story) -> None:
    """It said that it was done, and the office has these bytes under this name."""
    assert "done" in story[-1], story
    assert office.context.blobs.read(NAME) == CONTENT
    assert list(office.context.blobs.uploads()) == []


def test_a_file_in_pieces(office, upload):
    story = upload()
    assert asked(story) == ["POST 201"] + ["PATCH 204"] * 7
    assert [int(s["offset"]) for s in story[1:-1]] == [*range(100_000, 700_001, 100_000)]
    arrived(office, story)


def test_a_file_of_unknown_pieces_out_of_a_stream_begun_with_its_announcement(office, upload):
    story = upload(stream=True, with_creation=True)
    assert asked(story) == ["POST 201"] + ["PATCH 204"] * 6
    arrived(office, story)


def test_a_client_killed_in_the_middle_goes_on_from_where_the_office_is(office, upload):
    upload(dies_at=300_000)
    goes_on(office, upload)


@pytest.mark.parametrize("at", [150_000, 400_000, 650_000])
def test_a_line_cut_in_the_middle_of_a_piece_costs_little_of_it(office, upload, line, at):
    line.cut("request", at)
    assert "error" in upload(line.address, chunk=1_000_000)[-1]
    line.mend()
    assert goes_on(office, upload, line.address) > at - 100_000


def goes_on(office: RunningOffice, upload: Upload, *url: str) -> int:
    """The next run takes up what the office has; how many bytes that was."""
    [under_way] = office.context.blobs.uploads()
    held = office.context.blobs.held(under_way)
    assert 0 < held < len(CONTENT)
    story = upload(*url)
    assert (story[0]["method"], int(story[0]["offset"])) == ("HEAD", held)
    assert "POST 201" not in asked(story)
    arrived(office, story)
    return held


@pytest.mark.parametrize("checksum", ["sha1", "sha256"])
def test_every_piece_with_its_checksum(office, upload, checksum):
    story = upload(checksum=checksum)
    assert set(asked(story)) == {"POST 201", "PATCH 204"}
    arrived(office, story)


def test_a_piece_that_is_not_what_its_checksum_says_is_not_kept(office, upload):
    story = upload(checksum="sha256", spoilt=True)
    assert "error" in story[-1]
    assert "PATCH 460" in asked(story)
    assert [office.context.blobs.held(name) for name in office.context.blobs.uploads()] in ([], [0])
    arrived(office, upload())


@pytest.mark.parametrize("with_creation", [True, False])
def test_a_file_that_is_here_is_not_sent_again(office, upload, tmp_path, with_creation):
    upload()
    forgetful = str(tmp_path / "nothing.json")
    story = upload(remembers=forgetful, with_creation=with_creation, chunk=1_000_000)
    assert int(story[0]["offset"]) == len(CONTENT), "at once, with its full offset"
    assert "PATCH 204" not in asked(story)
    arrived(office, story)


def test_an_upload_that_is_given_up_is_forgotten(office, tablet, upload):
    story = upload(gives_up_at=300_000)
    assert "DELETE 204" in asked(story)
    assert list(office.context.blobs.uploads()) == []
    [gone] = [s["gave_up"] for s in story if "gave_up" in s]
    assert tablet.head(gone).status_code == 404
    arrived(office, upload())


def test_another_s_upload_is_not_gone_on_with(office, tablet, upload):
    upload(dies_at=300_000)
    other = enrolled(office)
    story = upload(token=other.headers["Authorization"].removeprefix("Bearer "))
    assert asked(story)[:2] == ["HEAD 404", "POST 201"]
    assert "done" in story[-1]
    assert office.context.blobs.read(NAME) == CONTENT
