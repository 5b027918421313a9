"""What a tablet of 0.1.0 said is said again to today's office, which answers as that of 0.1.0."""

import json
from copy import deepcopy
from datetime import timedelta

import httpx
import pytest

from sync_server.archive.archive_check import check_archive
from tests.contract.schema import faults
from tests.contract.traffic import REQUESTS
from tests.given.folders import office_on, unpacked
from tests.given.traffic import Replay, recorded

A_MOMENT = timedelta(seconds=0.5)

EXCHANGES = recorded()["exchanges"]


@pytest.fixture
def before(tmp_path):
    """The office as it was when the recording began: ten minutes and a moment after its first."""
    minutes = (timedelta(minutes=10) + A_MOMENT) / timedelta(minutes=1)
    office = office_on(unpacked("traffic/office", tmp_path / "office"), minutes=minutes)
    yield office
    office.stop()


@pytest.fixture
def replay(before):
    with httpx.Client(base_url=before.url, timeout=30) as http:
        yield Replay(http)


def test_a_whole_visit_is_answered_as_then(before, replay):
    for number, exchange in enumerate(EXCHANGES):
        where = f"{number}: {exchange['method']} {exchange['path']}"
        assert (where, replay.differences(exchange)) == (where, [])
    assert before.fields(recorded()["ticket"])["state"] == "closed"
    assert check_archive(before.context) == []


def test_everything_that_a_tablet_does_was_recorded():
    done = {(e["method"], e["path"].rpartition("/")[0], e["status"]) for e in EXCHANGES}
    assert done == {
        ("POST", "/api/v1", 403), ("POST", "/api/v1", 201), ("POST", "/api/v1/sync", 200),
        ("POST", "/api/v1/blobs", 201), ("PATCH", "/api/v1/blobs", 204),
        ("PATCH", "/api/v1/blobs", 409), ("HEAD", "/api/v1/blobs", 200),
    }  # fmt: skip
    pushes = [e["asked"]["json"]["ops"] for e in EXCHANGES if e["path"].endswith("push")]
    kinds = {op["kind"] for ops in pushes for op in ops}
    assert kinds == {"create", "set", "append", "sign", "command"}


def test_the_old_words_are_within_the_contract_of_today():
    for exchange in EXCHANGES:
        name = REQUESTS.get(exchange["path"])
        if name is not None:
            definition = f"{name}_answer" if exchange["status"] < 300 else "problem"
            assert faults(f"{name}_request", exchange["asked"]["json"]) == []
            assert faults(definition, exchange["answered"]["json"]) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(last_n=17),
        lambda said: said["results"].pop(),
        lambda said: said["results"][3].update(outcome="rejected"),
        lambda said: said["results"][-1]["missing"][0].pop("rule"),
        lambda said: said.pop("durable_n"),
        lambda said: said.update(time="today"),
    ],
)
def test_another_answer_is_noticed(change):
    then = next(e["answered"]["json"] for e in EXCHANGES if e["path"].endswith("push"))
    now = deepcopy(then)
    change(now)
    assert list(Replay(httpx.Client()).unlike(then, now))


def test_an_answer_that_says_more_is_no_other():
    then = next(e["answered"]["json"] for e in EXCHANGES if e["path"].endswith("push"))
    assert not list(Replay(httpx.Client()).unlike(then, {**json.loads(json.dumps(then)), "x": 1}))
