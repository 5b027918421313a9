"""Whatever a tablet sends gets an answer, never a fault of ours, and the queue goes on."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.operations.operation import Outcome
from tests.contract.any_operation import JUNK, MESSAGES
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet

OUTCOMES = {str(outcome) for outcome in Outcome}

patiently = settings(max_examples=40, suppress_health_check=list(HealthCheck))


class Here:
    """One office for all examples: what one of them leaves behind, the next one finds."""

    def __init__(self, office: RunningOffice) -> None:
        office.furnish()
        self.office = office
        self.tickets = [office.ticket() for _ in range(3)]
        self.tablet = RawTablet(office)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    here = Here(office)
    yield here
    here.tablet.close()
    office.stop()


def numbered(here: Here, messages: list[Any], which: list[int]) -> list[dict[str, Any]]:
    """The messages as this tablet's next ones, most of them about tickets that are there."""
    first = here.tablet.hello()["last_n"] + 1
    return [
        {**message, "n": first + i, **({"ticket": here.tickets[w]} if w < 3 else {})}
        for i, (message, w) in enumerate(zip(messages, which, strict=True))
    ]


@patiently
@given(st.lists(st.tuples(MESSAGES, st.integers(0, 3)), min_size=1, max_size=6))
@pytest.mark.slow
def test_any_operations_all_get_an_outcome(here: Here, given_ones: list[tuple[Any, int]]):
    messages, which = map(list, zip(*given_ones, strict=True))
    ops = numbered(here, messages, which)
    answer = here.tablet.try_push(*ops)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [result["n"] for result in results] == [op["n"] for op in ops]
    assert {result["outcome"] for result in results} <= OUTCOMES
    assert here.tablet.try_push(*ops).json()["results"] == results
    for ticket in here.tickets:
        here.office.history(ticket)
    here.tablet.pull()


@patiently
@given(st.lists(st.dictionaries(st.text(max_size=8), JUNK, max_size=8), min_size=1, max_size=3))
def test_any_objects_at_all_are_kept_apart(here: Here, objects: list[Any]):
    ops = numbered(here, objects, [3] * len(objects))
    answer = here.tablet.try_push(*ops)
    assert answer.status_code == 200, answer.text
    assert {result["outcome"] for result in answer.json()["results"]} == {"parked"}


MEMBERS = ("device_id", "protocol", "ops", "cursors", "limit", "wall", "epoch", "last_n", "code")


@patiently
@given(
    st.sampled_from(["sync/hello", "sync/push", "sync/pull", "enrol"]),
    st.dictionaries(st.sampled_from(MEMBERS), JUNK | MESSAGES) | JUNK,
)
def test_any_json_at_any_door_is_no_fault_of_ours(here: Here, door: str, message: Any):
    if isinstance(message, dict) and len(message) % 2:
        message["device_id"] = here.tablet.device_id
    answer = here.tablet.post(f"/api/v1/{door}", message)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 300:
        assert answer.headers["content-type"] == "application/problem+json"


@patiently
@given(st.sampled_from(["sync/hello", "sync/push", "sync/pull", "enrol"]), st.binary())
def test_any_bytes_at_any_door_are_no_fault_of_ours(here: Here, door: str, content: bytes):
    headers = {"Authorization": f"Bearer {here.tablet.token}"}
    for packing in ("identity", "gzip", "zstd"):
        answer = here.tablet.http.post(
            f"/api/v1/{door}", content=content, headers={**headers, "Content-Encoding": packing}
        )
        assert 400 <= answer.status_code < 500, answer.text
