"""A push of many batches: the line never idles, and what was answered is kept in order."""

import threading
from collections.abc import Callable

import httpx
import pytest

from field_app.app.tablet import Tablet
from field_app.device.trouble import Trouble
from field_app.store import operation_queue
from field_app.store.queue_counts import queue_of
from field_app.sync.round import Round
from field_app.sync.troubles import NoSignal, OfficeFault, SignedOut
from tests.field_app.cast import TICKET
from tests.field_app.conftest import OpenTablet, enrol
from tests.field_app.small_office import SmallOffice, problem

NOTES = 8
BATCHES = 4
STEPS = ("batch marked", "batch leaves", "push", "results")


class Killed(BaseException):
    """The process is gone."""


def a_push(tablet: Tablet, step: Callable[[str], None] = lambda name: None) -> Round:
    """A round of two operations a batch."""
    round = tablet.network.round(tablet.session)
    assert round is not None
    round.most, round.step = 2, step
    return round


def take_notes(tablet: Tablet) -> None:
    for number in range(NOTES):
        tablet.session.append(TICKET, "notes", text=f"nota {number}")


def notes(office: SmallOffice) -> list[str]:
    return [note["text"] for note in office.tickets[TICKET].record.entries.get("notes", ())]


def answered(tablet: Tablet) -> int:
    return NOTES - queue_of(tablet.session.database).operations


def the_push(office: SmallOffice, which: int, answer: Callable[[], httpx.Response]) -> None:
    """The so-many-th push is answered otherwise; the office never hears of it."""
    pushes = 0

    def answered(request: httpx.Request) -> httpx.Response | None:
        nonlocal pushes
        pushes += request.url.path.endswith("push")
        return answer() if pushes == which and request.url.path.endswith("push") else None

    office.answer = answered


def no_signal() -> httpx.Response:
    raise httpx.ConnectError("no signal")


def test_the_next_batch_leaves_before_the_answer_of_the_one_before_is_written_down(
    tablet, small_office
):
    take_notes(tablet)
    steps: list[str] = []
    a_push(tablet, steps.append)._push()
    assert steps[:7] == [
        "batch marked", "batch leaves", "batch marked", "push",
        "batch leaves", "results", "batch marked",
    ]  # fmt: skip
    assert notes(small_office) == [f"nota {number}" for number in range(NOTES)]
    assert answered(tablet) == NOTES


def test_while_a_batch_is_at_the_office_the_tablet_writes_and_nothing_else_is_asked(
    tablet, small_office
):
    take_notes(tablet)
    came, written = threading.Semaphore(0), threading.Semaphore(0)
    at_the_office, pushes, kept, waited = threading.Lock(), [], [], []

    def patient(request: httpx.Request) -> None:
        if not request.url.path.endswith("push"):
            return
        assert at_the_office.acquire(blocking=False), "one request at a time"
        pushes.append(request)
        if len(pushes) > 1:
            came.release()
            waited.append(written.acquire(timeout=10))
        at_the_office.release()

    def step(name: str) -> None:
        if name == "results":
            kept.append(name)
            waited.append(len(kept) == BATCHES or came.acquire(timeout=10))
            written.release()

    small_office.answer = patient
    a_push(tablet, step)._push()
    assert waited == [True] * (2 * BATCHES - 1), "each waited for the other"


@pytest.mark.parametrize("which", range(1, BATCHES + 1))
@pytest.mark.parametrize("step", STEPS)
def test_a_push_killed_after_any_step_of_any_batch_loses_nothing_and_repeats_nothing(
    opened: OpenTablet, small_office, step, which
):
    tablet = opened()
    enrol(tablet)
    a_push(tablet).run()
    take_notes(tablet)
    seen: list[str] = []

    def kill(name: str) -> None:
        seen.append(name)
        if seen.count(step) == which:
            raise Killed

    with pytest.raises(Killed):
        a_push(tablet, kill).run()
    tablet.close()
    again = opened()
    a_push(again).run()
    assert notes(small_office) == [f"nota {number}" for number in range(NOTES)]
    assert answered(again) == NOTES
    assert len(small_office.log) == len(small_office.seats["device-1"].ops) == NOTES


@pytest.mark.parametrize("which", range(1, BATCHES + 1))
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (no_signal, NoSignal), (lambda: problem(500, "fault"), OfficeFault),
        (lambda: problem(401, "not-signed-in"), SignedOut),
    ],
)  # fmt: skip
def test_when_a_batch_fails_what_came_before_it_is_kept(
    tablet, small_office, which: int, answer: Callable[[], httpx.Response], trouble: type[Trouble]
):
    take_notes(tablet)
    the_push(small_office, which, answer)
    with pytest.raises(trouble):
        a_push(tablet).run()
    assert answered(tablet) == len(notes(small_office)) == 2 * (which - 1)
    small_office.answer = lambda request: None
    a_push(tablet).run()
    assert notes(small_office) == [f"nota {number}" for number in range(NOTES)]


@pytest.mark.parametrize("which", range(1, BATCHES + 1))
@pytest.mark.parametrize("kind", ["gap", "fork", "too-much"])
def test_a_gap_a_fork_or_too_much_in_mid_push_goes_on_in_the_same_round(
    tablet, small_office, kind: str, which: int
):
    take_notes(tablet)
    expect = 2 * (which - 1) + 1
    status = 413 if kind == "too-much" else 409
    the_push(small_office, which, lambda: problem(status, kind, expect=expect))
    moved = a_push(tablet).run()
    assert moved.sent == NOTES
    assert notes(small_office) == [f"nota {number}" for number in range(NOTES)]
    assert answered(tablet) == NOTES


def test_what_is_captured_while_a_push_runs_goes_with_it(tablet, small_office):
    take_notes(tablet)
    late = iter(["mientras tanto", "y otra más"])

    def capture(name: str) -> None:
        text = next(late, None) if name in ("push", "results") else None
        if text is not None:
            tablet.session.append(TICKET, "notes", text=text)

    a_push(tablet, capture)._push()
    assert notes(small_office)[-2:] == ["mientras tanto", "y otra más"]
    assert queue_of(tablet.session.database).operations == 0


def test_a_fault_while_an_answer_is_written_down_waits_for_what_travels(
    tablet, small_office, monkeypatch
):
    take_notes(tablet)
    real, calls = operation_queue.answered, []

    def fails_once(*given) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("the disk")
        real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(operation_queue, "answered", fails_once)
        with pytest.raises(OSError, match="the disk"):
            a_push(tablet)._push()
    assert not [t for t in threading.enumerate() if t.name.startswith("folio-courier")]
    assert answered(tablet) == 2
    a_push(tablet).run()
    assert notes(small_office) == [f"nota {number}" for number in range(NOTES)]
