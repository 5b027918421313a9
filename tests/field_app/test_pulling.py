"""A pull of many pages: the next travels while one is kept, each is kept with its cursors."""

import threading
from collections.abc import Callable

import httpx
import pytest

from field_app.app.tablet import Tablet
from field_app.store import base
from field_app.sync import pulling
from field_app.sync.round import Round
from field_app.sync.troubles import NoSignal
from tests.field_app.conftest import OpenTablet, enrol
from tests.field_app.small_office import SCOPES, SmallOffice

RECORDS = 9
PAGES = 3


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(pulling, "PAGE", RECORDS // PAGES)


def a_pull(tablet: Tablet, step: Callable[[str], None] = lambda name: None) -> Round:
    round = tablet.network.round(tablet.session)
    assert round is not None
    round.step = step
    return round


def news(office: SmallOffice) -> None:
    for number in range(RECORDS):
        office.publish(SCOPES[0], "asset", f"news-{number}", 1, {"serial": f"S{number}"})


def held(tablet: Tablet) -> int:
    sql = "SELECT count(*) FROM base WHERE record = 'asset' AND id LIKE 'news-%'"
    return int(tablet.session.database.value(sql))


def held_before(pages: int) -> int:
    return pages * RECORDS // PAGES


def both_agree(tablet: Tablet, office: SmallOffice) -> bool:
    return all(
        base.digest(tablet.session.database, scope) == office._digest(scope) for scope in SCOPES
    )


def test_a_page_is_kept_while_the_next_one_travels_and_one_is_asked_for_at_a_time(
    tablet, small_office
):
    news(small_office)
    came, kept = threading.Semaphore(0), threading.Semaphore(0)
    line, pulls, waited = threading.Lock(), [], []

    def patient(request: httpx.Request) -> None:
        if not request.url.path.endswith("pull"):
            return
        assert line.acquire(blocking=False), "one request at a time"
        pulls.append(request)
        if len(pulls) > 1:
            came.release()
            waited.append(kept.acquire(timeout=10))
        line.release()

    def step(name: str) -> None:
        if name == "page":
            waited.append(len(pulls) == PAGES or came.acquire(timeout=10))
            kept.release()

    small_office.answer = patient
    a_pull(tablet, step)._pull()
    assert len(pulls) == PAGES
    assert all(waited), "each waited for the other"
    assert both_agree(tablet, small_office)


@pytest.mark.parametrize("which", range(1, PAGES + 1))
@pytest.mark.parametrize("step", ["pull", "page"])
def test_a_pull_killed_after_any_step_of_any_page_goes_on_behind_the_last_that_was_kept(
    opened: OpenTablet, small_office, step: str, which: int
):
    tablet = opened()
    enrol(tablet)
    a_pull(tablet).run()
    news(small_office)
    seen: list[str] = []

    def kill(name: str) -> None:
        seen.append(name)
        if seen.count(step) == which:
            raise Killed

    with pytest.raises(Killed):
        a_pull(tablet, kill).run()
    tablet.close()
    again = opened()
    pages = which if step == "page" else which - 1
    assert held(again) == held_before(pages)
    moved = a_pull(again).run()
    assert moved.pulled == RECORDS - held_before(pages)
    assert both_agree(again, small_office)


@pytest.mark.parametrize("which", range(1, PAGES + 1))
def test_when_a_page_does_not_come_those_before_it_are_kept(tablet, small_office, which: int):
    news(small_office)
    pulls = 0

    def breaks(request: httpx.Request) -> None:
        nonlocal pulls
        pulls += request.url.path.endswith("pull")
        if pulls == which:
            raise httpx.ConnectError("no signal")

    small_office.answer = breaks
    with pytest.raises(NoSignal):
        a_pull(tablet).run()
    assert held(tablet) == held_before(which - 1)
    small_office.answer = lambda request: None
    a_pull(tablet).run()
    assert both_agree(tablet, small_office)


def test_a_page_that_cannot_be_kept_ends_the_pull_and_nothing_goes_on_travelling(
    tablet, small_office, monkeypatch
):
    news(small_office)
    real, calls = base.apply_page, []

    def fails_once(*given) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("the disk")
        real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(base, "apply_page", fails_once)
        with pytest.raises(OSError, match="the disk"):
            a_pull(tablet).run()
    assert not [t for t in threading.enumerate() if t.name.startswith("folio-courier")]
    assert held(tablet) == held_before(1)
    a_pull(tablet).run()
    assert both_agree(tablet, small_office)
