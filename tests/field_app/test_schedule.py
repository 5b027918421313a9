"""When rounds run: one at a time, soon after work, later and later while the office is away."""

import threading

import pytest

from field_app.session.session import Stage
from field_app.session.status import Phase
from field_app.sync import schedule
from field_app.sync.schedule import SETTLING, Engine
from tests.field_app.cast import TICKET
from tests.field_app.small_office import page, problem


class Time:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def engine(tablet, time) -> Engine:
    engine = Engine(
        tablet.session, lambda: tablet.network.round(tablet.session), interval=60,
        retries=(2, 8, 32), monotonic=time, chance=lambda: 0.5,
    )  # fmt: skip
    tablet.network.engine = engine
    engine.step()
    return engine


def test_after_a_quiet_round_the_next_comes_at_the_interval(engine, small_office, time):
    small_office.requests.clear()
    assert engine.step() == 60
    assert small_office.requests == []
    time.at += 60
    engine.step()
    assert small_office.requests


def test_work_is_sent_soon_but_not_at_each_keystroke(engine, tablet, small_office, time):
    tablet.session.set_field(TICKET, solution="x")
    assert engine.step() == SETTLING
    tablet.session.set_field(TICKET, diagnosis="y")
    time.at += SETTLING
    engine.step()
    assert small_office.requests.count("POST /api/v1/sync/push") == 1


def test_away_from_the_office_each_try_waits_longer_with_full_jitter(engine, small_office, time):
    small_office.down = True
    waits = []
    for _ in range(4):
        engine.poke()
        waits.append(engine.step())
    assert waits == [1, 4, 16, 16]


def test_work_done_offline_does_not_shorten_the_wait_but_a_signal_does(
    engine, tablet, small_office, time
):
    small_office.down = True
    for _ in range(3):
        engine.poke()
        engine.step()
    tablet.session.set_field(TICKET, solution="x")
    assert engine.step() == 16
    small_office.down = False
    engine.poke()
    engine.step()
    assert tablet.session.status.phase is Phase.SYNCHRONISED
    assert engine.step() == 60


def test_the_office_is_not_asked_sooner_than_it_said(engine, small_office):
    small_office.answer = lambda request: problem(503, "away", headers={"Retry-After": "90"})
    engine.poke()
    assert engine.step() == 91


def test_two_loops_never_run_two_rounds(engine, tablet, small_office, time):
    entered, leave = threading.Event(), threading.Event()

    def hold(name: str) -> None:
        if name == "hello":
            entered.set()
            leave.wait(5)

    tablet.network.step = hold
    engine.poke()
    first = threading.Thread(target=engine.step)
    first.start()
    entered.wait(5)
    small_office.requests.clear()
    engine.poke()
    engine.step()
    assert small_office.requests == []
    leave.set()
    first.join()


def test_another_person_takes_the_tablet_only_after_the_round_let_go(engine, tablet, small_office):
    entered, leave = threading.Event(), threading.Event()

    def hold(name: str) -> None:
        if name == "pull":
            entered.set()
            leave.wait(5)

    tablet.session.set_field(TICKET, solution="x")
    tablet.network.step = hold
    engine.poke()
    round = threading.Thread(target=engine.step)
    round.start()
    entered.wait(5)
    chosen = threading.Thread(target=tablet.session.choose, args=("eng-1",))
    chosen.start()
    leave.set()
    chosen.join(5)
    round.join(5)
    assert not chosen.is_alive()
    tablet.network.step = lambda name: None
    engine.step()
    assert tablet.session.status.queue.waiting == 0
    assert tablet.session.stage is Stage.LOCKED


def test_the_strip_counts_while_it_sends(engine, tablet, small_office, time):
    said: list[str] = []
    for number in range(450):
        tablet.session.append(TICKET, "notes", text=f"nota {number}")
    tablet.session.subscribe(lambda: said.append(tablet.session.status.sentence("es")))
    engine.poke()
    engine.step()
    assert "Enviando 200 de 450" in said
    assert "Enviando 400 de 450" in said
    assert said[-1] == "Sincronizado: 450 de 450 cambios recibidos"


def test_a_captive_portal_is_said_to_be_one_and_changes_nothing(engine, tablet, small_office):
    tablet.session.set_field(TICKET, solution="x")
    small_office.answer = lambda request: page(200, "<h1>Bienvenido</h1>")
    engine.poke()
    engine.step()
    assert "wifi" in tablet.session.status.sentence("es")
    assert tablet.session.status.queue.operations == 1


def test_a_fault_of_our_own_is_shown_and_tried_again_not_hidden(
    engine, tablet, caplog, monkeypatch
):
    # import-linter, run by another test of the same process, silences every logger it finds.
    monkeypatch.setattr(schedule.log, "disabled", False)

    def break_down(name: str) -> None:
        raise ZeroDivisionError

    tablet.network.step = break_down
    engine.poke()
    assert engine.step() == 1
    assert tablet.session.status.phase is Phase.TROUBLE
    assert "ZeroDivisionError" in caplog.text


def test_nobody_enrolled_is_no_round(opened):
    tablet = opened()
    tablet.engine.poke()
    assert tablet.engine.step() == pytest.approx(60, abs=1)


def test_a_wait_ends_when_somebody_asks(engine):
    threading.Timer(0.05, engine.poke).start()
    engine.wait(30)
