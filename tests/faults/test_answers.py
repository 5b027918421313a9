"""What the line does to a message: lost, cut, doubled, out of order. Faults 1–5."""

import json

import httpx
import pytest

from field_app.device.trouble import Trouble
from field_app.store import operation_queue
from shared.operations.wire import MOST_BYTES
from tests.faults.field import Field
from tests.faults.hands import STEPS, at_once, first_ticket, pushed, worked
from tests.faults.line import (
    answer_lost,
    cut_answer,
    flipped_bit,
    lost_on_the_way,
    twice,
    twice_second_answer,
)
from tests.faults.marks import everywhere, on_both_databases
from tests.faults.world import World


@everywhere
def test_01_a_response_lost_after_commit(world: World):
    luis = worked(world)
    for step in STEPS:
        luis.line.next(step, answer_lost)
    for _ in STEPS:
        world.try_round(luis)
        world.check()
    assert not luis.line.faults, "every one of the steps was hit"
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


@everywhere
def test_01_every_response_lost_until_the_next_round(world: World):
    luis = worked(world)
    for step in STEPS:
        luis.line.faults = [(step, answer_lost)] * 20
        assert world.try_round(luis) is not None, step
        luis.line.faults.clear()
        world.check()
    world.settle()


@on_both_databases
@pytest.mark.parametrize("step", STEPS)
def test_02_a_request_that_never_arrives(world: World, step: str):
    luis = worked(world)
    luis.line.faults = [(step, lost_on_the_way)] * 20
    assert world.try_round(luis) is not None
    world.check()
    luis.line.faults.clear()
    world.settle()


@pytest.mark.parametrize("step", STEPS)
def test_02_a_request_damaged_on_the_way_is_not_carried_out(world: World, step: str):
    luis = worked(world)
    luis.line.faults = [(step, flipped_bit)] * 20
    world.try_round(luis)
    world.check()
    luis.line.faults.clear()
    world.settle()


@pytest.mark.parametrize("share", [0, 1, 50, 99])
@pytest.mark.parametrize("step", STEPS[:3])
def test_03_a_response_cut_in_its_body(world: World, step: str, share: int):
    luis = worked(world)
    whole = _length_of_answer(luis, step)
    luis.line.faults = [(step, cut_answer(whole * share // 100))] * 20
    assert world.try_round(luis) is not None
    world.check()
    luis.line.faults.clear()
    world.settle()


def _length_of_answer(field: Field, step: str) -> int:
    """How long the office's answers are at this step: long enough to be cut anywhere."""
    lengths: list[int] = []

    def measured(request: httpx.Request, carry) -> httpx.Response:
        answer = carry(request)
        lengths.append(len(b"".join(answer.stream)))
        raise httpx.ConnectError("measured", request=request)

    field.line.next(step, measured)
    with pytest.raises(Trouble):
        field.round()
    field.line.faults.clear()
    return lengths[0]


@everywhere
def test_04_the_same_push_in_sequence(world: World):
    luis = worked(world)
    for step in (*STEPS, "PATCH"):
        luis.line.next(step, twice_second_answer if step == "/push" else twice)
    world.try_round(luis)
    world.settle()
    assert set(luis.outcomes()) == {"applied"}


@on_both_databases
def test_04_the_same_push_at_once(world: World):
    luis = worked(world)
    batch = [
        json.loads(item.text) for item in operation_queue.unanswered(luis.database, 200, MOST_BYTES)
    ]
    answers = at_once(4, lambda: pushed(world, luis, batch))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json()["results"] == answers[0].json()["results"] for answer in answers)
    world.check()
    world.settle()


@on_both_databases
def test_05_batches_out_of_order(world: World):
    luis = worked(world)
    for number in range(6):
        luis.act(first_ticket(luis), f"Paso {number}.")
    messages = [
        json.loads(item.text) for item in operation_queue.unanswered(luis.database, 200, MOST_BYTES)
    ]
    early, late = messages[:4], messages[4:]
    refused = pushed(world, luis, late)
    assert (refused.status_code, refused.json()["expect"]) == (409, 1)
    assert pushed(world, luis, early).status_code == 200
    assert pushed(world, luis, late).status_code == 200
    assert pushed(world, luis, early).json()["last_n"] == len(messages), "and late once more"
    world.check()
    world.settle()
